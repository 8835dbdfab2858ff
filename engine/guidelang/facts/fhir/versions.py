"""Which of several versions of one resource counts: the one with the higher version, or that was changed later.

All versions of a resource are compared with all others, in whatever order they stand: one is out if another took its
place, and where several are left nothing says which of them counts. Signs that go round in a circle say nothing.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Generic, Protocol, TypeVar

from guidelang.calendar import parse_moment


class Version(Protocol):
    """What is in an input under some type and id, or address."""

    @property
    def full_url(self) -> str | None: ...

    @property
    def content(self) -> Mapping[str, object]: ...


V = TypeVar("V", bound=Version)


@dataclass(slots=True)
class Versions(Generic[V]):
    """The resources of an input by what names them; word for word the same ones count once."""

    _first: dict[Hashable, V] = field(default_factory=dict)
    _several: dict[Hashable, dict[Hashable, V]] = field(default_factory=dict)

    def add(self, key: Hashable, version: V, content: Mapping[str, object]) -> bool:
        """Takes in a resource; False if the same is there already."""
        first = self._first.setdefault(key, version)
        if first is version:
            return True
        group = self._several.setdefault(key, {_frozen(first.content): first})
        return group.setdefault(_frozen(content), version) is version

    def of_several(self) -> Iterator[list[Settled[V]]]:
        """For each name with several different resources, the things that they are: mostly one, in several versions."""
        for group in self._several.values():
            if len(group) > 1:
                yield [_settled(thing) for thing in _things(list(group.values()))]


@dataclass(frozen=True, slots=True)
class Settled(Generic[V]):
    """One thing, of which several versions may be in the input: `left` are those whose place no other took."""

    left: Sequence[V]
    replaced: Sequence[V]


def _settled(versions: Sequence[V]) -> Settled[V]:
    signs = [(_version(each.content), _changed(each.content)) for each in versions]
    out = _replaced(signs)
    if all(out):  # in a circle (version 3 of January, version 1 of March, …): then nothing says which counts
        out = [False] * len(versions)
    return Settled(
        [each for each, is_out in zip(versions, out, strict=True) if not is_out],
        [each for each, is_out in zip(versions, out, strict=True) if is_out],
    )


def _replaced(signs: Sequence[tuple[float | None, float | None]]) -> list[bool]:
    """For each pair of version and time of change, whether another has one of them higher and the other no lower.

    A sign that one of two lacks says nothing of them. Several thousand versions are sorted, not compared one by one.
    """
    lowest = float("-inf")
    highest = max((v for v, _ in signs if v is not None), default=lowest)
    latest = max((t for _, t in signs if t is not None), default=lowest)
    untimed = max((v for v, t in signs if v is not None and t is None), default=lowest)
    unnumbered = max((t for v, t in signs if v is None and t is not None), default=lowest)
    both = sorted({(v, t) for v, t in signs if v is not None and t is not None})
    later = list(accumulate((t for _, t in reversed(both)), max))  # the latest of those from here on, from behind

    def is_replaced(version: float | None, changed: float | None) -> bool:
        if version is None and changed is None:
            return False
        if version is None:
            return changed is not None and latest > changed
        if changed is None:
            return highest > version
        if untimed > version or unnumbered > changed:
            return True
        after = len(both) - bisect_right(both, (version, changed))  # how many are higher, or as high and later
        return after > 0 and later[after - 1] >= changed

    return [is_replaced(version, changed) for version, changed in signs]


def _things(versions: Sequence[V]) -> list[list[V]]:
    """The versions by what they are of: two servers may each have a resource of one type and id, and two records may
    have one id by mistake, which then have no code in common.
    """
    urls = sorted({url for each in versions if (url := each.full_url or "").startswith(("http://", "https://"))})
    servers: dict[str, list[V]] = {}
    for each in versions:
        url = each.full_url or ""
        servers.setdefault(url if url in urls else urls[0] if urls else "", []).append(each)
    return [thing for group in servers.values() for thing in _by_code(group)]


def _by_code(versions: Sequence[V]) -> list[list[V]]:
    """Those that share a code, or share one with others that do; one without any code may be a version of each."""
    codes = [_codes(each.content) for each in versions]
    if not all(codes):
        return [list(versions)]
    things: list[tuple[set[tuple[str, str]], list[V]]] = []
    for each, own in zip(versions, codes, strict=True):
        joined = [thing for thing in things if not own.isdisjoint(thing[0])]
        whole = (own.union(*(thing[0] for thing in joined)), [v for thing in joined for v in thing[1]] + [each])
        things = [thing for thing in things if not any(thing is other for other in joined)] + [whole]
    return [thing[1] for thing in things]


def _frozen(value: object) -> Hashable:
    """A value that is equal for equal contents; one that is nested too deeply to compare is taken for different."""
    try:
        return _hashable(value)
    except RecursionError:
        return object()


def _hashable(value: object) -> Hashable:
    if isinstance(value, Mapping):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_hashable, value))
    return (type(value) is bool, value)  # true is not 1


def _codes(resource: Mapping[str, object]) -> set[tuple[str, str]]:
    found = set()
    for name in ("code", "medicationCodeableConcept", "vaccineCode", "codeCodeableConcept"):
        held = resource.get(name)
        codings = held.get("coding") if isinstance(held, Mapping) else None
        for coding in codings if isinstance(codings, list | tuple) else ():
            if isinstance(coding, Mapping):
                found.add((str(coding.get("system")), str(coding.get("code"))))
    return found


def _version(resource: Mapping[str, object]) -> float | None:
    """The version where it is a number; other identifiers have no order."""
    word = _meta(resource, "versionId")
    return int(word) if word is not None and word.isascii() and word.isdigit() and len(word) < 16 else None


def _changed(resource: Mapping[str, object]) -> float | None:
    text = _meta(resource, "lastUpdated")
    try:
        moment = parse_moment(text, dt.UTC) if text is not None else None
    except ValueError:
        return None
    return None if moment is None or moment.is_partial else moment.earliest.timestamp()


def _meta(resource: Mapping[str, object], name: str) -> str | None:
    meta = resource.get("meta")
    found = meta.get(name) if isinstance(meta, Mapping) else None
    return found.strip() if isinstance(found, str) else None
