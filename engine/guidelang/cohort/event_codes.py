"""Tables of events that say by record type and code what their rows are about: each different one is looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.cohort.event_files import FACT, EventFiles
from guidelang.cohort.event_rows import MEANING
from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.event_codes import CODE_PARTS, EventCodes, Meaning
from guidelang.facts.setting import Setting
from guidelang.terminology import RECORD_TYPES, RECORDS_OF

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_ORDER = "order of rows"
_BY_CODE = "fact by code"


@dataclass(frozen=True, slots=True)
class CodesOfTables:
    """What the codes of an input mean.

    Attributes:
        table: record, system and code of each meaning, `fact by code`, and its place in `meanings`.
        about: the facts of which the input would have rows: it has some record of each type that they read.
        unknown: the words that are no record type.
    """

    table: pl.DataFrame
    meanings: Sequence[Meaning]
    about: frozenset[str]
    unknown: tuple[str, ...]

    def resolved(self, events: pl.DataFrame) -> pl.DataFrame:
        """Rows with the fact that they are about, one for each fact; those that no fact asks for are left out."""
        import polars as pl

        events = events.with_row_index(_ORDER)
        by_code = pl.col(FACT).is_null() & pl.col(CODE_PARTS[0]).is_not_null()
        named = events.filter(~by_code).with_columns(pl.lit(None, pl.UInt32).alias(MEANING))
        found = events.filter(by_code).join(self.table, on=CODE_PARTS, how="inner", nulls_equal=True)
        found = found.with_columns(pl.col(_BY_CODE).alias(FACT)).select(named.columns)
        together = pl.concat([named, found]).sort(_ORDER, maintain_order=True)
        return together.drop(_ORDER, *CODE_PARTS)


def codes_of(files: EventFiles, setting: Setting) -> CodesOfTables:
    """The meanings of all codes of an input.

    Raises:
        OSError, PolarsError: it cannot be read.
    """
    import polars as pl

    codes = EventCodes(setting.network)
    coded = pl.col(FACT).is_null() & pl.col(CODE_PARTS[0]).is_not_null()
    different = files.scan().filter(coded).select(CODE_PARTS).unique().collect(engine="streaming").sort(CODE_PARTS)
    meanings: dict[Meaning, int] = {}
    rows: list[tuple[str, str | None, str | None, str, int]] = []
    for record, system, code in different.iter_rows():
        for meaning in codes.meanings(record, system, code):
            rows.append((record, system, code, meaning.fact, meanings.setdefault(meaning, len(meanings))))
    schema = {**dict.fromkeys((*CODE_PARTS, _BY_CODE), pl.String), MEANING: pl.UInt32}
    words = different[CODE_PARTS[0]].unique().sort().to_list()
    types = {record for word in words for record in codes.records(word)}
    about = {
        name
        for name, definition in setting.network.facts.items()
        if definition.readings and {reading.record for reading in definition.readings} <= types
    }
    unknown = tuple(word for word in words if not codes.records(word))
    return CodesOfTables(pl.DataFrame(rows, schema=schema, orient="row"), tuple(meanings), frozenset(about), unknown)


def told_unknown(codes: CodesOfTables, path: Path, report: Report) -> None:
    """Tells of words that are no record type; what such a row is about nobody knows."""
    for word in codes.unknown:
        suggestion = did_you_mean(word, [*RECORD_TYPES, *RECORDS_OF])
        message = f"`{word}` is no type of record, and its rows are not read"
        report.warning("G623", message, suggestion=suggestion, file=str(path))
