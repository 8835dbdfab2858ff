"""Facts in their canonical form, and the clauses that they share with parameters and interventions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.syntax import tree
from guidelang.syntax.layout import Piece, filled, head_piece, named
from guidelang.syntax.print_expression import (
    INDENT,
    WIDTH,
    print_codes,
    print_expression,
    print_quantity,
    quote,
)
from guidelang.terminology import ANY, record_words


def fact_pieces(fact: tree.Fact) -> Iterator[Piece]:
    yield head_piece(*_typed(named("fact", fact.name, fact.label) + " is", fact.type))
    if fact.within is not None:  # before the first `from`: after one, it would be that one's alone
        yield Piece("within", 0, (f"within {print_expression(fact.within)}",))
    for index, reading in enumerate(fact.readings):
        yield Piece("from_record", index, tuple(_reading(reading, alone=len(fact.readings) == 1)))
    yield from plausible_piece(fact.plausible)
    for index, convert in enumerate(fact.converts):
        yield Piece("convert", index, (_conversion(convert),))
    if fact.absent_means_no:
        yield Piece("absent_means_no", 0, ("absent means no",))
    if fact.codes_complete:
        yield Piece("codes_complete", 0, ("codes complete",))
    if fact.modifiable:
        yield Piece("modifiable", 0, ("modifiable",))
    if fact.ties is not None:
        yield Piece("ties", 0, (f"ties {fact.ties}",))
    if fact.kind is not None:
        yield Piece("kind", 0, (f"kind {fact.kind}",))
    yield from effect_pieces(fact.effects)


def _typed(head: str, kind: tree.FactType) -> list[str]:
    match kind:
        case tree.QuantityType(unit):
            return [f"{head} quantity in {unit}"]
        case tree.NumberType():
            return [f"{head} number"]
        case tree.YesNoType():
            return [f"{head} yes or no"]
        case tree.DateType():
            return [f"{head} date"]
        case tree.TextType():
            return [f"{head} text"]
        case tree.ChoiceType(choices):
            items = [_choice(choice) for choice in choices]
            line = f"{head} one of {', '.join(items)}"
            if len(line) <= WIDTH:
                return [line]
            # codes belong to their value, so a long list has one value a line
            commas = ["," if index < len(items) - 1 else "" for index in range(len(items))]
            return [f"{head} one of", *(INDENT + item + comma for item, comma in zip(items, commas, strict=True))]


def _choice(choice: tree.Choice) -> str:
    text = str(choice.name) if choice.label is None else f"{choice.name} {quote(choice.label)}"
    words = [*print_codes(choice.codes), *_beginnings(choice.beginnings)]
    return f"{text} ({', '.join(words)})" if words else text


def _reading(reading: tree.FromRecord | tree.FromPatient, *, alone: bool) -> list[str]:
    """The lines of a `from`. Its window has a line of its own where the fact has no other `from`."""
    if isinstance(reading, tree.FromPatient):
        return [f"from patient {reading.field}"]
    opening = f"from {record_words(reading.record)}"
    codes = print_codes(reading.codes)
    lines = filled(opening, codes, "", WIDTH - len(INDENT)) if codes else [f"{opening} any"]
    filters = list(_filters(reading))
    within = [] if reading.within is None else [f"within {print_expression(reading.within)}"]
    if not alone:
        filters += within
    if filters:
        text = " ".join(filters)
        if len(INDENT) + len(lines[-1]) + 1 + len(text) <= WIDTH:
            lines[-1] += f" {text}"
        else:
            lines.extend(INDENT + each for each in filters)
    return lines + within if alone else lines


def _filters(reading: tree.FromRecord) -> Iterator[str]:
    """The parts of a `from` after its codes, in canonical order; its window comes last."""
    for word, words in (
        ("status", reading.status),
        ("verification", reading.verification),
        ("intent", reading.intent),
    ):
        if words:
            yield f"with any {word}" if words == (ANY,) else f"with {word} {', '.join(words)}"
    for coded in reading.coded:
        items = [*print_codes(coded.codes), *_beginnings(coded.beginnings)]
        yield f"with {coded.element} {', '.join(items)}" if items else f"with any {coded.element}"
    for each in reading.lengths:
        yield f"with {each.element} {each.operator} {print_expression(each.length)}"
    if reading.abatement:
        yield "with abatement"
    if reading.negation:
        yield "with negation"
    if reading.timed_by is not None:
        yield f"timed by {reading.timed_by}"
    if reading.daily_dose:
        yield "as daily dose"


def _beginnings(texts: Sequence[str]) -> list[str]:
    return [f"beginning {quote(text)}" for text in texts]


def _conversion(convert: tree.Convert | tree.ConvertAffine) -> str:
    if isinstance(convert, tree.Convert):
        return f"convert {' = '.join(print_quantity(amount) for amount in convert.amounts)}"
    sign = "-" if convert.offset.startswith("-") else "+"
    return f"convert {convert.unit} = {convert.factor} * {convert.of_unit} {sign} {convert.offset.lstrip('-')}"


def effect_pieces(effects: Sequence[tree.Effect]) -> Iterator[Piece]:
    for index, effect in enumerate(effects):
        yield Piece("effect", index, (f"{effect.direction} {effect.quantity}",), joined="effect")


def plausible_piece(plausible: tree.Plausible | None) -> Iterator[Piece]:
    if plausible is not None:
        unit = "" if plausible.unit is None else f" {plausible.unit}"
        yield Piece("plausible", 0, (f"plausible {plausible.low} to {plausible.high}{unit}",))
