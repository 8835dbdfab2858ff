"""FHIR ValueSets, and value sets collected in one JSON file, as definitions.

An expansion counts only if it is whole: one that is paged, limited, filtered or too costly, or that lists fewer codes
than its total, is none. One that lacks codes which the definition beside it lists contradicts it. Codes marked inactive
belong to the set, for records keep old codes; abstract entries group others and do not. Sources: FHIR R4, ValueSet
(`expansion`, `compose`) and the extensions `valueset-toocostly` and
`valueset-unclosed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guidelang.terminology.code import Code, ListedCode
from guidelang.terminology.system import canonical_uri, named_system
from guidelang.terminology.value_set import Definition, Part, listed_code, unique

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
            codes = unique(_expanded(expansion))
            active = _parameter(expansion, "activeOnly") not in (None, False)
            lacking = () if active else _lacking(resource.get("compose"), expansion)
            yield Definition(
                *about,
                codes,
                contradiction=f"its expansion lacks {len(lacking)} of the codes that its definition lists, such as "
                f"{lacking[0].code}"
                if lacking
                else None,
                notes=("its expansion leaves out inactive codes (activeOnly), which older records have",)
                if active
                else (),
            )
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
    entries = list(_entries(expansion))
    found = [
        _entry(entry)
        for entry in entries
        if entry.get("abstract") is not True and ("code" in entry or not entry.get("contains"))
    ]
    count = len({(str(entry.get("system")), str(entry["code"])) for entry in entries if "code" in entry})
    total, most = expansion.get("total"), _parameter(expansion, "count")
    if isinstance(total, int) and total > count:
        raise Unreadable(f"its expansion lists {count} of {total} codes")
    if not isinstance(total, int) and most is not None and not str(most).strip().isdigit():
        raise Unreadable(f"its expansion is limited (count {most})")
    if not isinstance(total, int) and most is not None and int(str(most)) <= len(entries):
        raise Unreadable(f"its expansion was asked for with count {most}, and no total says that this is all")
    if not found:
        raise Unreadable("its expansion lists no codes")
    return tuple(found)


def _entries(expansion: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting = list(reversed(_list(expansion.get("contains", []), "expansion.contains")))
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, Mapping):
            raise Unreadable("an entry of its expansion is no object")
        waiting += reversed(_list(entry.get("contains", []), "expansion.contains"))
        yield entry


def _parameter(expansion: Mapping[str, Any], name: str) -> object:
    """The value of a parameter that an expansion was asked for with, or None."""
    for parameter in _list(expansion.get("parameter", []), "expansion.parameter"):
        if isinstance(parameter, Mapping) and parameter.get("name") == name:
            return next((value for key, value in parameter.items() if key.startswith("value")), None)
    return None


def _lacking(compose: object, expansion: Mapping[str, Any]) -> tuple[Code, ...]:
    """Codes that a definition lists and that its expansion has not; none where the definition can take some out."""
    if not isinstance(compose, Mapping) or compose.get("exclude") or compose.get("inactive") is False:
        return ()
    try:
        parts = [_part(part, "include") for part in _list(compose.get("include"), "compose.include")]
    except Unreadable:
        return ()
    present = {
        Code(canonical_uri(entry["system"]), entry["code"])
        for entry in _entries(expansion)
        if isinstance(entry.get("system"), str) and isinstance(entry.get("code"), str)
    }
    listed = {each.code for part in parts if not part.sets for each in part.codes or ()}
    return tuple(sorted(listed - present))


def _part(part: object, word: str) -> Part:
    if not isinstance(part, Mapping):
        raise Unreadable(f"an `{word}` of its definition is no object")
    sets = tuple(str(url) for url in _list(part.get("valueSet", []), f"{word}.valueSet"))
    written = _text(part.get("system"))
    system = None if written is None else named_system(written)
    if written is not None and system is None:
        raise Unreadable(f"an `{word}` of its definition names the code system `{written}`, which is no URI")
    if part.get("filter"):
        return Part(problem=f"its definition has a filter on {system or 'a code system'}, and no whole expansion")
    if "concept" in part:
        concepts = _list(part["concept"], f"{word}.concept")
        if system is None:
            raise Unreadable(f"an `{word}` of its definition lists codes of no system")
        return Part(tuple(_entry(concept, system) for concept in concepts), sets)
    if sets:
        return Part(None, sets, system)
    if system is None:
        raise Unreadable(f"an `{word}` of its definition is empty")
    if word == "exclude":
        return Part(system=system)
    return Part(problem=f"its definition takes all codes of {system}, and it has no whole expansion")


def _entry(entry: object, system: str | None = None) -> ListedCode:
    if not isinstance(entry, Mapping):
        raise Unreadable("one of its codes is no object")
    system, code = system or _text(entry.get("system")), _text(entry.get("code"))
    if system is None or code is None:
        told = code or _text(entry.get("display")) or "one of its codes"
        raise Unreadable(f"{told} has no {'code' if code is None else 'code system'}")
    found = listed_code(system, code, _text(entry.get("display")))
    if isinstance(found, str):
        raise Unreadable(found)
    return found


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"`{where}` is no list")
    return value


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
