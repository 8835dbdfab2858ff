"""A second reading of the language's meaning, written for the tests alone.

It walks the syntax tree of a guideline for one plain fact set, shares no code with the network or its executors, and
knows only what the random guidelines use: numbers in their facts' own units, Kleene logic, rules with exceptions and
overrides, advice as a premise. None stands for unknown.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from guidelang.syntax import tree

Truth = bool | None
Bounds = tuple[Fraction, Fraction, bool, bool]  # lower end, upper end; whether each is excluded

PLAUSIBLE = {"calcium": (4, 18), "albumin": (Fraction(1, 2), 7), "phosphorus": (Fraction(1, 2), 20), "pth": (1, 10000)}
OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def all_of(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def any_of(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


@dataclass
class Reference:
    """Evaluates one guideline on one patient."""

    file: tree.File
    facts: Mapping[str, object]
    absent_means_no: frozenset[str]
    events: Mapping[str, Truth] = field(default_factory=dict)
    """The answers to questions about events, which `tests/run/test_event_readings.py` reads a second time."""

    def __post_init__(self) -> None:
        self.rules = {s.name.name: s for s in self.file.statements if isinstance(s, tree.Rule)}
        self.defines = {s.name.name: s for s in self.file.statements if isinstance(s, tree.Define)}
        self.sums = {s.name.name: s.value for s in self.file.statements if isinstance(s, tree.Score)}
        self.parameters = {s.name.name: s.value for s in self.file.statements if isinstance(s, tree.Parameter)}

    def scope(self) -> Truth:
        head = next(s for s in self.file.statements if isinstance(s, tree.Guideline))
        return True if head.applies_to is None else self.truth(head.applies_to)

    def base(self, rule: tree.Rule) -> Truth:
        assert rule.when is not None
        return all_of([self.truth(rule.when), *(opposite(self.truth(e)) for e in rule.unless)])

    def applies(self, name: str) -> Truth:
        stronger = [n for n, r in self.rules.items() if name in [o.name for o in r.overrides]]
        return all_of([self.base(self.rules[name]), *(opposite(self.applies(n)) for n in stronger)])

    def status(self, name: str) -> str:
        base = self.base(self.rules[name])
        stronger = [n for n, r in self.rules.items() if name in [o.name for o in r.overrides]]
        over = [self.applies(n) for n in stronger]
        if base is False:
            return "not_applicable"
        if True in over:
            return "overridden"
        if base is None or None in over:
            return "undecided"
        return "applies"

    def truth(self, e: tree.Expression) -> Truth:
        match e:
            case tree.And():
                return all_of([self.truth(o) for o in e.operands])
            case tree.Or():
                return any_of([self.truth(o) for o in e.operands])
            case tree.Not():
                return opposite(self.truth(e.operand))
            case tree.Certainly():
                return self.truth(e.operand) is True
            case tree.AtLeast():
                truths = [self.truth(o) for o in e.operands]
                wanted = int(e.count)
                if truths.count(True) >= wanted:
                    return True
                return None if truths.count(True) + truths.count(None) >= wanted else False
            case tree.FirstKnown():
                return next((t for o in e.operands if (t := self.truth(o)) is not None), None)
            case tree.Name():
                return self.name(e.name)
            case tree.Recommended():
                return any_of([self.applies(n) for n, r in self.rules.items() if self.gives(r, e.target.name)])
            case tree.IsOneOf():
                stage = self.facts.get("stage")
                return None if stage is None else stage in [str(v) for v in e.values]
            case tree.IsState():
                assert isinstance(e.subject, tree.Name)
                known = self.known(e.subject.name)
                return known if e.state == "known" else not known
            case tree.Compare():
                return self.compare(e.operator, self.number(e.left), self.number(e.right))
            case tree.Between():
                subject = self.number(e.subject)
                return all_of(
                    [self.compare(">=", subject, self.number(e.low)), self.compare("<=", subject, self.number(e.high))]
                )
            case _:
                raise AssertionError(e)

    def gives(self, rule: tree.Rule, target: str) -> bool:
        return any(not a.against and a.action == "start" and a.target.name == target for a in rule.advice)

    def name(self, name: str) -> Truth:
        if name in self.events:
            return self.events[name]
        if name in self.defines:
            return self.truth(self.defines[name].value)
        concluding = [n for n, r in self.rules.items() if name in [c.name for c in r.concludes]]
        if concluding:
            return any_of([self.applies(n) for n in concluding])
        given = self.facts.get(name)
        if given is None:
            return False if name in self.absent_means_no else None
        return None if given == "unknown" else bool(given)

    def known(self, name: str) -> bool:
        if name in PLAUSIBLE or name in self.sums or name in ("corrected", "weight"):
            return self.number_of(name) is not None
        if name == "stage":
            return "stage" in self.facts
        return self.name(name) is not None

    def number_of(self, name: str) -> Bounds | None:
        if name == "corrected":
            calcium, albumin = self.number_of("calcium"), self.number_of("albumin")
            if calcium is None or albumin is None:
                return None
            low = calcium[0] + Fraction(8, 10) * (4 - albumin[1])
            high = calcium[1] + Fraction(8, 10) * (4 - albumin[0])
            return (low, high, albumin[3], calcium[3])
        if name in self.sums:
            return self.sum(self.sums[name])
        if name == "weight":
            return self.weight()
        given = self.facts.get(name)
        if given is None or given == "unknown":
            return None
        found = re.match(r"(<?)([\d.]+) ", str(given))
        assert found is not None
        value = Fraction(found[2])
        least, most = PLAUSIBLE[name]
        if found[1]:
            return (Fraction(0), value, False, True) if value > least else None
        return (value, value, False, False) if least <= value <= most else None

    def sum(self, score: tree.ScoreSum) -> Bounds | None:
        """By adding up what each item may count at the least and at the most."""
        low = high = Fraction(0)
        for item in score.items:
            if item.points is None:
                assert isinstance(item.value, tree.Name)
                bounds = self.number_of(item.value.name)
                counts = None if bounds is None else bounds[:2]
            else:
                truth, points = self.truth(item.value), Fraction(item.points)
                counts = (points if truth else Fraction(0),) * 2
                if truth is None:
                    zero_or = sorted((Fraction(0), points))
                    counts = {"zero": (Fraction(0),) * 2, "unknown": None, "bounds": (zero_or[0], zero_or[1])}[
                        str(score.missing)
                    ]
            if counts is None:
                return None
            low, high = low + counts[0], high + counts[1]
        return (low, high, False, False)

    def weight(self) -> Bounds | None:
        """The one table, by trying every pair of a number and a stage that may be."""
        pth, stage = self.number_of("pth"), self.facts.get("stage")
        numbers = (
            [Fraction(n) for n in (1, 149, 150, 200, 300, 301, 10000)] if pth is None else _members(pth, Fraction(1))
        )
        numbers += [] if pth is None else [n for t in (150, 300) for n in _members(pth, Fraction(t))]
        given = set()
        for number in numbers:
            for each in ("g3", "g4", "g5") if stage is None else (stage,):
                inside = Fraction(4) if each == "g5" else Fraction(1)
                given.add(Fraction(0) if number < 150 else inside if number <= 300 else Fraction(5, 2))
        return (min(given), max(given), False, False)

    def number(self, e: tree.Expression) -> Bounds | None:
        match e:
            case tree.Quantity():
                return (Fraction(e.number), Fraction(e.number), False, False)
            case tree.Negate():
                inner = self.number(e.operand)
                return None if inner is None else (-inner[1], -inner[0], inner[3], inner[2])
            case tree.Name():
                if e.name in self.parameters:
                    value = self.parameters[e.name]
                    assert isinstance(value, tree.Quantity)
                    return self.number(value)
                return self.number_of(e.name)
            case tree.Arithmetic():  # the product of calcium and phosphorus: unknown unless one is a point
                left, right = self.number(e.left), self.number(e.right)
                if left is None or right is None:
                    return None
                if left[0] == left[1]:
                    left, right = right, left
                if right[0] != right[1]:
                    return None
                return (left[0] * right[0], left[1] * right[0], left[2], left[3])
            case _:
                raise AssertionError(e)

    def compare(self, comparator: str, left: Bounds | None, right: Bounds | None) -> Truth:
        """By sampling: members at the ends, near them and between them, so that no interval arithmetic is shared."""
        if left is None or right is None:
            return None
        truths = {OPERATORS[comparator](a, right[0]) for a in _members(left, right[0])}
        return truths.pop() if len(truths) == 1 else None


def _members(bounds: Bounds, threshold: Fraction) -> list[Fraction]:
    low, high, low_open, high_open = bounds
    tiny = Fraction(1, 10**9)
    candidates = [low, low + tiny, (low + high) / 2, high - tiny, high, threshold, threshold - tiny, threshold + tiny]
    return [c for c in candidates if low <= c <= high and not (low_open and c == low) and not (high_open and c == high)]
