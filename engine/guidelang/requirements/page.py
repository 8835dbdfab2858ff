"""Requirements for the terminal: a table where it is wide enough, else one paragraph a fact."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guidelang.requirements import phrases
from guidelang.requirements.needs import DataRequirements, Requirement
from guidelang.trace.page import Folding
from guidelang.trace.phrases import clean

WIDE = 132
"""Columns from which the table is readable."""

READ_BY = "read by"


def page(requirements: DataRequirements) -> RenderableType:
    """Made to the width of the console that prints it."""
    return _Page(requirements)


class _Page:
    def __init__(self, requirements: DataRequirements) -> None:
        self._requirements = requirements

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _heading(self._requirements)
        if options.max_width >= WIDE:
            yield _table(self._requirements)
            return
        for number, fact in enumerate(self._requirements):
            if number:
                yield Text("")
            yield from _paragraph(fact, with_readers=_has_readers(self._requirements))


def _heading(requirements: DataRequirements) -> Iterator[RenderableType]:
    yield Text.assemble(
        (clean(f"{requirements.guideline} {requirements.version}"), "bold"), f"  #{requirements.hash[:12]}"
    )
    if requirements.title:
        yield Text(clean(requirements.title))
    count = len(requirements.facts)
    readers = ", each with the rules that read it" if _has_readers(requirements) else ""
    yield Text(f"{count} {'fact' if count == 1 else 'facts'}{readers}")
    if whole := phrases.in_full(requirements):
        yield Text("")
        yield Text.assemble(("Needed in full, whatever the codes: ", "bold"), clean(whole))
        yield Text("What is left out of these makes a false no.")
    yield Text("")


def _table(requirements: DataRequirements) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, show_lines=True)
    with_readers = _has_readers(requirements)
    columns = [("Fact", 4), ("Value", 3), ("From the record", 6), ("Within", 3)]
    for heading, ratio in [*columns, *([("Read by", 4)] if with_readers else [])]:
        table.add_column(heading, ratio=ratio, overflow="fold")
    for fact in requirements:
        name = Group(Folding(clean(fact.name), "bold"), *([Text(clean(fact.label))] if fact.label else []))
        also = phrases.other_units(fact)
        value = "\n".join(
            part
            for part in (
                phrases.value_type(fact),
                *(phrases.choice(value) for value in fact.choices),
                f"also in {also}" if also else "",
                f"plausible {phrases.plausible(fact)}" if fact.plausible else "",
                f"no record {phrases.absence(fact)}",
            )
            if part
        )
        windows = "\n".join(dict.fromkeys(phrases.window(reading) for reading in fact.readings))
        readers = [Folding(phrases.readers(fact))] if with_readers else []
        table.add_row(name, Text(value), Text("\n".join(_sources(fact))), Folding(windows), *readers)
    return table


def _has_readers(requirements: DataRequirements) -> bool:
    """Whether anything reads the facts: a vocabulary has no rules."""
    return any(fact.rules or fact.scores for fact in requirements)


def _paragraph(fact: Requirement, *, with_readers: bool) -> Iterator[RenderableType]:
    yield Text.assemble((clean(fact.name), "bold"), f"  {clean(fact.label)}" if fact.label else "")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for word, told in _lines(fact):
        if word != READ_BY or with_readers:
            grid.add_row(word, Text(told))
    yield Padding(grid, (0, 0, 0, 2))


def _lines(fact: Requirement) -> Iterator[tuple[str, str]]:
    yield "value", phrases.value_type(fact)
    for value in fact.choices:
        yield "", phrases.choice(value)
    if also := phrases.other_units(fact):
        yield "also in", also
    if fact.patient_field is not None:
        yield "from", f"patient: {phrases.PATIENT_FIELDS[fact.patient_field]}"
    for reading in fact.readings:
        yield "from", phrases.source(reading)
        yield "status", phrases.statuses(reading)
        for told in phrases.asked(reading):
            yield "only", told
        yield "within", phrases.window(reading)
    if not fact.readings and fact.patient_field is None:
        yield "from", "no record: given in fact sets only"
    if fact.plausible:
        yield "plausible", phrases.plausible(fact)
    yield "no record", phrases.absence(fact)
    yield READ_BY, phrases.readers(fact)


def _sources(fact: Requirement) -> Iterator[str]:
    if fact.patient_field is not None:
        yield f"patient: {phrases.PATIENT_FIELDS[fact.patient_field]}"
    for reading in fact.readings:
        yield phrases.source(reading)
        yield f"status {phrases.statuses(reading)}"
        yield from phrases.asked(reading)
    if not fact.readings and fact.patient_field is None:
        yield "no record: given in fact sets only"
