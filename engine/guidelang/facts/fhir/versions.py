"""Which of several versions of one resource counts: the one with the higher version, or that was changed later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from guidelang.calendar import parse_moment


def newer(one: Mapping[str, object], other: Mapping[str, object]) -> Literal["one", "other"] | None:
    """Which of two versions took the other's place; None where nothing says so, or the two signs contradict."""
    by_version, by_time = _compared(_version(one), _version(other)), _compared(_changed(one), _changed(other))
    if by_version and by_time and by_version != by_time:
        return None
    sign = by_version or by_time
    return None if not sign else "one" if sign > 0 else "other"


def are_other_things(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two resources of one id have no code in common: two records with one id by mistake, and no versions."""
    codes, others = _codes(one), _codes(other)
    return bool(codes) and bool(others) and not codes & others


def _codes(resource: Mapping[str, object]) -> set[tuple[str, str]]:
    found = set()
    for name in ("code", "medicationCodeableConcept", "vaccineCode", "codeCodeableConcept"):
        held = resource.get(name)
        codings = held.get("coding") if isinstance(held, Mapping) else None
        for coding in codings if isinstance(codings, list | tuple) else ():
            if isinstance(coding, Mapping):
                found.add((str(coding.get("system")), str(coding.get("code"))))
    return found


def _compared(one: float | None, other: float | None) -> int:
    return 0 if one is None or other is None else (one > other) - (one < other)


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
