"""Each unit of the guideline's own facts read at least once: its own unit, and those of its `convert` clauses.

Facts of a vocabulary are left out: others use it too.
"""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.model.symbols import Guideline
from guidelang.network.ir import Network
from guidelang.run.evaluation import Evaluation
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.testing.coverage.item import Item, ReadUnit, Statement


def own_facts(guideline: Guideline, network: Network) -> Iterator[tree.Fact]:
    """The facts that the guideline's own files declare and the network reads, in the order of the text."""
    own = {id(file.span.source) for file in guideline.files[:1]}
    own |= {id(f.span.source) for f in guideline.files if any(isinstance(s, tree.Part) for s in f.statements)}
    for file in guideline.files:
        for statement in file.statements if id(file.span.source) in own else ():
            if isinstance(statement, tree.Fact) and statement.name.name in network.facts:
                yield statement


def unit_items(guideline: Guideline, network: Network) -> Iterator[Item]:
    """The units of the guideline's own facts."""
    for fact in own_facts(guideline, network):
        definition = network.facts[fact.name.name]
        if definition.unit is None:
            continue
        places = {definition.unit: fact.type.span}
        for convert in fact.converts:
            for unit in _units(convert):
                places.setdefault(unit, convert.span)
        for unit, span in places.items():
            yield _item(fact.name.name, unit, span)


def _item(fact: str, unit: str, span: Span) -> Item:
    return Item(
        "unit",
        Statement("fact", fact),
        span,
        fact,
        f"read in {unit}",
        f"{fact} in {unit}",
        None,
        unit=ReadUnit(fact, unit),
    )


def _units(convert: tree.Convert | tree.ConvertAffine) -> Iterator[str]:
    if isinstance(convert, tree.ConvertAffine):
        yield from (convert.unit, convert.of_unit)
    else:
        yield from (amount.unit for amount in convert.amounts if amount.unit is not None)


def is_read(unit: ReadUnit, evaluation: Evaluation) -> bool:
    """Whether some usable result of the fact was reported in this unit."""
    state = evaluation.facts.states.get(unit.fact)
    if state is None:
        return False
    usable = (result for result in (*state.history, *state.used) if result.value is not None)
    return any(result.reported.partition(" ")[2] == unit.unit for result in usable)
