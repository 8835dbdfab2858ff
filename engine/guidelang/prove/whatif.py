"""The smallest change of modifiable facts that brings advice about, or keeps it away.

Everything that stands on no modifiable fact is what it is for this patient: a constant. Each modifiable fact is as it
is, or has another value: yes or no, one of its choices, a plausible number. If the solver finds nobody, no such change
does it: that is proved. What it finds is run, and made as small as it can be, before it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from guidelang.diagnostics import GuidelineError
from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import facts_of, operands_of
from guidelang.network.ir import (
    Aggregate,
    Arithmetic,
    EventDay,
    FactDefinition,
    IsOneOf,
    LastN,
    Network,
    Node,
    NodeId,
    ValueType,
)
from guidelang.prove import numbers
from guidelang.prove.ask import Nobody, Somebody, Undecided, ask
from guidelang.prove.encode import Encoding
from guidelang.prove.every import EveryPatient
from guidelang.prove.runner import Runner
from guidelang.prove.smt import (
    FALSE,
    TRUE,
    Bool,
    all_of,
    any_of,
    at_least,
    boolean,
    choose,
    choose_truth,
    negated,
    number,
    real,
    truth,
    whole,
)
from guidelang.prove.terms import Rails, Range, Term, Word
from guidelang.prove.usual import usual_of
from guidelang.quantity import Interval, format_number
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import ScopeStatus
from guidelang.trace.hypothetical import with_changes
from guidelang.trace.thresholds import thresholds

MOST_SHOWN = 4
"""How many changes of as few facts are looked at."""

_FAR = Fraction(10**12)  # beyond every value of a fact: the end of what has none
_NEXT = Fraction(1, 10**9)  # an open end, closed so near to it that no limit lies between

Wanted = Callable[[Evaluation], bool]


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of the search: `already` so, `found` (the smallest change first), `impossible` or `undecided`."""

    answer: Literal["already", "found", "impossible", "undecided"]
    changes: tuple[Mapping[str, str], ...]
    free: tuple[str, ...]
    fewest: bool = True  # whether fewer facts were proved not to do


def smallest_change(evaluation: Evaluation, rules: Sequence[str], *, avoid: bool, seconds: float = 10.0) -> Reached:
    """The fewest modifiable facts, and the nearest round values of theirs, with which one of some rules applies.

    Args:
        rules: the rules that give the advice; with `avoid` none of them is to apply, and that for certain.
        seconds: how long the solver may think about one question.
    """
    network = evaluation.network
    free = tuple(sorted(name for name, fact in network.facts.items() if fact.modifiable and _can_change(fact)))

    def wanted(other: Evaluation) -> bool:
        if other.scope is not ScopeStatus.APPLIES:
            return False
        found = [other.conditions[network.rules[rule].applies] for rule in rules]
        return all(each is False for each in found) if avoid else any(found)

    if wanted(evaluation):
        return Reached("already", (), free)
    search = _Search(evaluation, free, rules, avoid=avoid, wanted=wanted, seconds=seconds)
    return search.result()


def _can_change(fact: FactDefinition) -> bool:
    return fact.patient_field is None and fact.type in ("yes_no", "choice", "quantity", "number")


