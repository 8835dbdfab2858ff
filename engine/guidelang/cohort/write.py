"""From an input to an output folder, chunk by chunk."""

from __future__ import annotations

import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from guidelang.cohort.counts import Counts
from guidelang.cohort.folder import Work
from guidelang.cohort.names import told_twice, twice
from guidelang.cohort.report import report_page
from guidelang.cohort.run import Opened
from guidelang.diagnostics import GuidelineError
from guidelang.run.columnar_engines import libraries as libraries_of
from guidelang.version import __version__


def write_cohort(
    opened: Opened, out: Path, *, resume: bool = False, on_progress: Callable[[int, int, str], None] | None = None
) -> Counts:
    """Runs a guideline on an input and makes the output folder, or replaces it as a whole.

    Args:
        resume: go on with a run of the same guideline and input that was stopped.
        on_progress: is told how much of how much is done, and what of ("patients").

    Raises:
        CohortFolderError: the folder is none of a cohort, another run writes it, or what was stopped was another run.
        GuidelineError: the input cannot be read, or has one patient twice.
        OSError: the folder cannot be written; the old one is still there, and a finished chunk is not lost.
    """
    source = opened.source
    with Work(out, run_key(opened), resume=resume) as work:
        with ThreadPoolExecutor(1) as writer:  # one chunk is written while the next one is settled
            writing = None
            for part in opened.parts(work.chunks):
                if writing is not None:
                    writing.result()
                writing = writer.submit(work.add, part)
                if on_progress is not None:
                    on_progress(part.reached, source.size, source.unit)
            if writing is not None:
                writing.result()
        work.end()
        if named := twice(work.names, work.counts.in_outcomes):
            raise GuidelineError([told_twice(named, source.name)])
        engine = opened.executor.engine
        document = run_document(opened, work.counts, engine=engine, libraries=libraries_of(engine))
        work.finish(document, report_page(opened.network, document, work.counts, work.facts()))
        return work.counts


def run_key(opened: Opened) -> dict[str, object]:
    """What two runs have to have in common for one to go on with the other."""
    return {
        "guideline": opened.network.hash,
        "evaluation day": opened.as_of.isoformat(),
        "declaration of what is complete": sorted(opened.complete),
        "input": opened.source.fingerprint(),
        "output": {"long": opened.long, "why": opened.why},
        "version": _versions(),
        "engine": opened.executor.engine,
    }


def run_document(opened: Opened, counts: Counts, *, engine: str, libraries: tuple[str, ...] = ()) -> dict[str, object]:
    """What `run.json` holds: what was run, with what, on whom, and counts that add up.

    Args:
        libraries: those whose versions are told, beside those of every run.
    """
    network = opened.network
    return {
        "guideline": {"name": network.name, "version": network.version, "hash": network.hash},
        "parameters": {parameter.name: parameter.text for parameter in network.parameters},
        "as_of": opened.as_of.isoformat(),
        "complete": list(opened.complete),
        "engine": engine,
        "versions": {**_versions(), **{name: version(name) for name in libraries}},
        "input": opened.source.name,
        "notes": list(opened.source.notes),
        "counts": {
            "patients_read": counts.read,
            "patients_in_outcomes": counts.in_outcomes,
            "patients_rejected": counts.left_out,
            "patients_one_by_one": counts.alone,
            "values_rejected": counts.values,
            "scope": counts.scope,
            "rules": counts.rules,
            "missing": counts.missing,
            "missing_not_told": counts.untold,
        },
    }


def _versions() -> dict[str, str]:
    return {
        "guidelang": __version__,
        "python": platform.python_version(),
        "polars": version("polars"),
        "narwhals": version("narwhals"),
    }
