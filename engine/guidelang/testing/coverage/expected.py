"""What an example expects that was made to cover something: the outcomes that the thing is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from guidelang.network.ir import Network
from guidelang.quantity import Interval, format_number, parse_decimal
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Missing, Outcome, ScopeStatus, Status
from guidelang.run.texts import value_text
from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.plan import Plan

MOST_RULES = 3
"""How many of the rules that a derived fact's condition decides are named, at most."""


def expectations(plan: Plan, items: Iterable[Item], evaluation: Evaluation) -> tuple[str, ...]:
    """Expectations that hold of the evaluation, each once, in the order of the items."""
    found: dict[str, None] = {}
    for item in items:
        found.update(dict.fromkeys(_of_item(plan, item, evaluation)))
    if not found:
        found[_scope(evaluation)] = None
    return tuple(found)


def _of_item(plan: Plan, item: Item, evaluation: Evaluation) -> Iterator[str]:
    name = item.statement.name
    match item.statement.sort:
        case "scope":
            yield _scope(evaluation)
        case "rule":
            yield _rule(name, evaluation)
        case "define":
            told = _derived(name, plan.network, evaluation)
            if told is not None:
                yield told
            for rule in plan.decided_rules(item, evaluation)[:MOST_RULES]:
                yield _rule(rule, evaluation)
            if told is None and evaluation.scope is not ScopeStatus.APPLIES:
                yield _scope(evaluation)
        case "fact":
            value = evaluation.facts.states[name].value
            unit = plan.network.facts[name].unit
            if isinstance(value, Interval) and value.is_point:
                yield f"{name} {_quantity(value, unit)}"
            elif isinstance(value, bool):
                yield name if value else f"not {name}"
            elif isinstance(value, str) and plan.network.facts[name].type == "choice":
                yield f"{name} is {value}"


def _scope(evaluation: Evaluation) -> str:
    match evaluation.scope:
        case ScopeStatus.APPLIES:
            return "in scope"
        case ScopeStatus.NOT_FOR_THIS_PATIENT:
            return "not for this patient"
        case ScopeStatus.UNDECIDED:
            return f"undecided scope{_needs(evaluation.scope_missing)}"


def _rule(name: str, evaluation: Evaluation) -> str:
    if evaluation.scope is not ScopeStatus.APPLIES:
        return _scope(evaluation)
    outcome: Outcome = next(each for each in evaluation.outcomes if each.rule == name)
    match outcome.status:
        case Status.APPLIES:
            return name
        case Status.NOT_APPLICABLE:
            return f"not {name}"
        case Status.OVERRIDDEN:
            return f"overridden {name} by {outcome.overridden_by[0]}"
        case Status.UNDECIDED:
            return f"undecided {name}{_needs(outcome.missing)}"


def _needs(missing: tuple[Missing, ...]) -> str:
    return f" needs only {', '.join(each.fact for each in missing)}" if missing else ""


def _derived(name: str, network: Network, evaluation: Evaluation) -> str | None:
    """What a derived fact is; None where it cannot be said in an example (a number with a long tail)."""
    derived = network.derived[name]
    if derived.type == "yes_no":
        truth = evaluation.conditions[derived.node]
        return f"unknown {name}" if truth is None else name if truth else f"not {name}"
    value = evaluation.values[derived.node].value
    if value is None:
        return f"unknown {name}"
    if isinstance(value, str):
        return f"{name} is {value}" if derived.type == "choice" else None
    if not isinstance(value, Interval):
        return None
    if derived.type == "date":
        return f"{name} {value_text(value, True, None)}" if value.is_point else None
    if value.low is None or value.high is None or value.low_open or value.high_open:
        return None
    if not all(_is_short(end) for end in (value.low, value.high)):
        return None
    if value.is_point:
        return f"{name} {_quantity(value, derived.unit)}"
    unit = f" {derived.unit}" if derived.unit else ""
    return f"{name} {format_number(value.low)} to {format_number(value.high)}{unit}"


def _quantity(value: Interval, unit: str | None) -> str:
    return f"{format_number(value.value)}{f' {unit}' if unit else ''}"


def _is_short(number: Fraction) -> bool:
    """Whether a number is written out in full in a few places."""
    text = format_number(number)
    return len(text) <= 12 and parse_decimal(text) == number
