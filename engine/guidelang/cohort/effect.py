"""Two editions of a guideline over a population: who gets other advice with the new one, and which rules do it.

    effect_plan     pieces of advice, the rules that give each, what these state
    effect_columns  what both editions say of the same patients, compared in columns
    effect_join     the same patients of both runs side by side
    effect_counts   what is counted, and that it adds up
    effect_folder   the output folder: the patients whose advice changed
    effect_chart    the chart

Each edition is run as `guidelang cohort` runs it, with the same executor on the same input. Conditions are looked at
and not statuses: who is undecided in scope is undecided about the advice of a rule that applies, and gets none of a
rule that does not, whatever becomes of the scope.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidelang.cohort.effect_columns import SCOPE, compared, truths
from guidelang.cohort.effect_counts import EditionCounts, EffectCounts
from guidelang.cohort.effect_folder import EffectFolder
from guidelang.cohort.effect_join import Joined
from guidelang.cohort.effect_plan import Plan, Side, plan_of
from guidelang.cohort.names import told_twice, twice
from guidelang.cohort.one_by_one import settle_chunk
from guidelang.cohort.processes import Processes, processes
from guidelang.cohort.run import Opened, open_cohort
from guidelang.cohort.single import Single, single
from guidelang.cohort.source import Chunk
from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.facts.complete import declared
from guidelang.network.ir import Network

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class OpenedEffect:
    """Two editions and an input that fits both."""

    old: Opened
    new: Opened
    plan: Plan
    complete: tuple[str, ...]


def open_effect(
    old: Network,
    new: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    *,
    complete: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    count: int = 1,
) -> OpenedEffect | None:
    """Two editions and their input, checked as far as that can be done without reading all patients.

    Args:
        report: takes errors and warnings; what both editions say is told once.
        complete: record types, or facts of either edition, whose absence means that there is none.
        renamed: rules of the old edition that have another name in the new one.
        count: how many processes may evaluate those whom columns do not tell.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals are not installed.
    """
    words = tuple(complete)
    told: list[Diagnostic] = []
    found: list[Opened | None] = []
    for network, other in ((old, new), (new, old)):
        own = Report()
        found.append(open_cohort(network, path, as_of, own, _known(words, network, other)))
        told += [finding for finding in own.sorted() if finding not in told]
    for finding in told:
        report.add(finding)
    before, after = found
    if before is None or after is None or any(finding.severity is Severity.ERROR for finding in told):
        return None
    before, after = replace(before, processes=count), replace(after, processes=count)
    return OpenedEffect(before, after, plan_of(before.network, after.network, renamed), words)


def _known(words: Iterable[str], network: Network, other: Network) -> list[str]:
    """What one edition knows to be declared, with what neither knows, so that this is told."""

    def fits(word: str, in_: Network) -> bool:
        own = Report()
        declared([word], in_, own)
        return not own.has_errors

    return [word for word in words if fits(word, network) or not fits(word, other)]


def run_effect(opened: OpenedEffect, out: Path | None = None, on_progress: Progress | None = None) -> dict[str, Any]:
    """Runs both editions and counts what became of each piece of advice.

    Args:
        out: the folder to make, with the patients whose advice changed; or to replace as a whole.
        on_progress: is told how much of how much is done, and what of ("patients").

    Returns:
        The counts as JSON has them.

    Raises:
        CohortFolderError: the folder is none of a comparison, or another run writes it.
        GuidelineError: the input cannot be read, or has one patient twice.
        OSError: the folder cannot be written; the old one is still there.
        ArithmeticError: the counts do not add up.
    """
    plan = opened.plan
    counts = EffectCounts(moves={name: Counter() for name in (SCOPE, *(piece.advice for piece in plan.pieces))})
    old, new = _Run(opened.old, "old", plan, counts.old), _Run(opened.new, "new", plan, counts.new)
    with ExitStack() as stack:
        folder = None if out is None else stack.enter_context(EffectFolder(out))
        joined = Joined(*(each.tables(stack) for each in (old, new)))
        for table in joined.tables():
            found = compared(table, plan, rows=folder is not None)
            counts.add(len(table), found.changed, found.moves)
            if folder is not None and found.rows is not None:
                folder.add(found.rows)
            if on_progress is not None:
                source = opened.old.source
                on_progress(min(old.reached, new.reached), source.size, source.unit)
        counts.apart = joined.apart
        for each in (old, new):
            each.check_names()
        document = {**_about(opened), **counts.document()}
        if folder is not None:
            folder.finish({"old": _edition(opened.old), "new": _edition(opened.new), **document})
    return document


@dataclass(slots=True)
class _Run:
    """One edition, run on the input chunk by chunk."""

    opened: Opened
    side: Side
    plan: Plan
    counts: EditionCounts
    reached: int = 0
    _hashes: list[pl.Series] = field(default_factory=list)

    def tables(self, stack: ExitStack) -> Iterator[pl.DataFrame]:
        """What the edition says of the patients of each chunk; its processes end with the stack.

        Raises:
            GuidelineError: the input cannot be read.
        """
        network = self.opened.network
        started = stack.enter_context(processes(network, single, self.opened.processes))
        for chunk in self.opened.source.chunks():
            yield self._table(chunk, started)

    def _table(self, chunk: Chunk, started: Processes[Single]) -> pl.DataFrame:
        found = settle_chunk(self.opened.executor, self.opened.network, chunk, started, needs=False)
        self.reached = chunk.reached
        self._hashes.append(chunk.names.hash())
        self.counts.read += len(chunk.names) + chunk.left_out
        self.counts.left_out += chunk.left_out
        self.counts.alone += found.alone
        self.counts.values += len(found.rejected) - chunk.left_out
        return truths(self.side, chunk.names, found.settled.conditions, self.plan)

    def check_names(self) -> None:
        """Raises GuidelineError if one patient came twice."""
        import polars as pl

        hashes = pl.concat(self._hashes) if self._hashes else pl.Series(dtype=pl.UInt64)
        if hashes.n_unique() == len(hashes):
            return
        source = self.opened.source  # hashes alone may be the same by chance, so that names are read once more
        if named := twice(lambda: (chunk.names for chunk in source.chunks()), len(hashes)):
            raise GuidelineError([told_twice(named, source.name)])


def _about(opened: OpenedEffect) -> dict[str, object]:
    old, new = opened.old.source.notes, opened.new.source.notes
    notes = [
        *(note if note in new else f"old edition: {note}" for note in old),
        *(f"new edition: {note}" for note in new if note not in old),
    ]
    return {
        "cohort": opened.old.source.name,
        "as_of": opened.old.as_of.isoformat(),
        "complete": list(opened.complete),
        "notes": notes,
    }


def _edition(opened: Opened) -> dict[str, str]:
    network = opened.network
    return {"name": network.name, "version": network.version, "hash": network.hash}
