"""From a file with one row a patient to what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.counts import Counts, counted
from guidelang.cohort.event_files import is_events
from guidelang.cohort.event_source import open_event_source
from guidelang.cohort.fact_columns import ordinals_to_dates
from guidelang.cohort.names import told_twice, twice
from guidelang.cohort.naming import MISSING, SCOPE, rule_columns
from guidelang.cohort.ndjson import is_export, open_export_source
from guidelang.cohort.one_by_one import settle_chunk
from guidelang.cohort.processes import Processes, processes
from guidelang.cohort.single import Single, single
from guidelang.cohort.source import PATIENT, Chunk, Source
from guidelang.cohort.why import Why, no_reasons
from guidelang.cohort.wide_source import open_wide_source
from guidelang.diagnostics import GuidelineError, Report
from guidelang.facts.complete import declared
from guidelang.facts.setting import Setting
from guidelang.network.core import without_invariants
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar
from guidelang.run.columnar_engines import Engine
from guidelang.run.columnar_limits import unanswerable

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of all patients of a file.

    Attributes:
        outcomes: `patient`, `scope`, a column for each rule with its status, NULL where the guideline does not apply,
            and `missing`, a struct with a truth for each fact: whether it is needed for something that is undecided. A
            rule that is called like one of the other columns has the column `rule NAME`.
        facts: `patient`, each fact and each derived fact; NULL is unknown, or a number that is no point.
        why: patient, rule (or `scope`), fact, reason and detail; empty unless it was asked for.
        rejected: what could not be used: patient, fact, value, unit, reason, message.
        notes: what is worth a word about the columns.
    """

    network: Network
    source: str
    as_of: dt.date
    complete: tuple[str, ...]
    outcomes: pl.DataFrame
    facts: pl.DataFrame
    why: pl.DataFrame
    rejected: pl.DataFrame
    counts: Counts
    notes: tuple[str, ...]


def run_cohort(
    network: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    complete: Iterable[str] = (),
    *,
    why: bool = False,
    engine: Engine = "polars",
    on_progress: Callable[[int, int], None] | None = None,
) -> Cohort | None:
    """Runs a guideline on all patients of a CSV, TSV or Parquet file.

    Args:
        report: takes errors (an unreadable file, a missing column, one patient in two rows, a guideline that asks for
            histories) and warnings.
        complete: record types, or facts, whose columns may be left out; none then means no where the fact says so.
        why: tell why rules are undecided, too.
        engine: what computes the columns of the network.
        on_progress: is told how many patients of how many are settled.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals, or the engine, are not installed.
    """
    opened = open_cohort(network, path, as_of, report, complete, why=why, engine=engine)
    return None if opened is None else gathered(opened, report, on_progress)


