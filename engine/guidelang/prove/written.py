"""A patient as texts: a fact set to keep as a file, and an `example` block for the guideline."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from guidelang.calendar import Duration, less
from guidelang.prove.draft import Draft, Entry
from guidelang.quantity import format_number


def patient_file(draft: Draft, *, name: str) -> str:
    """A fact set in YAML, which `guidelang run` reads. Each scalar is written as in JSON, unless it is a plain word."""
    content = {**draft.content(), "patient": name}
    return "".join(_yaml(key, value) for key, value in content.items())


def example_block(draft: Draft, *, name: str, expects: Sequence[str]) -> str:
    """An `example` of the language, pinned to the patient's evaluation day."""
    given = ", ".join(_given(draft))
    lines = [f'example "{name}"', f"    on {draft.as_of.isoformat()}"]
    if given:
        lines.append(f"    given {given}")
    lines += [f"    expect {expected}" for expected in expects]
    return "\n".join(lines) + "\n"


def summary(draft: Draft) -> str:
    """The patient in a line: what an example is given."""
    return ", ".join(_given(draft)) or "nothing known"


def _yaml(key: str, value: object) -> str:
    if isinstance(value, list):
        return f"{key}:\n" + "".join(f"  - {_flow(entry)}\n" for entry in value)
    return f"{key}: {_scalar(value)}\n"


def _flow(entry: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in entry.items()) + "}"


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and not all(c.isalnum() or c in " _./-%" for c in value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _given(draft: Draft) -> Iterator[str]:
    if draft.months is not None:
        born = less(draft.as_of, Duration(draft.months, "month")) or dt.date.min
        yield f"birth_date {born.isoformat()}"
    for key, entry in sorted(draft.person.items()):
        yield _fact(draft, key, entry)
    for fact in sorted(draft.entries):
        for entry in draft.entries[fact]:
            yield _fact(draft, fact, entry)
            if entry.high is not None:
                yield _fact(draft, fact, Entry(entry.high, entry.age))


def _fact(draft: Draft, fact: str, entry: Entry) -> str:
    when = ""
    if entry.age is not None and entry.ends is not None:
        when = f" from {entry.age} days ago to {entry.ends} days ago"
    elif entry.age is not None:
        when = f" {entry.age} days ago"
    match entry.value:
        case None:
            return f"unknown {fact}{when}"
        case True:
            return f"{fact}{when}"
        case False:
            return f"not {fact}{when}"
        case Fraction() if fact in draft.dates:
            return f"{fact} {dt.date.fromordinal(int(entry.value)).isoformat()}{when}"
        case Fraction():
            unit = draft.units.get(fact)
            return f"{fact} {entry.comparator or ''}{format_number(entry.value)}{f' {unit}' if unit else ''}{when}"
        case _:
            return f"{fact} {entry.value}{when}"
