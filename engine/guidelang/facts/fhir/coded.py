"""Codes of a record: system and code count, a display never does."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from guidelang.facts.fhir.access import Element, cleaned
from guidelang.terminology import BUILT_IN_SYSTEMS, Code, canonical_uri, word_for

_SNOMED, _LOINC = BUILT_IN_SYSTEMS["SNOMED CT"], BUILT_IN_SYSTEMS["LOINC"]
ANSWERS = {
    Code(_SNOMED, "373066001"): True,
    Code(_SNOMED, "373067005"): False,
    Code(_LOINC, "LA33-6"): True,
    Code(_LOINC, "LA32-8"): False,
}
"""The qualifier values and LOINC answers for yes and no."""


def answers_of(answer: bool) -> tuple[Code, ...]:
    return tuple(code for code, said in ANSWERS.items() if said is answer)


@dataclass(frozen=True, slots=True)
class Concept:
    """A codeable concept. `codes` are its complete codings; `label` is what the record calls it, for a reader."""

    codes: tuple[Code, ...] = ()
    label: str | None = None
    incomplete: bool = False  # it has codings, but none with both a system and a code
    bare: tuple[str, ...] = ()  # its codes without a system

    def __str__(self) -> str:
        return self.told(())

    def told(self, matched: Container[Code], kind: str | None = None) -> str:
        """The label and a code, one of those that matched if any did: `warfarin sodium 5 MG (RxNorm 855332)`.

        `kind` is what has neither, in words: `an encounter without a code`.
        """
        shown = next((code for code in self.codes if code in matched), self.codes[0] if self.codes else None)
        code = f"{word_for(shown.system)} {shown.code}" if shown is not None else ""
        if self.label and code:
            return f"{self.label} ({code})"
        if self.label or code:
            return self.label or code
        lacks = "a code without its system" if self.incomplete else "a code" if kind else "no code"
        if kind is None:
            return lacks
        article = "an" if kind.startswith(tuple("aeiou")) else "a"
        return f"{article} {kind} {'with' if self.incomplete else 'without'} {lacks}"


NOTHING = Concept()


def concept(element: Element | None) -> Concept:
    """The concept of a CodeableConcept element; nothing for none."""
    if element is None:
        return NOTHING
    plain = _one_plain_coding(element.content)
    if plain is not None:
        return _of_one_coding(*plain)
    codes: list[Code] = []
    display: str | None = None
    incomplete = False
    bare: list[str] = []
    if element.has("coding"):
        for coding in element.elements("coding"):
            system, code = coding.text("system"), coding.text("code")
            display = display or coding.text("display")
            if system and code:
                codes.append(Code(canonical_uri(system), code))
            else:
                incomplete = True
                bare += [code] if code else []
    return Concept(tuple(codes), element.text("text") or display, incomplete and not codes, tuple(bare))


def _one_plain_coding(content: Mapping[str, object]) -> tuple[str, str, str | None, str | None] | None:
    """System, code, display and text of a CodeableConcept with a single well-formed coding, as nearly all are."""
    listed = content.get("coding")
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
        return None
    coding: dict[str, object] = listed[0]
    system, code = coding.get("system"), coding.get("code")
    display, text = coding.get("display"), content.get("text")
    if not isinstance(system, str) or not isinstance(code, str):
        return None
    if not isinstance(display, str | None) or not isinstance(text, str | None):
        return None
    return system, code, display, text


@lru_cache(maxsize=8192)
def _of_one_coding(system: str, code: str, display: str | None, text: str | None) -> Concept:
    """The concept of such a one: a record has the same few again and again."""
    system, code = cleaned(system) or "", cleaned(code) or ""
    label = cleaned(text or "") or cleaned(display or "")
    if system and code:
        return Concept((Code(canonical_uri(system), code),), label)
    return Concept((), label, incomplete=True, bare=(code,) if code else ())


def concepts(elements: Iterable[Element]) -> Concept:
    """Several CodeableConcepts as one, for a resource that has several words for what it is."""
    found = [concept(element) for element in elements]
    codes = tuple(code for each in found for code in each.codes)
    label = next((each.label for each in found if each.label), None)
    return Concept(codes, label, not codes and any(each.incomplete for each in found))


def coding_concept(element: Element) -> Concept:
    """The concept of a lone Coding."""
    system, code, display = element.text("system"), element.text("code"), element.text("display")
    if system and code:
        return Concept((Code(canonical_uri(system), code),), display)
    return Concept((), display or code, incomplete=True)


UNREADABLE = "in words only"
"""A status that has no code; no closed list has it, so that it decides nothing."""

_HL7 = "http://terminology.hl7.org/CodeSystem/"


def status_word(element: Element | None) -> str | None:
    """A clinical or verification status: the code of HL7's own system, else the first; None where none is stated.

    Any `entered-in-error` leads. A status that is a text or a display without a code is there and says nothing.
    """
    if element is None:
        return None
    coded = [
        (coding.text("system") or "", code)
        for coding in (element.elements("coding") if element.has("coding") else ())
        if (code := coding.text("code")) is not None
    ]
    if any(code == "entered-in-error" for _, code in coded):
        return "entered-in-error"
    own = [code for system, code in coded if system.startswith(_HL7)]
    words = own or [code for _, code in coded]
    return words[0] if words else UNREADABLE if element.content else None
