"""Which files a run of examples stands on, and when one of them has changed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from guidelang.diagnostics import Report
from guidelang.model.locate import bases_of, name_value_sets, sources_of, vocabularies_of
from guidelang.source import Source
from guidelang.terminology import places_of
from guidelang.testing.guidelines import guidelines_in

Stamps: TypeAlias = Mapping[Path, object]
"""A file or folder, and what is another object once it has changed."""

PAUSE = 0.5
"""Seconds between two looks. Files are few, and to look at them takes less than a millisecond."""

_PATIENT = re.compile(r'\bpatient\s+"((?:\\.|[^"\\\n])*)"')


def files_behind(paths: Iterable[str | Path], valuesets: Iterable[str | Path] = ()) -> set[Path]:
    """Files and folders: of the guidelines, their vocabularies, value sets and patients.

    A folder is among them where a file in it that is not there yet may come to belong to a guideline.
    """
    found: set[Path] = set()
    named = tuple(valuesets)
    for path in paths:
        if Path(path).exists():
            found.add(Path(path))
        for where in guidelines_in(path):
            report = Report()
            files = sources_of(where, report)
            bases = bases_of(files, report)
            vocabularies = vocabularies_of((*files, *bases), report)
            for source in (*files, *bases, *vocabularies):
                found |= {Path(source.name), Path(source.name).parent}
            found |= {patient for source in files for patient in _patients(source)}
            if files and name_value_sets((*files, *bases, *vocabularies)):
                for place in (each for each in places_of(Path(files[0].name).parent, named) if each.whole):
                    found |= {place.path, *(place.path.rglob("*") if place.path.is_dir() else ())}
    return found


def _patients(source: Source) -> Iterator[Path]:
    home = Path(source.name).parent
    return (home / path for path in _PATIENT.findall(source.text))


def stamps(files: Iterable[Path]) -> Stamps:
    """What the files are like now: of a file its time and size, of a folder which guidelines lie in it."""
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> object:
    try:
        if file.is_dir():
            return tuple(sorted(entry.name for entry in file.iterdir() if entry.suffix == ".guide"))
        state = file.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


def wait_for_change(before: Stamps, *, sleep: Callable[[float], None] = time.sleep) -> list[Path]:
    """Returns when a file is no longer as it was, and has come to rest: which ones, in the order of their paths.

    An editor may take a file away before it writes it anew, and a version control system writes many at once.
    """
    now = stamps(before)
    while now == before:
        sleep(PAUSE)
        now = stamps(before)
    while True:
        sleep(PAUSE / 5)
        later = stamps(before)
        if later == now:
            break
        now = later
    return sorted(file for file in before if now[file] != before[file])
