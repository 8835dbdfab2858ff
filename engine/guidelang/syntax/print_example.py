"""Examples in their canonical form."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.syntax import tree
from guidelang.syntax.grammar import fits
from guidelang.syntax.layout import Piece, head_piece
from guidelang.syntax.print_expression import (
    INDENT,
    print_expression,
    print_parameter_value,
    print_quantity,
    quote,
)


def example_pieces(example: tree.Example) -> Iterator[Piece]:
    head = f"example {quote(example.name.text)}"
    yield head_piece(head) if example.on is None else head_piece(head, f"{INDENT}on {example.on.text}")
    for index, setting in enumerate(example.settings):
        yield Piece("setting", index, (f"with {setting.parameter} = {print_parameter_value(setting.value)}",))
    if example.patient is not None:
        yield Piece("patient", 0, (f"patient {quote(example.patient.text)}",), joined="given")
    for index, given in enumerate(example.givens):
        yield Piece("given", index, (_given(given),), joined="given")
    for index, expectation in enumerate(example.expects):
        # rules of one outcome share a clause
        sort = str(expectation.truth) if isinstance(expectation, tree.ExpectTruth) else None
        yield Piece("expect", index, (_expectation(expectation),), joined="expect", sort=sort)


def _given(given: tree.Given) -> str:
    return ", ".join(_given_value(given.fact, value, index == 0) for index, value in enumerate(given.values))


def _given_value(fact: tree.Identifier, given: tree.GivenValue, first: bool) -> str:
    value = given.value
    match value:
        case True | False | None:
            text = {True: str(fact), False: f"not {fact}", None: f"unknown {fact}"}[value]
        case tree.Identifier():
            text = f"{fact} {value}"
        case _:
            written = print_expression(value)
            if given.comparator is not None:
                written = f"{given.comparator}{written}"
            text = f"{fact} {written}" if first else written
    if isinstance(given.when, tree.Course):
        text += f" from {_day(given.when.begins)}"
        text += "" if given.when.ends is None else f" to {_day(given.when.ends)}"
    elif given.when is not None:
        text += f" {_day(given.when)}" if given.when.on is None else f" on {_day(given.when)}"
    if given.encounter is not None:
        text += f" in encounter {given.encounter}"
    if given.practitioner is not None:
        text += f" by practitioner {given.practitioner}"
    return f"{text} attested" if given.attested else text


def _day(when: tree.When) -> str:
    if when.on is None:
        return f"{print_quantity(when.ago)} ago" if when.ago is not None else ""
    return when.on if when.at is None else f"{when.on} at {when.at}"


def _expectation(expectation: tree.Expectation) -> str:
    match expectation:
        case tree.ExpectTruth(name, truth, reason):
            text = {True: str(name), False: f"not {name}", None: f"unknown {name}"}[truth]
            return text if reason is None else f"{text} because {reason}"
        case tree.ExpectValue(name, value):
            return f"{name} {print_expression(value)}"
        case tree.ExpectBetween(name, low, high):
            return f"{name} {print_quantity(low)} to {print_quantity(high)}"
        case tree.ExpectWord(name, word):
            return f"{name} is {word}"
        case tree.ExpectUndecided(name, needs):
            text = f"undecided {'scope' if name is None else name}"
            if needs is None:
                return text
            only = "only " if needs.only else ""
            return f"{text} needs {only}{', '.join(str(fact) for fact in needs.facts)}"
        case tree.ExpectOverridden(name, by):
            return f"overridden {name}" if by is None else f"overridden {name} by {by}"
        case tree.ExpectAdvice():
            return ("not " if expectation.negated else "") + " ".join(_advice(expectation))
        case tree.ExpectScope(applies):
            return "in scope" if applies else "not for this patient"
        case tree.ExpectConflict(target):
            return "no conflict" if target is None else f"conflict {target}"
        case tree.ExpectStack(direction, quantity):
            return "no stack" if direction is None else f"stack {direction} {quantity}"


def _advice(expected: tree.ExpectAdvice) -> Iterator[str]:
    yield advised(expected)
    if expected.to is not None:
        yield f"to {expected.to if isinstance(expected.to, tree.Identifier) else print_quantity(expected.to)}"
    if expected.strength is not None:
        yield f"strength {expected.strength}"
    if expected.certainty is not None:
        yield f"certainty {expected.certainty}"
    if expected.grade is not None:
        yield f"grade {expected.grade if fits('GRADE_MARK', expected.grade) else quote(expected.grade)}"
    if expected.urgency is not None:
        yield f"urgency {expected.urgency}"


def advised(advice: tree.Advice | tree.ExpectAdvice | tree.ClaimedAdvice) -> str:
    words = [advice.kind, "against" if advice.against else None, advice.action, str(advice.target)]
    return " ".join(word for word in words if word is not None)
