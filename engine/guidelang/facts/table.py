"""A table of patients as fact sets. An empty cell is absent; a column that is missing altogether is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.complete import Declared
from guidelang.facts.decode_csv import Row, Table
from guidelang.facts.plain import PERSON_KEYS
from guidelang.facts.setting import Setting
from guidelang.facts.state import Problem
from guidelang.network.ir import Network

TIME = ".time"
"""Ends the name of a column with the days of another one's values: `phosphorus.time`."""


def table_rows(
    setting: Setting, table: Table, source: str, complete: Declared, report: Report
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """For each row the patient's name, the place of the row, and its cells as a fact set."""
    unknown = check_columns({column.name for column in table.columns}, setting.network, complete, source, report)
    if unknown is None:
        return
    for fault in table.ragged:
        report.error("G621", fault.message, file=f"{source}:{fault.line}")
    seen: dict[str, int] = {}
    for row in table.rows:
        content = _mapping(table, row, unknown)
        name = str(content.get("patient") or f"row {row.line}")
        if name in seen:
            message = f"patient `{name}` has two rows, {seen[name]} and {row.line}; a table has one row a patient"
            report.error("G622", message, file=f"{source}:{row.line}")
            continue
        seen[name] = row.line
        yield name, f"{source}:{row.line}", content


def check_columns(
    names: Collection[str], network: Network, complete: Declared, source: str, report: Report
) -> Collection[str] | None:
    """The columns that are no fact of the guideline, each with a warning; None, and an error, if some are missing."""
    known = [*PERSON_KEYS, *network.facts, *(f"{name}{TIME}" for name in network.facts)]
    unknown = set(names).difference(known)
    for name in sorted(unknown.difference(network.unused_facts)):
        message = f"the column `{name}` is no fact of the guideline and is not read"
        report.warning("G623", message, suggestion=did_you_mean(name, known), file=source)
    missing = [
        name
        for name, definition in network.facts.items()
        if name not in names and definition.patient_field is None and not complete.covers(definition)
    ]
    if missing:
        report.error(
            "G620",
            f"the table has no column for {_listed(missing)}",
            expected="a column for every fact of the guideline; an empty cell says that there is no record",
            suggestion="add the columns (`guidelang facts --format header` prints all), or declare record types or "
            "facts complete (--complete medication)",
            file=source,
        )
        return None
    return unknown


def undated(setting: Setting, table: Table, source: str) -> Problem | None:
    """A note on values of which nobody can say how old they are, though the guideline limits that; None without any."""
    columns = {column.name for column in table.columns}
    facts = [
        name
        for name, fact in setting.network.facts.items()
        if name in columns
        and f"{name}{TIME}" not in columns
        and any(window is not None for window in (fact.window, *(reading.window for reading in fact.readings)))
    ]
    if not facts:
        return None
    message = (
        f"values of {_listed(facts)} have no date in the table and count as of the evaluation day, however old they "
        f"are; a column such as `{facts[0]}{TIME}` gives the day of each"
    )
    return Problem(message, resource=source, fact=facts[0] if len(facts) == 1 else None, kind="note")


def _mapping(table: Table, row: Row, unknown: Collection[str]) -> dict[str, object]:
    content: dict[str, object] = {}
    times = {
        column.name.removesuffix(TIME): cell
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell and column.name.endswith(TIME) and column.name not in unknown
    }
    for column, cell in zip(table.columns, row.cells, strict=True):
        if not cell or column.name in unknown or column.name.endswith(TIME):
            continue
        content[column.name] = as_given(column.name, column.unit, cell)
        if column.name in times:
            value = content[column.name]
            content[column.name] = {
                **(value if isinstance(value, dict) else {"value": value}),
                "time": times[column.name],
            }
    return content


def as_given(name: str, unit: str | None, cell: object) -> object:
    """A cell that is not empty, as a fact set has it under the name of its column; `unit` is that of the header."""
    if unit is None:
        return cell
    if name in PERSON_KEYS:  # `age (years)`
        return f"{cell} {unit}"
    return {"value": cell, "unit": unit}


def _listed(names: list[str]) -> str:
    """All of them: whoever makes the table wants to add them in one go."""
    return ", ".join(f"`{name}`" for name in names)