class _Search:
    def __init__(
        self,
        evaluation: Evaluation,
        free: tuple[str, ...],
        rules: Sequence[str],
        *,
        avoid: bool,
        wanted: Wanted,
        seconds: float,
    ) -> None:
        self._evaluation = evaluation
        self._network = evaluation.network
        self._runner = Runner(evaluation.network, evaluation.facts.as_of)
        self._free = free
        self._wanted = wanted
        self._seconds = seconds
        self._fewest = True
        self._usual = usual_of([self._network], [self._network.nodes])
        self._space = _Changed(evaluation, frozenset(free))
        encoding = _Encoding(evaluation, self._space, frozenset(free))
        applying = [encoding.condition(self._network.rules[rule].applies) for rule in rules]
        claim = all_of(each.false for each in applying) if avoid else any_of(each.true for each in applying)
        self._conditions: list[Bool] = [claim, encoding.condition(self._network.scope).true]

    def result(self) -> Reached:
        everything = self._ask(len(self._free), [])
        if isinstance(everything, Nobody):
            return Reached("impossible", (), self._free)
        for most in range(1, len(self._free) + 1):
            found = sorted(self._with(most), key=self._size)
            if found:
                return Reached("found", tuple(found), self._free, self._fewest)
        return Reached("undecided", (), self._free)

    def _with(self, most: int) -> Iterator[Mapping[str, str]]:
        """Changes of so many facts, verified; of each set of facts one."""
        blocked: list[Bool] = []
        for _ in range(MOST_SHOWN):
            answer = self._ask(most, blocked)
            if not isinstance(answer, Somebody):
                self._fewest &= isinstance(answer, Nobody)
                return
            names = [name for name, flag in self._space.flags.items() if answer.holds(flag)]
            blocked.append(negated(all_of(self._space.flags[name] for name in names)))
            values = {name: self._space.value(name, answer) for name in names}
            verified = self._nearest(values) if self._does(values) else self._round(values)
            if verified is None:
                self._fewest = False  # the solver suspects that these would do
            else:
                yield {name: self._text(name, value) for name, value in verified.items()}

    def _ask(self, most: int, more: Sequence[Bool]) -> Somebody | Nobody | Undecided:
        few = negated(at_least(most + 1, self._space.flags.values()))
        return ask([*self._conditions, *self._space.constraints, few, *more], self._seconds)

    # ---- values that a person would name ----------------------------------------------------------------------------

    def _does(self, values: Mapping[str, Fraction | bool | str]) -> bool:
        """Whether the change does it: run, not reckoned."""
        changes = {name: self._text(name, value) for name, value in values.items()}
        try:
            facts = with_changes(self._network, self._evaluation.facts, changes)
        except GuidelineError:
            return False  # a value between two that can be written, say
        return self._wanted(self._runner.run_on(facts))

    def _round(self, values: Mapping[str, Fraction | bool | str]) -> Mapping[str, Fraction | bool | str] | None:
        """The change with its numbers on round values beside those of the solver, if one of them does it."""
        reals = {name: value for name, value in values.items() if isinstance(value, Fraction)}
        for places in range(4):
            step = Fraction(1, 10**places)
            for up in (0, 1):
                near = {**values, **{name: (value // step + up) * step for name, value in reals.items()}}
                if self._does(near):
                    return self._nearest(near)
        for name in reals:  # where the solver was told nothing of a history, its value says nothing either
            limits = self._limits(name)
            step = self._step(name, sorted(limits))
            for value in sorted(each for limit in limits for each in (limit - step, limit, limit + step)):
                if self._does({**values, name: value}):
                    return self._nearest({**values, name: value})
        return None

    def _nearest(self, values: Mapping[str, Fraction | bool | str]) -> Mapping[str, Fraction | bool | str]:
        """The change with each number as near to the present one as it can be, others being as they are."""
        found = dict(values)
        for name in sorted(values):
            if isinstance(found[name], Fraction):
                found[name] = self._nearest_number(name, found)
        return found

    def _nearest_number(self, name: str, values: Mapping[str, Fraction | bool | str]) -> Fraction:
        good = values[name]
        assert isinstance(good, Fraction)
        limits = sorted(self._limits(name))
        present = self._present(name)
        start = good if present is None else present
        step = self._step(name, limits)
        beside = sorted(
            (each for limit in limits for each in (limit, limit - step, limit + step)), key=lambda n: abs(n - start)
        )
        for candidate in beside:
            if (present is None or abs(candidate - present) < abs(good - present)) and self._does(
                {**values, name: candidate}
            ):
                good = candidate
                break
        else:
            if present is None and (usual := self._usual.middle.get(name)) is not None:
                good = usual if self._does({**values, name: usual}) else good
        if present is None:
            return good
        # what decides may be computed from several facts; then the nearest value lies somewhere in between
        sign = 1 if good > present else -1
        edge = (present // step) * step if sign > 0 else -((-present // step) * step)
        bad, steps = Fraction(0), abs(good - edge) / step
        far = Fraction(-(-steps // 1))
        if not self._does({**values, name: edge + sign * far * step}):
            return good
        while far - bad > 1:
            middle = (bad + far) // 2
            if self._does({**values, name: edge + sign * middle * step}):
                far = Fraction(middle)
            else:
                bad = Fraction(middle)
        near = edge + sign * far * step
        # the solver's own value may have digits without end: a round one beside it is what a person can aim at
        return near if good % step or abs(near - present) < abs(good - present) else good

    def _limits(self, name: str) -> set[Fraction]:
        """What a fact is compared with, now or in its history."""
        return {t.value for t in thresholds(self._network).of(name)} | set(self._usual.limits.get(name, ()))

    def _present(self, name: str) -> Fraction | None:
        value = self._evaluation.facts.states[name].value
        return value.value if isinstance(value, Interval) and value.is_point else None

    def _step(self, name: str, limits: Sequence[Fraction]) -> Fraction:
        """The last place in which the fact is reported, or compared: its values are that fine.

        What was reported in another unit is as fine as a place of the fact's own unit, in which the change is told.
        """
        precision = [_place(r.precision * 2) for r in self._evaluation.facts.states[name].used if r.precision]
        places = max((_places(limit) for limit in limits), default=1)
        return min([*precision, Fraction(1, 10**places)])

    def _text(self, name: str, value: Fraction | bool | str) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value
        unit = self._network.facts[name].unit
        return f"{format_number(value, 12)} {unit}" if unit else format_number(value, 12)

    def _size(self, change: Mapping[str, str]) -> tuple[int, Fraction, tuple[str, ...]]:
        """How large a change is: facts, then how far numbers move against the present value."""
        moved = Fraction(0)
        facts = with_changes(self._network, self._evaluation.facts, change)
        for name in change:
            present, value = self._present(name), facts.states[name].value
            if present is not None and isinstance(value, Interval) and value.is_point and present:
                moved += abs((value.value - present) / present)
            else:
                moved += 1
        return len(change), moved, tuple(sorted(change))


def _place(fine: Fraction) -> Fraction:
    """The decimal place that is as fine: 0.01 for 0.0113."""
    return next((place for places in range(-6, 6) if (place := Fraction(10) ** -places) <= fine), Fraction(1, 10**6))


def _places(number_: Fraction) -> int:
    """The decimals of a number."""
    return next((places for places in range(6) if (number_ * 10**places).denominator == 1), 6)


class _Changed(EveryPatient):
    """One patient whose modifiable facts are as they are or have another value; `flags` say which are other."""

    def __init__(self, evaluation: Evaluation, free: frozenset[str]) -> None:
        super().__init__()
        self._evaluation = evaluation
        self.flags: dict[str, Bool] = {name: boolean(f"changed {name}") for name in sorted(free)}
        self._other: dict[str, Term] = {}

    def fact(self, network: Network, name: str) -> Term:
        present = constant(self._evaluation.facts.states[name].value, network.facts[name].type, self.code)
        if name not in self.flags:
            return present
        other = self._new(network.facts[name])
        if other is None:
            self.constraints.append(negated(self.flags[name]))
            return present
        return _either(self.flags[name], other, present)

    def stale(self, network: Network, name: str) -> Bool:  # noqa: ARG002 - of the interface: there is one network
        causes = self._evaluation.facts.states[name].causes
        stale = truth(any(cause.reason.value == "stale" for cause in causes))
        return stale if name not in self.flags else all_of((stale, negated(self.flags[name])))

    def value(self, name: str, found: Somebody) -> Fraction | bool | str:
        """What the solver gives a fact; of one that only a history is asked of, anything."""
        match self._new(self._evaluation.network.facts[name]):
            case Rails(true=true):
                return found.holds(true)
            case Word(code=code):
                return next(word for word, one in self._codes.items() if one == found.number(code))
            case Range(low=low):
                return found.number(low)
        raise TypeError(f"{name} is of a sort that does not change")

    def _new(self, definition: FactDefinition) -> Term | None:
        """Another value of a fact, known and a point; None of a sort that is left as it is."""
        name = definition.name
        if name in self._other:
            return self._other[name]
        if definition.type == "yes_no":
            yes = boolean(f"yes {name}")
            self._other[name] = Rails(yes, negated(yes))
        elif definition.type == "choice" and definition.choices:
            code = whole(f"word {name}")
            self.constraints.append(any_of(code == self.code(choice.value) for choice in definition.choices))
            self._other[name] = Word(TRUE, code)
        elif definition.type in ("quantity", "number"):
            new = real(f"value {name}")
            if definition.plausible is not None:
                low, high = definition.plausible
                self.constraints.append(all_of((new >= number(low), new <= number(high))))
            self._other[name] = Range(TRUE, new, new)
        return self._other.get(name)


class _Encoding(Encoding):
    """The network for this patient: a node that stands on no modifiable fact is the constant that it is."""

    def __init__(self, evaluation: Evaluation, space: _Changed, free: frozenset[str]) -> None:
        super().__init__(evaluation.network, space)
        self._evaluation = evaluation
        self._below = _free_below(evaluation.network, free)
        self._flags = space.flags

    def _term(self, node_id: NodeId, node: Node) -> Term:
        below = self._below[node_id]
        if not below:
            return self._present(node_id, None)
        term = super()._term(node_id, node)
        if not _is_opaque(node):
            return term
        # what a history or a rounded function gives is left open, but for a patient whose facts are as they are
        return _either(any_of(self._flags[name] for name in below), term, self._present(node_id, term))

    def _present(self, node_id: NodeId, like: Term | None) -> Term:
        """What a node is for this patient. An unknown value is that of a number, unless it is `like` a word."""
        if node_id in self._evaluation.conditions:
            return constant(self._evaluation.conditions[node_id], "yes_no", self.space.code)
        value = self._evaluation.values[node_id].value
        word = isinstance(value, str) or isinstance(like, Word) or node_id in self._words
        return constant(value, "choice" if word else "number", self.space.code)

    @cached_property
    def _words(self) -> frozenset[NodeId]:
        """The values that are words, as far as somebody asks for them."""
        nodes = self.network.nodes.values()
        return frozenset(node.subject for node in nodes if isinstance(node, IsOneOf))


def _is_opaque(node: Node) -> bool:
    """Whether the solver is told nothing of what a node makes of what it stands on."""
    if isinstance(node, Arithmetic):
        return node.operator in ("^", "ln", "log10", "exp")
    return isinstance(node, Aggregate | LastN | Occurs | Lasting | EventDay)


def _free_below(network: Network, free: frozenset[str]) -> Mapping[NodeId, frozenset[str]]:
    """The modifiable facts that each node stands on; operands come before the nodes that use them."""
    found: dict[NodeId, frozenset[str]] = {}
    for node_id, node in network.nodes.items():
        own = free.intersection(facts_of(node))
        found[node_id] = own.union(*(found[operand] for operand in operands_of(node)))
    return found


def constant(value: Interval | bool | str | None, type_: ValueType, code: Callable[[str], int]) -> Term:
    """A value that is what it is, as a term."""
    match value:
        case bool():
            return Rails(truth(value), truth(not value))
        case str():
            return Word(TRUE, number(code(value)))
        case Interval(low=low, high=high):
            first = -_FAR if low is None else low + (_NEXT if value.low_open else 0)
            last = _FAR if high is None else high - (_NEXT if value.high_open else 0)
            if first == last:
                return numbers.point(number(first))
            return Range(TRUE, number(first), number(last))
    if type_ == "yes_no":
        return Rails(FALSE, FALSE)
    return Word(FALSE, number(0)) if type_ in ("choice", "text") else Range(FALSE, number(0), number(0))


def _either(condition: Bool, yes: Term, no: Term) -> Term:
    """One of two terms of a sort."""
    match yes, no:
        case Rails(), Rails():
            return Rails(choose_truth(condition, yes.true, no.true), choose_truth(condition, yes.false, no.false))
        case Word(), Word():
            return Word(choose_truth(condition, yes.known, no.known), choose(condition, yes.code, no.code))
        case Range(), Range():
            known, low = choose_truth(condition, yes.known, no.known), choose(condition, yes.low, no.low)
            if yes.low is yes.high and no.low is no.high:
                return Range(known, low, low)
            return Range(known, low, choose(condition, yes.high, no.high))
    raise TypeError("a node is of one sort")
