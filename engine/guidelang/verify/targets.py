"""What a column speaks about, and what an evaluation says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.measured import measure, read_number
from guidelang.network.ir import Action, FactDefinition, Network, ValueType
from guidelang.quantity import Interval, UnitError, conversion, parse_decimal, parse_unit
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import ScopeStatus, Status, Truth
from guidelang.trace import Why
from guidelang.trace.document import WhyNode
from guidelang.trace.told import Told
from guidelang.trace.values import value_text

SCOPE = "scope"
LARGEST_WHY = 60
"""Nodes of a tree of why below a difference, which is one of many."""


@dataclass(frozen=True, slots=True)
class Target:
    """A rule, derived fact, fact, piece of advice, or the scope. `words` is how the map names it."""

    words: str
    sort: Literal["rule", "derived", "fact", "advice", "scope"]
    name: str
    type: ValueType = "yes_no"
    unit: str | None = None
    against: bool = False
    action: Action = "start"
    fact: FactDefinition | None = None  # of a fact, whose own conversions a cell may use


@dataclass(frozen=True, slots=True)
class Found:
    """What an evaluation says: a truth, or the text of a value, and of a number the number itself; None is unknown."""

    truth: Truth = None
    text: str | None = None
    number: Interval | None = None


Kind: TypeAlias = Literal["truth", "value"]

_ACTIONS: tuple[Action, ...] = (
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate",
)  # fmt: skip


def find_target(words: str, network: Network, report: Report, file: str) -> Target | None:
    """What the words of a map name; None, with an error in the report (G703), if there is nothing of that name."""
    parts = words.split()
    if parts and parts[0] in ("advice", "recommend", "suggest"):
        return _advice(parts[1:], words, network, report, file)
    name = parts[0] if len(parts) == 1 else words
    found = named_target(name, network)
    if found is None:
        names = [*network.rules, *network.derived, *network.facts]
        report.error(
            "G703",
            f"`{words}` is no rule, derived fact or fact that {network.name} uses",
            file=file,
            expected="the name of one, `advice start TARGET`, or `scope`",
            suggestion=did_you_mean(name, names),
        )
    return found


def named_target(name: str, network: Network) -> Target | None:
    """The rule, derived fact, fact or scope of that name."""
    if name == SCOPE:
        return Target(name, "scope", name)
    if name in network.rules:
        return Target(name, "rule", name)
    if (derived := network.derived.get(name)) is not None:
        return Target(name, "derived", name, derived.type, derived.unit)
    if (fact := network.facts.get(name)) is not None:
        return Target(name, "fact", name, fact.type, fact.unit, fact=fact)
    return None


def _advice(parts: Sequence[str], words: str, network: Network, report: Report, file: str) -> Target | None:
    against = bool(parts) and parts[0] == "against"
    rest = list(parts[1:] if against else parts)
    action: Action = next((each for each in _ACTIONS if rest[:1] == [each]), "start")
    rest = rest[1:] if rest[:1] == [action] else rest
    if len(rest) == 1:
        target = Target(words, "advice", rest[0], against=against, action=action)
        if _givers(target, network):
            return target
    said = sorted(
        {f"advice {'against ' * a.against}{a.action} {a.target}" for r in network.rules.values() for a in r.advice}
    )
    report.error(
        "G703",
        f"no rule of {network.name} gives `{words}`",
        file=file,
        expected=", ".join(said[:12]) or None,
        suggestion=did_you_mean(" ".join(["advice", *parts]), said),
    )
    return None


def _givers(target: Target, network: Network) -> list[str]:
    return [
        name
        for name, rule in network.rules.items()
        if any((a.target, a.action, a.against) == (target.name, target.action, target.against) for a in rule.advice)
    ]


def found(target: Target, evaluation: Evaluation) -> Found:
    """What an evaluation says of a target. Out of scope no rule applies, and nothing is advised."""
    match target.sort:
        case "scope":
            return Found(_of_scope(evaluation.scope))
        case "rule":
            return Found(_of_rule(target.name, evaluation))
        case "advice":
            return Found(any_of(_of_rule(name, evaluation) for name in _givers(target, evaluation.network)))
        case "derived":
            node = evaluation.network.derived[target.name].node
            if node in evaluation.conditions:
                return Found(evaluation.conditions[node])
            value = evaluation.values[node].value
        case "fact":
            value = evaluation.facts.states[target.name].value
    if target.type == "yes_no":
        return Found(value if isinstance(value, bool) else None)
    return Found(text=value_text(value, target.type), number=value if isinstance(value, Interval) else None)


def why(target: Target, evaluation: Evaluation) -> list[WhyNode]:
    """The trees that tell why, short ones: for a piece of advice those of the rules that give it."""
    trees = Why(evaluation, LARGEST_WHY)
    match target.sort:
        case "scope":
            return [trees.scope()]
        case "derived":
            return [trees.derived(target.name)]
        case "fact":
            return [Told(evaluation).fact(target.name)]
        case "rule" | "advice":
            names = [target.name] if target.sort == "rule" else _givers(target, evaluation.network)
            told = [trees.rule(name) for name in names]
            return told if evaluation.scope is ScopeStatus.APPLIES else [trees.scope(), *told]


def any_of(truths: Iterable[Truth]) -> Truth:
    """The `or` of strong Kleene logic."""
    seen = set(truths)
    return True if True in seen else None if None in seen else False


def agrees(expected: str, found: Found, target: Target) -> bool:
    """Whether a cell says what an evaluation says. Numbers agree by value, in the unit of the target."""
    if target.type == "yes_no":
        return TRUTHS.get(expected.lower()) is found.truth and expected.lower() in TRUTHS
    if expected == "" or found.text is None:
        return expected == "" and found.text is None
    if target.type in ("number", "quantity"):
        number = number_in(expected, target)
        return number is not None and number in (found.number, Interval.point(parse_decimal(found.text)))
    return expected.casefold() == found.text.casefold()


TRUTHS: dict[str, Truth] = {
    "1": True, "yes": True, "true": True, "0": False, "no": False, "false": False, "": None, "unknown": None,
}  # fmt: skip
"""The words of a cell that stand for true, false and unknown."""


def number_in(text: str, target: Target) -> Interval | None:
    """A number as a cell has it, without a unit or with one that converts into the target's; None if it is none."""
    number, _, written = text.partition(" ")
    unit = written.strip()
    try:
        value = parse_decimal(number)
        if not unit:
            return Interval.point(value)
        if target.fact is not None:
            return measure(target.fact, replace(read_number(number, unit), attested=True)).value
        change = None if target.unit is None else conversion(parse_unit(unit), parse_unit(target.unit))
    except (ValueError, UnitError):
        return None
    return None if change is None else Interval.point(change(value))


def _of_scope(scope: ScopeStatus) -> Truth:
    return {ScopeStatus.APPLIES: True, ScopeStatus.NOT_FOR_THIS_PATIENT: False, ScopeStatus.UNDECIDED: None}[scope]


def _of_rule(name: str, evaluation: Evaluation) -> Truth:
    if evaluation.scope is not ScopeStatus.APPLIES:
        return _of_scope(evaluation.scope)
    outcome = next(outcome for outcome in evaluation.outcomes if outcome.rule == name)
    return None if outcome.status is Status.UNDECIDED else outcome.status is Status.APPLIES
