"""Each code of the guideline's own facts read at least once, from a record: a plain example names a fact and no code.

A code that stands in a fact is one thing to cover, whether a record is found by it or a value; what a fact takes from
lists is one thing for each `from`: a list of a thousand products has no thousand examples. A record shows a code if the
fact still has a value where no other code is known, and has none where none is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from guidelang.facts import Reading as Records
from guidelang.model.examples import patient_file
from guidelang.model.symbols import Guideline
from guidelang.network.ir import FactDefinition, Network, Reading
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.terminology import Code
from guidelang.testing.coverage.item import Item, ReadCode, Statement
from guidelang.testing.coverage.units import own_facts

Record: TypeAlias = "Path | Mapping[str, object]"


def code_items(guideline: Guideline, network: Network) -> Iterator[Item]:
    """The codes of the guideline's own facts, in the order of the text."""
    for fact in own_facts(guideline, network):
        definition = network.facts[fact.name.name]
        clauses = [each for each in fact.readings if isinstance(each, tree.FromRecord)]
        for number, (clause, reading) in enumerate(zip(clauses, definition.readings, strict=True)):
            yield from _of_reading(fact, number, clause, reading)
        choices = fact.type.choices if isinstance(fact.type, tree.ChoiceType) else ()
        for choice in choices if clauses else ():
            known = {(each.code.code, each.code) for own in definition.choices for each in own.codes}
            for ref in choice.codes:
                codes = frozenset(code for text, code in known if text == ref.code)
                name = choice.name.name
                yield _item(fact, f"{name} from {_words(ref)}", ref.span, ReadCode(fact.name.name, codes, value=name))


def _of_reading(fact: tree.Fact, number: int, clause: tree.FromRecord, reading: Reading) -> Iterator[Item]:
    name = fact.name.name
    listed = {each.code for each in reading.codes}
    for ref in (each for each in clause.codes if isinstance(each, tree.CodeRef)):
        codes = frozenset(code for code in listed if code.code == ref.code)
        listed -= codes
        yield _item(fact, f"read from {_words(ref)}", ref.span, ReadCode(name, codes, reading=number))
    lists = [each for each in clause.codes if isinstance(each, tree.ListRef)]
    if lists and listed:
        told = " or ".join(each.name for each in lists)
        yield _item(fact, f"read from a code of {told}", lists[0].span, ReadCode(name, frozenset(listed), number))


def _words(ref: tree.CodeRef) -> str:
    return f"{ref.system} {ref.code}"


def _item(fact: tree.Fact, asks: str, span: Span, code: ReadCode) -> Item:
    name = fact.name.name
    return Item("code", Statement("fact", name), span, name, asks, f"{name} {asks}", None, code=code)


def covered_codes(network: Network, items: Iterable[Item], example: tree.Example, day: dt.date) -> Iterator[Item]:
    """The items that the record in the file of an example shows; none where its patient is no record.

    Args:
        day: the evaluation day of the example, which passes.
    """
    path = patient_file(example)
    if path is None:
        return
    given = {each.fact.name for each in example.givens}  # stands in place of what the record has
    for item in items:
        if item.code is not None and item.code.fact not in given and shows(network, item.code, path, day):
            yield item


def shows(network: Network, code: ReadCode, record: Record, day: dt.date) -> bool:
    """Whether a record of one patient has a usable value of the fact by this code."""
    definition = network.facts[code.fact]
    return _is_read(network, _only(definition, code, code.codes), code, record, day) and not _is_read(
        network, _only(definition, code, frozenset()), code, record, day
    )


def _only(definition: FactDefinition, code: ReadCode, codes: frozenset[Code]) -> FactDefinition:
    """The fact, had it no other codes: of the one reading, or of the values of the choice."""
    if code.value is not None:
        choices = tuple(
            replace(each, codes=tuple(listed for listed in each.codes if listed.code in codes), beginnings=())
            for each in definition.choices
        )
        return replace(definition, choices=choices)
    assert code.reading is not None
    own = definition.readings[code.reading]
    kept = tuple(listed for listed in own.codes if listed.code in codes)
    return replace(definition, readings=(replace(own, codes=kept),) if kept else ())


def _is_read(network: Network, definition: FactDefinition, code: ReadCode, record: Record, day: dt.date) -> bool:
    alone = replace(network, facts={code.fact: definition})
    for facts in Records.of(alone, record, as_of=day).patients():
        state = facts.states[code.fact]
        values = [each.value for each in (*state.history, *state.used) if each.value is not None]
        if code.value in values if code.value is not None else values:
            return True
    return False
