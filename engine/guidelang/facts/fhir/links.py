"""Which encounter a record belongs to and who made it, as keys that are equal for the same encounter and person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from guidelang.facts.fhir.access import Element
from guidelang.facts.state import NOT_THERE

Resolve: TypeAlias = Callable[[str, Mapping[str, object]], Mapping[str, object] | None]
"""Finds the resource that a reference names, seen from the resource that holds the reference."""

Key: TypeAlias = Callable[[str, Mapping[str, object]], str]
"""What a reference names, in one form for all references to it, seen from the resource that holds the reference."""

_ENCOUNTER = ("encounter", "context")
_PERSON = ("recorder", "asserter", "author", "requester", "sender")
_NESTED = (("performer", "actor"), ("participant", "individual"))
_MAKERS = frozenset({*_PERSON, *(outer for outer, _ in _NESTED)})
_BY_TYPE_AND_ID = ("Practitioner/", "CareTeam/", "Patient/", "RelatedPerson/", "Device/", "Organization/")
_NO_PRACTITIONER = ("Patient/", "RelatedPerson/", "Device/", "Organization/")


def encounter_of(element: Element, key: Key, resolve: Resolve) -> str | None:
    """The encounter of a record; of an encounter itself, its own key. None where the record names none.

    The key of one that is not in the input begins with `NOT_THERE`: it may be of any kind, and written in another way.
    """
    if element.content.get("resourceType") == "Encounter":
        identity = element.content.get("id")
        return key(f"Encounter/{identity}", element.content) if isinstance(identity, str) else element.resource
    for name in _ENCOUNTER:
        for found in _references(element, name):
            named = key(found, element.content)
            if not named.startswith("EpisodeOfCare/"):
                target = resolve(found, element.content)
                is_one = target is not None and target.get("resourceType") == "Encounter"
                return named if is_one else f"{NOT_THERE}{named}"
    return None


def practitioners_of(element: Element, key: Key, resolve: Resolve) -> tuple[str, ...]:
    """Who recorded, stated, wrote, asked for or performed it, sorted; patients and organizations left out.

    A role is the person who has it. One that is not in the input, or is not said to be anybody's, may be anybody's: its
    key begins with `NOT_THERE`, as that of everybody does who is named by an address that nothing in the input has.
    """
    if _MAKERS.isdisjoint(element.content):
        return ()
    found = [reference for name in _PERSON for reference in _references(element, name)]
    for outer, inner in _NESTED:
        for part in element.several(outer):
            found += _references(part, inner)
            found += [reference for reference in _own(part) if outer == "performer"]
    keys = {_person(reference, element.content, key, resolve) for reference in found}
    return tuple(sorted(each for each in keys if not each.startswith(_NO_PRACTITIONER)))


def _person(reference: str, holder: Mapping[str, object], key: Key, resolve: Resolve) -> str:
    named, target = key(reference, holder), resolve(reference, holder)
    if target is not None and target.get("resourceType") == "PractitionerRole":
        held = target.get("practitioner")
        person = held.get("reference") if isinstance(held, Mapping) else None
        return key(person, target) if isinstance(person, str) and person else f"{NOT_THERE}{named}"
    if target is not None or "|" in named or named.startswith(_BY_TYPE_AND_ID):
        return named
    return f"{NOT_THERE}{named}"


def _references(element: Element, name: str) -> Iterator[str]:
    if name not in element.content:
        return
    for part in element.several(name):
        yield from _own(part)


def _own(part: Element) -> Iterator[str]:
    reference = part.text("reference") if part.has("reference") else None
    if reference is not None:
        yield reference
    elif part.has("identifier"):
        identifier = part.element("identifier")
        system = identifier.text("system") if identifier else None
        value = identifier.text("value") if identifier else None
        if system and value:
            yield f"{system}|{value}"