def gathered(opened: Opened, report: Report, on_progress: Callable[[int, int], None] | None = None) -> Cohort | None:
    """All of an input; None, and errors in the report, if it cannot be read to its end or names a patient twice."""
    import polars as pl

    parts = []
    try:
        for part in opened.parts():
            if on_progress is not None:
                on_progress(part.reached, opened.source.size)
            parts.append(part)
    except GuidelineError as error:
        for finding in error.diagnostics:
            report.add(finding)
        return None
    counts = Counts()
    for part in parts:
        counts.add(part.counts)
    if named := twice(lambda: (part.outcomes[PATIENT] for part in parts), counts.in_outcomes):
        report.add(told_twice(named, opened.source.name))
        return None
    return Cohort(
        opened.network,
        opened.source.name,
        opened.as_of,
        opened.complete,
        pl.concat([part.outcomes for part in parts]),
        pl.concat([part.facts for part in parts]),
        pl.concat([no_reasons(), *(part.why for part in parts if part.why is not None)]),
        pl.concat([part.rejected for part in parts]),
        counts,
        opened.source.notes,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """What became of the patients of one chunk; the tables are those of `Cohort`.

    Attributes:
        why: None unless it was asked for.
        long: the statuses with a row for each rule of each patient whom the guideline applies to: patient, rule,
            status. None unless it was asked for.
        reached: how far in the input the chunk ends.
    """

    outcomes: pl.DataFrame
    facts: pl.DataFrame
    why: pl.DataFrame | None
    long: pl.DataFrame | None
    rejected: pl.DataFrame
    counts: Counts
    reached: int


@dataclass(frozen=True)
class Opened:
    """A guideline and an input that fit each other.

    Attributes:
        why: tell why rules are undecided.
        long: give the statuses a row each, too.
        processes: how many may evaluate those whom columns do not tell.
    """

    network: Network
    source: Source
    executor: Columnar
    as_of: dt.date
    complete: tuple[str, ...]
    why: bool = False
    long: bool = False
    processes: int = 1

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The column of each rule in the outcomes."""
        return rule_columns(self.network)

    @cached_property
    def _why(self) -> Why:
        return Why(self.network, self.executor)

    def parts(self, after: int = 0) -> Iterator[Part]:
        """What became of the patients, chunk by chunk, without the first `after` chunks.

        Raises:
            GuidelineError: the input cannot be read.
        """
        with processes(self.network, single, self.processes) as started:
            for chunk in self.source.chunks(after):
                yield self._part(chunk, started)

    def _part(self, chunk: Chunk, started: Processes[Single]) -> Part:
        import polars as pl

        found = settle_chunk(self.executor, self.network, chunk, started, why=self._why if self.why else None)
        outcomes = found.settled.outcomes.rename({f"rule:{name}": column for name, column in self.columns.items()})
        missing = found.missing
        statuses = counted(outcomes, [SCOPE, *self.columns.values()])
        counts = Counts(
            len(chunk.names) + chunk.left_out,
            chunk.left_out,
            found.alone,
            len(found.rejected) - chunk.left_out,
            statuses.pop(SCOPE),
            {name: statuses[column] for name, column in self.columns.items()},
            {fact: count for fact in missing.columns if (count := int(missing[fact].sum()))},
            missing.to_series().null_count() if missing.width else 0,
        )
        outcomes = outcomes.insert_column(0, chunk.names)
        if missing.width:
            untold = missing.to_series().is_null()
            outcomes = outcomes.with_columns(missing.to_struct(MISSING))
            if untold.any():
                outcomes = outcomes.with_columns(pl.when(~untold).then(pl.col(MISSING)))
        facts = found.facts.hstack(found.settled.derived)
        types = {name: each.type for name, each in self.network.facts.items()}
        types.update((name, each.type) for name, each in self.network.derived.items())
        dates = {name: ordinals_to_dates(facts[name]) for name, type_ in types.items() if type_ == "date"}
        facts = facts.with_columns(**dates).insert_column(0, chunk.names)
        long = self._long(outcomes) if self.long else None
        return Part(outcomes, facts, found.why, long, found.rejected, counts, chunk.reached)

    def _long(self, outcomes: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        names = {column: name for name, column in self.columns.items()}
        found = outcomes.unpivot(list(names), index=PATIENT, variable_name="rule", value_name="status")
        return found.drop_nulls("status").with_columns(pl.col("rule").replace_strict(names, return_dtype=pl.String))


def open_cohort(
    network: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    complete: Iterable[str] = (),
    *,
    why: bool = False,
    long: bool = False,
    engine: Engine = "polars",
) -> Opened | None:
    """A guideline and its input, checked as far as that can be done without reading all patients.

    Args:
        report: takes errors and warnings.
        complete, why, engine: as for `run_cohort`.
        long: give the statuses a row each, too.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals, or the engine, are not installed.
    """
    network = without_invariants(network)  # they change no outcome, and may ask for more columns
    words = tuple(complete)
    everything = declared(words, network, report)
    events, export = is_events(path), is_export(path)
    if not (events or export):
        refuse_histories(network, report)
    if report.has_errors:
        return None
    setting = Setting(network, as_of)
    source: Source | None
    if export:
        source = open_export_source(path, setting, everything, report)
    elif events:
        source = open_event_source(path, setting, everything, report)
    else:
        source = open_wide_source(network, path, setting, everything, report)
    if source is None:
        return None
    executor = Columnar(network, histories=events or export, engine=engine)
    return Opened(network, source, executor, as_of, words, why, long)


def refuse_histories(network: Network, report: Report) -> None:
    """An error for a guideline that asks what a table with one row a patient does not hold."""
    if asked := unanswerable(network):
        report.error(
            "G670",
            f"{len(asked)} of its conditions ask for the history of a fact: {'; '.join(asked)}",
            expected="a table of events, with a row for each result and the columns patient and fact",
            suggestion="one row a patient holds current values and no more",
            file=network.name,
        )
