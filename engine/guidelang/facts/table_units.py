"""Units of a table's columns that stand beside it: `patients.units.json` for `patients.csv`.

    {"phosphorus": "mmol/L", "calcium": "mg/dL"}

The names are those of the header without a unit. A name that is no column, and a unit that the header contradicts, are
faults: a unit that is passed over would make other numbers of the same digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from guidelang.diagnostics import did_you_mean
from guidelang.facts.decode import Unreadable, decode_json, decode_text
from guidelang.facts.decode_csv import Column

ENDING = ".units.json"


def units_file(table: Path) -> Path:
    """Where the units of a table would be, a file or a folder of parts."""
    return table.with_name(f"{table.stem}{ENDING}")


def is_units_file(path: Path) -> bool:
    """Whether a file holds the units of a table beside it, and no patient."""
    if not path.name.lower().endswith(ENDING):
        return False
    stem = path.name[: -len(ENDING)]
    return any(path.with_name(stem + suffix).exists() for suffix in (".csv", ".tsv", ".parquet", ""))


def units_beside(table: Path) -> Mapping[str, str]:
    """The units beside a table; none if there is no such file. Raises OSError, and Unreadable for another thing."""
    path = units_file(table)
    if not path.is_file():
        return {}
    return units_of(decode_text(path.read_bytes()), path.name)


def units_of(text: str, name: str) -> Mapping[str, str]:
    """The units that a JSON object names. Raises Unreadable."""
    try:
        value = decode_json(text)
    except Unreadable as fault:
        raise Unreadable(f"{name}: {fault.message}") from fault
    if not isinstance(value, dict) or not all(isinstance(unit, str) and unit.strip() for unit in value.values()):
        raise Unreadable(f'{name} is no list of units; expected an object such as {{"phosphorus": "mg/dL"}}')
    return {str(column).strip(): unit.strip() for column, unit in value.items()}


def with_units(columns: Sequence[Column], units: Mapping[str, str], name: str) -> tuple[Column, ...]:
    """The columns with the units that stand in `name`. Raises Unreadable."""
    own = {column.name for column in columns}
    for other in units:
        if other not in own:
            raise Unreadable(f"{name}: the table has no column `{other}`", help=did_you_mean(other, sorted(own)))
    for column in columns:
        unit = units.get(column.name)
        if unit is not None and column.unit is not None and unit != column.unit:
            raise Unreadable(f"`{column.name}` is in {column.unit} by the header, and in {unit} by {name}")
    return tuple(replace(column, unit=units.get(column.name, column.unit)) for column in columns)
