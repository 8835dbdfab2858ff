"""Codes of a record: system and code count, a display never does."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from guidelang.facts.fhir.access import Element
from guidelang.terminology import Code, canonical_uri, word_for


@dataclass(frozen=True, slots=True)
class Concept:
    """A codeable concept. `codes` are its complete codings; `label` is what the record calls it, for a reader."""

    codes: tuple[Code, ...] = ()
    label: str | None = None
    incomplete: bool = False  # it has codings, but none with both a system and a code
    bare: tuple[str, ...] = ()  # its codes without a system

    def __str__(self) -> str:
        return self.told(())

    def told(self, matched: Container[Code]) -> str:
        """The label and a code, one of those that matched if any did: `warfarin sodium 5 MG (RxNorm 855332)`."""
        shown = next((code for code in self.codes if code in matched), self.codes[0] if self.codes else None)
        code = f"{word_for(shown.system)} {shown.code}" if shown is not None else ""
        if self.label and code:
            return f"{self.label} ({code})"
        return self.label or code or "nothing"


NOTHING = Concept()


def concept(element: Element | None) -> Concept:
    """The concept of a CodeableConcept element; nothing for none."""
    if element is None:
        return NOTHING
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


def code_words(element: Element | None) -> tuple[str, ...]:
    """The codes of a concept without their systems, for the closed lists that FHIR itself defines (statuses)."""
    if element is None or not element.has("coding"):
        return ()
    return tuple(code for coding in element.elements("coding") if (code := coding.text("code")))
