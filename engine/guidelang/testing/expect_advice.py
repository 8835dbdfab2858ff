"""Expectations on advice, as the result's list has it: one piece for all rules that give the same."""

from __future__ import annotations

from guidelang.network.ir import Network
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Advice
from guidelang.syntax import print_expression, tree
from guidelang.testing.failure import Failure, of_rules


def advice_failure(expected: tree.ExpectAdvice, evaluation: Evaluation) -> Failure | None:
    """`recommend reduce phosphorus strength strong` and `not recommend …`; what is not said may be anything."""
    found = [advice for advice in evaluation.advice if _is_it(expected, advice, evaluation.network)]
    if bool(found) is not expected.negated:
        return None
    words = expected.span.text.removeprefix("not").strip()
    if expected.negated:
        rules = [rule for advice in found for rule in advice.rules]
        return Failure(f"no advice `{words}`", "it is given", expected.span, of_rules(*rules))
    near = [advice for advice in evaluation.advice if _is_about(expected, advice)]
    if near:
        got = f"what is given is {' and '.join(f'`{_words(advice, expected)}`' for advice in near)}"
        rules = [rule for advice in near for rule in advice.rules]
    else:
        got = "it is not given"
        rules = [
            rule.name
            for rule in evaluation.network.rules.values()
            if any((a.action, a.target, a.against) == _content(expected) for a in rule.advice)
        ]
    return Failure(f"the advice `{words}`", got, expected.span, of_rules(*rules))


def _is_it(expected: tree.ExpectAdvice, advice: Advice, network: Network) -> bool:
    return (
        advice.kind == expected.kind
        and _is_about(expected, advice)
        and (expected.to is None or advice.to == _aim(expected.to, network))
        and expected.strength in (None, advice.strength)
        and expected.certainty in (None, advice.certainty)
        and expected.grade in (None, advice.grade)
        and expected.urgency in (None, advice.urgency)
    )


def _is_about(expected: tree.ExpectAdvice, advice: Advice) -> bool:
    """Whether it advises this at all, however strongly and to whatever end."""
    return (advice.action, advice.target, advice.against) == _content(expected)


def _content(expected: tree.ExpectAdvice) -> tuple[str, str, bool]:
    return expected.action or "start", expected.target.name, expected.against


def _aim(to: tree.Identifier | tree.Quantity, network: Network) -> str:
    """What stands after `to`, as advice has it: a parameter by its value."""
    if isinstance(to, tree.Quantity):
        return print_expression(to)
    return next((each.text for each in network.parameters if each.name == to.name), to.name)


def _words(advice: Advice, expected: tree.ExpectAdvice) -> str:
    """Advice as an example would expect it, with those words that the expectation states."""
    said = [advice.kind, "against" if advice.against else None]
    said.append(advice.action if expected.action or not advice.against else None)
    said.append(advice.target)
    said.append(f"to {advice.to}" if expected.to is not None and advice.to is not None else None)
    for word in ("strength", "certainty", "grade", "urgency"):
        if getattr(expected, word) is not None:
            said.append(f"{word} {getattr(advice, word) or '(none)'}")
    return " ".join(word for word in said if word is not None)
