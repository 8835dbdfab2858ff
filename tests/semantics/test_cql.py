"""The meaning of expressions held against the public tests of CQL.

Each line of the suite ends in exactly one of: it runs and agrees, it runs and differs by design (`cql.toml` says why),
or the language has no equivalent. A difference without a reason fails, and so does a reason for what agrees.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

import guidelang
from guidelang.calendar import parse_moment
from guidelang.quantity import conversion, parse_decimal, parse_unit
from guidelang.source import Source
from guidelang.trace.document import DerivedDocument

from ..shared_data import shared_data
from .transliterate import NoEquivalent, Transliterated, transliterate

REASONS = Path(__file__).with_name("cql.toml")
AS_OF = "2024-06-01"


@dataclass(frozen=True)
class Line:
    """One line of the suite; `invalid` says that the expression has to be an error."""

    name: str
    expression: str
    expected: str | None
    invalid: bool


@dataclass(frozen=True)
class Check:
    """A derived fact, and what the suite says of it: a truth, a value as it writes it, `null`, or None for an error."""

    derived: str
    text: str
    expected: str | None


def suite() -> list[Line]:
    rows = shared_data("expressions", "cql-semantics.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Line(row["name"], row["expression"], row["expected"], bool(row.get("invalid"))) for row in map(json.loads, rows)
    ]


def checks(name: str, made: Transliterated, expected: str | None) -> list[Check]:
    """What has to be asked of a line: its value; of a time between two days how it compares with each limit."""
    if made.term.sort != "elapsed":
        return [Check(name, made.term.text, expected)]
    low, high = (int(number) for number in (re.findall(r"\d+", expected or "") * 2)[:2])
    asked = [(low, "true"), (high + 1, "false")] + ([(high, "null")] if low < high else [])
    return [Check(f"{name}_{n}", f"{made.term.text} >= {n} {made.term.unit}", truth) for n, truth in asked]


def agrees(found: DerivedDocument, expected: str | None) -> bool:
    """Whether a value is as expected. Where the suite expects an error (None), no value is."""
    if expected is None:
        return False
    if expected in ("true", "false"):
        return found.value == {"true": "yes", "false": "no"}[expected]
    if expected == "null":
        return found.value is None and found.interval is None
    if expected.startswith("@"):
        moment = parse_moment(expected.removeprefix("@").removesuffix("T"), dt.UTC)
        ends = (found.value, found.value) if found.interval is None else (found.interval.low, found.interval.high)
        return ends == (moment.first_day.isoformat(), moment.last_day.isoformat())
    if expected.startswith("'"):
        return found.value == expected.strip("'")
    match = re.fullmatch(r"(-?[\d.]+)L?\s*(?:'(.*)')?", expected)
    if match is None or found.value is None:
        return False
    return Fraction(found.value) == _in_unit(parse_decimal(match[1].lstrip("-")), match[1], match[2], found.unit)


def _in_unit(number: Fraction, text: str, written: str | None, unit: str | None) -> Fraction | None:
    number = -number if text.startswith("-") else number
    if written is None or unit is None:
        return number if (written or "1") == (unit or "1") else None
    change = conversion(parse_unit(written), parse_unit(unit))
    return None if change is None else change(number)


def test_the_suite_agrees_but_for_what_differs_by_design(capsys: pytest.CaptureFixture[str]) -> None:
    lines = suite()
    without: Counter[str] = Counter()
    asked: dict[str, list[Check]] = {}
    statements, given = ["guideline cql version 1.0.0"], dict[str, object]()
    for number, line in enumerate(lines):
        try:
            made = transliterate(line.expression, f"f{number}")
        except NoEquivalent as missing:
            without[str(missing)] += 1
            continue
        asked[line.name] = checks(f"e{number}", made, None if line.invalid else line.expected)
        for fact, (type_, value) in made.facts.items():
            statements.append(f"fact {fact} is {type_}")
            given[fact] = value
        statements += [f"define {check.derived} = {check.text}" for check in asked[line.name]]
    guideline = guidelang.load(Source("<suite>", "\n".join(statements)))
    different = set[str]()
    for engine in ("direct", "durable"):
        found = {d.name: d for d in guideline.evaluate(given, as_of=AS_OF, engine=engine).trace().derived}
        for name, of_line in asked.items():
            if not all(agrees(found[check.derived], check.expected) for check in of_line):
                different.add(name)
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    by_design = {name for reason in reasons["differs"] for name in reason["names"]}
    agree = len(asked) - len(different)
    with capsys.disabled():
        print(
            f"\nCQL expressions: {len(asked)} run, {agree} agree, {sum(without.values())} no equivalent, "
            f"{len(different & by_design)} differ by design"
        )
        for sort, count in without.most_common():
            print(f"    no equivalent: {count} {sort}")
    unexplained = [line for line in lines if line.name in different - by_design]
    assert not unexplained, "\n".join(f"{line.name}: {line.expression} => {line.expected}" for line in unexplained)
    assert by_design & set(asked) <= different, "a reason for what agrees"
    assert len(asked) + sum(without.values()) == len(lines)
    assert dict(without) == reasons["no_equivalent"], "other lines have no equivalent than cql.toml says"
