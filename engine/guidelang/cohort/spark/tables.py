"""What Spark is asked to read: Parquet, a row a patient or a row a result, in one file or many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from guidelang.cohort.event_files import FACT, PEOPLE, PERSON, fits
from guidelang.cohort.event_source import trusted_facts
from guidelang.cohort.run import refuse_histories
from guidelang.cohort.source import PATIENT
from guidelang.cohort.spark.batches import FILE, IS_PERSON, NUMBER, PERSON_CELL, EventBatches, WideBatches
from guidelang.cohort.spark.session import failed
from guidelang.cohort.wide import WideFile, wide_file
from guidelang.cohort.wide_source import wide_source
from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.facts.complete import Declared, declared
from guidelang.facts.event_rows import PARTS
from guidelang.facts.setting import Setting
from guidelang.network.core import without_invariants
from guidelang.network.ir import Network

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession

MOST_NAMES = 10_000
"""Of facts that are no facts of the guideline, looked at for slips of the pen."""


@dataclass(frozen=True, slots=True)
class OnSpark:
    """A guideline and an input that fit each other.

    Attributes:
        rows: what tasks are given.
        source: makes chunks of it, on the workers.
    """

    session: SparkSession
    network: Network
    source: WideBatches | EventBatches
    rows: DataFrame
    path: Path
    as_of: dt.date
    complete: tuple[str, ...]
    why: bool
    long: bool


def open_on_spark(
    session: SparkSession,
    network: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    *,
    complete: Iterable[str] = (),
    why: bool = False,
    long: bool = False,
) -> OnSpark | None:
    """A guideline and its input, as `run.open_cohort` has it.

    Returns:
        None if there is an error in the report.

    Raises:
        GuidelineError: Spark cannot read the input.
    """
    from pyspark.errors import PySparkException

    network = without_invariants(network)  # they change no outcome, and may ask for more columns
    words = tuple(complete)
    everything = declared(words, network, report)
    if not path.exists():
        report.error("G600", "there is no such file or folder", file=str(path))
    if report.has_errors:
        return None
    setting = Setting(network, as_of)
    try:
        people, tables = _parts(path)
        table = _read(session, path, tables)
        file = _file(table, path, report)
        if file is None:
            return None
        found: tuple[WideBatches | EventBatches, DataFrame] | None
        if FACT in file.columns and PATIENT in file.columns:
            known = None if people is None else _persons(session, people, report)
            found = None if report.has_errors else _events(setting, _Table(table, file), known, everything, report)
        elif people is not None:
            fits(file, (PATIENT, FACT), PARTS, report)
            return None
        else:
            found = _wide(setting, table, file, everything, report)
    except PySparkException as error:
        raise failed(error, path) from error
    if found is None or report.has_errors:
        return None
    source, rows = found
    return OnSpark(session, network, source, rows, path, as_of, words, why, long)


def _parts(path: Path) -> tuple[Path | None, list[Path]]:
    """The table of the patients, if a folder has one beside others, and the tables."""
    people = path / f"{PEOPLE}.parquet"
    if not path.is_dir() or not people.exists():
        return None, [path]
    others = sorted(each for each in path.iterdir() if each != people and each.suffix.lower() == ".parquet")
    return (people, others) if others else (None, [path])


def _read(session: SparkSession, path: Path, tables: Iterable[Path]) -> DataFrame:
    """The tables as one. Raises GuidelineError if they have not the same columns."""
    # Spark takes a name for a pattern of names
    frame = session.read.parquet(*("file://" + re.sub(r"([\[\]{}*?\\])", r"\\\1", str(t.resolve())) for t in tables))
    files = frame.inputFiles()
    if len(files) > 1:
        listed = session.createDataFrame([(name,) for name in files], "file string")
        told = listed.repartition(min(len(files), session.sparkContext.defaultParallelism)).mapInArrow(
            _columns, "columns string, file string"
        )
        kinds = told.groupBy("columns").agg({"file": "min"}).limit(2).collect()
        if len(kinds) > 1:
            (one, first), (other, second) = sorted(((kind[0], kind[1]) for kind in kinds), key=lambda kind: kind[1])
            differing = sorted(set(one.split("\n")) ^ set(other.split("\n")))[0]
            told = f"`{Path(second).name}` and `{Path(first).name}` differ in a column: {differing}"
            raise GuidelineError([Diagnostic("G621", Severity.ERROR, told, file=str(path))])
    return frame


def _columns(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The columns of files, on a worker."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for batch in batches:
        names = batch.column("file").to_pylist()
        schemas = [pq.read_schema(unquote(urlsplit(name).path)) for name in names]
        told = ["\n".join(sorted(f"{field.name} ({field.type})" for field in schema)) for schema in schemas]
        yield pa.RecordBatch.from_pydict({"columns": pa.array(told, pa.string()), "file": pa.array(names, pa.string())})


def no_rows(frame: DataFrame) -> pl.DataFrame:
    """A table without rows of the columns of one of Spark's."""
    import polars as pl
    from pyspark.sql.pandas.types import to_arrow_schema

    return pl.DataFrame(to_arrow_schema(frame.schema, timezone="UTC").empty_table())


