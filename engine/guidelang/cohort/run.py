"""From a file with one row a patient to what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.event_files import is_events
from guidelang.cohort.event_source import open_event_source
from guidelang.cohort.fact_columns import ordinals_to_dates
from guidelang.cohort.ndjson import is_export, open_export_source
from guidelang.cohort.one_by_one import settle_chunk
from guidelang.cohort.source import PATIENT, Chunk, Source
from guidelang.cohort.wide_source import open_wide_source
from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.facts.complete import declared
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar
from guidelang.run.columnar_limits import unanswerable

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of all patients of a file.

    Attributes:
        outcomes: `patient`, `scope`, and a column for each rule with its status, NULL where the guideline does not
            apply. A rule that is called `patient` or `scope` has the column `rule NAME`.
        facts: `patient`, each fact and each derived fact; NULL is unknown, or a number that is no point.
        rejected: what could not be used: patient, fact, value, unit, reason, message.
        read: rows of the file; those without the name of a patient are in `rejected` and in nothing else.
        notes: what is worth a word about the columns.
    """

    network: Network
    source: str
    as_of: dt.date
    complete: tuple[str, ...]
    outcomes: pl.DataFrame
    facts: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    notes: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        """Rows without the name of a patient."""
        return self.read - len(self.outcomes)

    def scopes(self) -> Mapping[str, int]:
        """How many patients the guideline applies to, and so on."""
        return _counted(self.outcomes["scope"])

    def statuses(self) -> Mapping[str, Mapping[str, int]]:
        """How many patients have each status, by rule."""
        return {name: _counted(self.outcomes[column]) for name, column in rule_columns(self.network).items()}


def rule_columns(network: Network) -> Mapping[str, str]:
    """The column of each rule in the outcomes."""
    return {name: f"rule {name}" if name in (PATIENT, "scope") else name for name in sorted(network.rules)}


def run_cohort(
    network: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    complete: Iterable[str] = (),
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Cohort | None:
    """Runs a guideline on all patients of a CSV, TSV or Parquet file.

    Args:
        report: takes errors (an unreadable file, a missing column, one patient in two rows, a guideline that asks for
            histories) and warnings.
        complete: record types, or facts, whose columns may be left out; none then means no where the fact says so.
        on_progress: is told how many patients of how many are settled.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals are not installed.
    """
    import polars as pl

    opened = open_cohort(network, path, as_of, report, complete)
    if opened is None:
        return None
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
    if (twice := _twice(pl.concat([part.outcomes[PATIENT] for part in parts]), str(path))) is not None:
        report.add(twice)
        return None
    return Cohort(
        network,
        opened.source.name,
        as_of,
        opened.complete,
        pl.concat([part.outcomes for part in parts]),
        pl.concat([part.facts for part in parts]),
        pl.concat([part.rejected for part in parts]),
        sum(part.read for part in parts),
        opened.source.notes,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """What became of the patients of one chunk; the tables are those of `Cohort`.

    Attributes:
        read: patients read, those left out included.
        alone: how many of them were evaluated one by one.
        reached: how far in the input the chunk ends.
    """

    outcomes: pl.DataFrame
    facts: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    alone: int
    reached: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A guideline and an input that fit each other."""

    network: Network
    source: Source
    executor: Columnar
    as_of: dt.date
    complete: tuple[str, ...]

    def parts(self, after: int = 0) -> Iterator[Part]:
        """What became of the patients, chunk by chunk, without the first `after` chunks.

        Raises:
            GuidelineError: the input cannot be read.
        """
        for chunk in self.source.chunks(after):
            yield self._part(chunk)

    def _part(self, chunk: Chunk) -> Part:
        import polars as pl

        found = settle_chunk(self.executor, self.network, chunk)
        settled = found.settled
        renamed = {f"rule:{name}": column for name, column in rule_columns(self.network).items()}
        outcomes = settled.outcomes.rename(renamed).insert_column(0, chunk.names)
        facts = [_shown(found.facts[name], definition.type) for name, definition in self.network.facts.items()]
        facts += [_shown(settled.derived[name], derived.type) for name, derived in self.network.derived.items()]
        return Part(
            outcomes,
            pl.DataFrame([chunk.names, *facts]),
            found.rejected,
            len(chunk.names) + chunk.left_out,
            found.alone,
            chunk.reached,
        )


def open_cohort(
    network: Network, path: Path, as_of: dt.date, report: Report, complete: Iterable[str] = ()
) -> Opened | None:
    """A guideline and its input, checked as far as that can be done without reading all patients.

    Args:
        report: takes errors and warnings.
        complete: as for `run_cohort`.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals are not installed.
    """
    words = tuple(complete)
    everything = declared(words, network, report)
    events, export = is_events(path), is_export(path)
    if not (events or export) and (asked := unanswerable(network)):
        report.error(
            "G670",
            f"{len(asked)} of its conditions ask for the history of a fact: {'; '.join(asked)}",
            expected="a table of events, with a row for each result and the columns patient and fact",
            suggestion="one row a patient holds current values and no more",
            file=network.name,
        )
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
    return Opened(network, source, Columnar(network, histories=events or export), as_of, words)


def _shown(values: pl.Series, type_: str) -> pl.Series:
    return ordinals_to_dates(values) if type_ == "date" else values


def _twice(patients: pl.Series, source: str) -> Diagnostic | None:
    """The error of an input that has one patient twice; None if each name comes once."""
    import polars as pl

    if patients.n_unique() == len(patients):
        return None
    twice = patients.filter(patients.is_duplicated()).unique().sort().cast(pl.String)
    named = ", ".join(f"`{name}`" for name in twice.head(5))
    more = f" and {len(twice) - 5} more" if len(twice) > 5 else ""
    message = f"a table has one row a patient; {named}{more} have several"
    return Diagnostic("G622", Severity.ERROR, message, file=source)


def _counted(values: pl.Series) -> Mapping[str, int]:
    counts = values.drop_nulls().value_counts(sort=False)
    return {str(word): count for word, count in sorted(counts.iter_rows())}
