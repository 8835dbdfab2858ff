"""FHIR ValueSets, and value sets collected in one JSON file, as definitions.

An expansion counts only if it is whole: one that is paged, limited, filtered or too costly, or that lists fewer codes
than its total, is none. Codes marked inactive belong to the set, for records keep old codes; abstract entries group
others and do not. Sources: FHIR R4, ValueSet (`expansion`, `compose`) and the extensions `valueset-toocostly` and
`valueset-unclosed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guidelang.terminology.code import Code, ListedCode
from guidelang.terminology.system import canonical_uri
from guidelang.terminology.value_set import Definition, Part, unique

_CUT_OFF = ("valueset-toocostly", "valueset-unclosed")
_LIMITS = ("filter", "offset", "limitedExpansion")


class Unreadable(ValueError):
    """A part of a definition that is not in the form it should have; the message says which."""


def definitions(content: object, file: str) -> Iterator[Definition]:
    """The value sets of a JSON file: a ValueSet, a Bundle or list of resources, or a collection by URL.

    Other content gives nothing. What cannot be read is a definition with its problem, never a smaller set.
    """
    if isinstance(content, list):
        for resource in content:
            yield from definitions(resource, file)
    if not isinstance(content, dict):
        return
    match content.get("resourceType"):
        case "ValueSet":
            yield from _resource(content, file)
        case "Bundle":
            entries = content.get("entry")
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, Mapping):
                    yield from definitions(entry.get("resource"), file)
        case None:
            collected = content.get("valuesets")
            for url, one in collected.items() if isinstance(collected, dict) else ():
                yield _collected(url, one, file)


def _collected(url: str, one: object, file: str) -> Definition:
    if not isinstance(one, Mapping):
        return Definition(url, None, None, file, None, "its entry is no object")
    version, title = _text(one.get("version")), _text(one.get("title"))
    try:
        codes = unique(tuple(_entry(each) for each in _list(one.get("codes"), "codes")))
    except Unreadable as error:
        return Definition(url, version, title, file, None, str(error))
    return Definition(url, version, title, file, codes or None, None if codes else "it lists no codes")


def _resource(resource: Mapping[str, Any], file: str) -> Iterator[Definition]:
    url = _text(resource.get("url"))
    if url is None:
        return
    about = (url, _text(resource.get("version")), _text(resource.get("title")) or _text(resource.get("name")), file)
    problem = "it has neither an expansion nor a definition"
    expansion = resource.get("expansion")
    if isinstance(expansion, Mapping):
        try:
            yield Definition(*about, unique(_expanded(expansion)))
            return
        except Unreadable as error:
            problem = str(error)
    compose = resource.get("compose")
    if not isinstance(compose, Mapping):
        yield Definition(*about, None, problem)
        return
    try:
        include = tuple(_part(part, "include") for part in _list(compose.get("include"), "compose.include"))
        exclude = tuple(_part(part, "exclude") for part in _list(compose.get("exclude", []), "compose.exclude"))
    except Unreadable as error:
        yield Definition(*about, None, problem if isinstance(expansion, Mapping) else str(error))
        return
    yield Definition(*about, None, problem if isinstance(expansion, Mapping) else None, include, exclude)


def _expanded(expansion: Mapping[str, Any]) -> tuple[ListedCode, ...]:
    """The codes of an expansion. Raises Unreadable, with the reason, if they are not all there."""
    for extension in _list(expansion.get("extension", []), "expansion.extension"):
        name = str(extension.get("url", "")).rpartition("/")[2] if isinstance(extension, Mapping) else ""
        if name in _CUT_OFF and extension.get("valueBoolean") is not False:
            raise Unreadable(f"its expansion is cut off ({name})")
    for parameter in _list(expansion.get("parameter", []), "expansion.parameter"):
        if isinstance(parameter, Mapping) and parameter.get("name") in _LIMITS:
            value = next((value for key, value in parameter.items() if key.startswith("value")), None)
            if value not in (None, False, 0, ""):
                raise Unreadable(f"its expansion is limited ({parameter['name']} {value})")
    if expansion.get("offset") not in (None, 0) or expansion.get("next"):
        raise Unreadable("its expansion is one page of several")
    found: list[ListedCode] = []
    count = 0
    waiting = list(reversed(_list(expansion.get("contains", []), "expansion.contains")))
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, Mapping):
            raise Unreadable("an entry of its expansion is no object")
        waiting += reversed(_list(entry.get("contains", []), "expansion.contains"))
        count += "code" in entry
        if entry.get("abstract") is not True and ("code" in entry or not entry.get("contains")):
            found.append(_entry(entry))
    total = expansion.get("total")
    if isinstance(total, int) and total > count:
        raise Unreadable(f"its expansion lists {count} of {total} codes")
    if not found:
        raise Unreadable("its expansion lists no codes")
    return tuple(found)


def _part(part: object, word: str) -> Part:
    if not isinstance(part, Mapping):
        raise Unreadable(f"an `{word}` of its definition is no object")
    sets = tuple(str(url) for url in _list(part.get("valueSet", []), f"{word}.valueSet"))
    system = _text(part.get("system"))
    if part.get("filter"):
        return Part(problem=f"its definition has a filter on {system or 'a code system'}, and no whole expansion")
    if "concept" in part:
        concepts = _list(part["concept"], f"{word}.concept")
        if system is None:
            raise Unreadable(f"an `{word}` of its definition lists codes of no system")
        return Part(tuple(_entry(concept, system) for concept in concepts), sets)
    if sets:
        return Part(None, sets, None if system is None else canonical_uri(system))
    if system is None:
        raise Unreadable(f"an `{word}` of its definition is empty")
    if word == "exclude":
        return Part(system=canonical_uri(system))
    return Part(problem=f"its definition takes all codes of {system}, and it has no whole expansion")


def _entry(entry: object, system: str | None = None) -> ListedCode:
    if not isinstance(entry, Mapping):
        raise Unreadable("one of its codes is no object")
    system, code = system or _text(entry.get("system")), _text(entry.get("code"))
    if system is None or code is None:
        told = code or _text(entry.get("display")) or "one of its codes"
        raise Unreadable(f"{told} has no {'code' if code is None else 'code system'}")
    return ListedCode(Code(canonical_uri(system), code), _text(entry.get("display")))


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"`{where}` is no list")
    return value


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