def _file(frame: DataFrame, path: Path, report: Report) -> WideFile | None:
    return wide_file(path, no_rows(frame).schema, 0, report)


def _wide(
    setting: Setting, frame: DataFrame, file: WideFile, everything: Declared, report: Report
) -> tuple[WideBatches, DataFrame] | None:
    refuse_histories(setting.network, report)
    if report.has_errors:
        return None
    source = wide_source(setting.network, file, setting, everything, report)
    if source is None:
        return None
    several = file.path.is_dir()
    columns = [_column(file.written[name]) for name in file.wanted(source.keys)]
    return WideBatches(several, source=source), frame.select(*columns, *_places(several))


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows, and the columns that they have."""

    rows: DataFrame
    file: WideFile


def _persons(session: SparkSession, path: Path, report: Report) -> _Table | None:
    rows = _read(session, path, [path])
    file = _file(rows, path, report)
    if file is None:
        return None
    fits(file, (PATIENT,), PERSON, report)
    return _Table(rows, file)


def _events(
    setting: Setting, table: _Table, persons: _Table | None, everything: Declared, report: Report
) -> tuple[EventBatches, DataFrame] | None:
    """Events and persons, all rows of a patient in one partition, sorted by patient and then as they stand."""
    from pyspark.sql import functions as sql

    file = table.file
    fits(file, (PATIENT, FACT), PARTS, report)
    several, patient = file.path.is_dir(), file.written[PATIENT]
    parts = [file.written[name] for name in (FACT, *PARTS) if name in file.written]
    rows = table.rows.select(
        sql.lit(False).alias(IS_PERSON),
        _column(patient).cast("string").alias(patient),
        *map(_column, parts),
        *_places(several),
    )
    if persons is not None:
        known = persons.file.written
        these = persons.rows.select(
            sql.lit(True).alias(IS_PERSON),
            _column(known[PATIENT]).cast("string").alias(patient),
            *(_column(known[name]).alias(PERSON_CELL + known[name]) for name in PERSON if name in known),
            *_places(several),
        )
        rows = rows.unionByName(these, allowMissingColumns=True)
    fact = _column(file.written[FACT]).cast("string").alias(FACT)
    ours = sql.col(FACT).isin(list(setting.network.facts))
    about = table.rows.select(fact).distinct().orderBy(~ours).limit(MOST_NAMES + len(setting.network.facts)).collect()
    trusted = trusted_facts({row[0] for row in about if row[0]}, setting, file.path, everything, report)
    order = [_column(name) for name in (patient, *([FILE] if several else []), NUMBER)]
    together = rows.repartition(_column(patient)).sortWithinPartitions(*order)
    source = EventBatches(
        several,
        setting=setting,
        path=str(file.path),
        events=file,
        people=None if persons is None else persons.file,
        trusted=trusted,
    )
    return source, together


def _column(name: str) -> Column:
    from pyspark.sql import functions

    return functions.col(f"`{name.replace('`', '``')}`")


def _places(several: bool) -> list[Column]:
    """Where each row stands: the number of the row in its file, and of several files the name."""
    from pyspark.sql import functions as sql

    places = [(sql.col("_metadata.row_index") + 1).alias(NUMBER)]
    return [*places, sql.col("_metadata.file_name").alias(FILE)] if several else places
