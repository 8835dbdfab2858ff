"""Runs the examples of many guidelines, in one process or several, always with the same result in the same order.

What is handed to a process is a share: the files of one guideline, and which part of its examples to run. Each process
compiles the guideline itself, so a guideline is only divided where there are fewer guidelines than processes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from guidelang.diagnostics import Diagnostic, Report
from guidelang.model.locate import bases_of, sources_of
from guidelang.run import Engine
from guidelang.source import Source
from guidelang.testing.cases import Case, case_of
from guidelang.testing.examples import results_of
from guidelang.testing.guidelines import guidelines_in

FEWEST = 25
"""Examples for which another process pays: to compile a guideline takes as long as to run some dozens."""

_EXAMPLE = re.compile(r'^\s*example\s*"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Options:
    """What is the same for all examples of a run; see `run`."""

    engine: Engine = "durable"
    select: str = ""
    valuesets: tuple[str | Path, ...] = ()


@dataclass(slots=True)
class TestRun:
    """The cases of a run, in the order of the paths and of the text, and what is wrong with the guidelines.

    `without` are the files of guidelines that have no examples at all.
    """

    __test__ = False  # no class of tests, whatever pytest makes of its name

    cases: list[Case] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    without: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Case]:
        return [case for case in self.cases if not case.passed]

    @property
    def passed(self) -> int:
        return len(self.cases) - len(self.failed)


@dataclass(frozen=True, slots=True)
class _Share:
    files: tuple[Source, ...]
    options: Options
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class _Done:
    cases: tuple[Case, ...]
    findings: tuple[Diagnostic, ...]


def run(
    paths: Iterable[str | Path | Source],
    *,
    engine: Engine = "durable",
    select: str = "",
    valuesets: Iterable[str | Path] = (),
    jobs: int = 1,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> TestRun:
    """Runs the examples of guidelines, each guideline once.

    Args:
        paths: files, folders (also with several guidelines), names of shipped guidelines; see `guidelines_in`.
        engine: the executor.
        select: runs the examples with this in their name, in small or capital letters.
        valuesets: files or folders with value sets.
        jobs: how many processes may run at once.
        on_progress: is told how many examples are done of how many.
    """
    done = TestRun()
    options = Options(engine, select, tuple(valuesets))
    guidelines = _guidelines(paths, done.report)
    done.without += [files[0].name for files in guidelines if not _count(files)]
    shares = [share for files in guidelines for share in _shares(files, options, len(guidelines), jobs)]
    total, so_far = sum(_count(files) for files in guidelines), 0

    def one_more() -> None:
        nonlocal so_far
        so_far += 1
        on_progress(min(so_far, total), total)

    if jobs == 1 or len(shares) < 2:
        for share in shares:
            _add(done, _run_share(share, one_more))
        return done
    # Processes are made anew and not forked: a fork would copy the threads of a progress bar, and hang.
    with ProcessPoolExecutor(min(jobs, len(shares)), get_context("spawn")) as pool:
        for part in pool.map(_run_share, shares):
            for _ in part.cases:
                one_more()
            _add(done, part)
    return done


def _add(run: TestRun, part: _Done) -> None:
    run.cases += part.cases
    run.report.findings += [finding for finding in part.findings if finding not in run.report.findings]


def _guidelines(paths: Iterable[str | Path | Source], report: Report) -> list[tuple[Source, ...]]:
    """The files of each guideline, each guideline once."""
    found: dict[str, tuple[Source, ...]] = {}
    for where in (each for path in paths for each in guidelines_in(path)):
        files = sources_of(where, report)
        if files:
            found.setdefault(str(Path(files[0].name).absolute()), files)
    return list(found.values())


def _count(files: Sequence[Source]) -> int:
    """About how many examples there are, found without parsing; those of what is adapted are run too."""
    return sum(len(_EXAMPLE.findall(file.text)) for file in (*files, *bases_of(files, Report())))


def _shares(files: tuple[Source, ...], options: Options, guidelines: int, jobs: int) -> list[_Share]:
    parts = max(1, min(jobs // guidelines, _count(files) // FEWEST))
    return [_Share(files, options, part, parts) for part in range(parts)]


def _run_share(share: _Share, on_one: Callable[[], None] = lambda: None) -> _Done:
    report = Report()
    options = share.options
    cases: list[Case] = []
    for result in results_of(
        share.files,
        report,
        engine=options.engine,
        select=options.select,
        valuesets=options.valuesets,
        part=(share.part, share.parts),
    ):
        cases.append(case_of(result))
        on_one()
    return _Done(tuple(cases), tuple(report.findings))
