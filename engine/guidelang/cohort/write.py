"""The output folder: written beside its place under another name, and put there as a whole.

Who looks sees the old output or the new one, never a half. Where a folder has to make room, it lies beside the new one
for the moment between two renames, as `.NAME.old`; a run that is stopped just then leaves it there, and the next one
puts it back before it begins.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from guidelang.cohort.run import Cohort
from guidelang.version import __version__

RUN = "run.json"
FILES = ("outcomes.parquet", "facts.parquet", "rejected.ndjson", RUN)


class CohortFolderError(ValueError):
    """The output folder is something else than an earlier output, and is left alone."""


def prepare(out: Path) -> None:
    """Puts back what a stopped run left aside, and makes sure that nothing foreign would be replaced.

    Raises:
        CohortFolderError: there is a file of that name, or a folder with other files than a cohort writes.
        OSError: the folder cannot be read.
    """
    aside = _aside(out)
    if aside.exists() and not out.exists():
        aside.rename(out)
    if not out.exists():
        return
    if not out.is_dir():
        raise CohortFolderError(f"`{out}` is a file")
    foreign = sorted(path.name for path in out.iterdir() if path.name not in FILES)
    if foreign:
        raise CohortFolderError(f"`{out}` holds `{foreign[0]}`, which no cohort has written; nothing is replaced")


def write_cohort(cohort: Cohort, out: Path) -> None:
    """Writes `outcomes.parquet`, `facts.parquet`, `rejected.ndjson` and `run.json` into a folder, which is replaced.

    Raises:
        CohortFolderError: see `prepare`.
        OSError: it cannot be written; the old output is still there.
    """
    prepare(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        cohort.outcomes.write_parquet(made / "outcomes.parquet")
        cohort.facts.write_parquet(made / "facts.parquet")
        cohort.rejected.write_ndjson(made / "rejected.ndjson")
        (made / RUN).write_text(json.dumps(run_document(cohort), indent=2, ensure_ascii=False) + "\n", "utf-8")
        made.chmod(0o777 & ~_umask())
        for name in FILES:
            _flush(made / name)
        _put(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def run_document(cohort: Cohort) -> dict[str, object]:
    """What `run.json` holds: what was run, with what, on whom, and counts that add up."""
    network = cohort.network
    return {
        "guideline": {"name": network.name, "version": network.version, "hash": network.hash},
        "parameters": {parameter.name: parameter.text for parameter in network.parameters},
        "as_of": cohort.as_of.isoformat(),
        "complete": list(cohort.complete),
        "engine": "columnar",
        "versions": {
            "guidelang": __version__,
            "python": platform.python_version(),
            "polars": version("polars"),
            "narwhals": version("narwhals"),
        },
        "input": cohort.source,
        "notes": list(cohort.notes),
        "counts": {
            "patients_read": cohort.read,
            "patients_in_outcomes": len(cohort.outcomes),
            "patients_rejected": cohort.unnamed,
            "values_rejected": len(cohort.rejected) - cohort.unnamed,
            "scope": dict(cohort.scopes()),
            "rules": {name: dict(counts) for name, counts in cohort.statuses().items()},
        },
    }


def _put(made: Path, out: Path) -> None:
    aside = _aside(out)
    shutil.rmtree(aside, ignore_errors=True)
    if out.exists():
        out.rename(aside)
    try:
        made.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
