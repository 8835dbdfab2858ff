"""The patients of a deck: which file holds the patient of a case, and what the guideline says about them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from guidelang.diagnostics import GuidelineError, Report, Severity, did_you_mean
from guidelang.facts import Whose, read_patients
from guidelang.facts.inputs import FORMS
from guidelang.guideline import Guideline
from guidelang.result import Result
from guidelang.run import Engine

NO_PATIENT = "there is no file of that name, and no patient of that identifier"


@dataclass(frozen=True, slots=True)
class Manner:
    """How patients are evaluated; the arguments of `Guideline.evaluate`."""

    engine: Engine
    complete: tuple[str, ...] = ()
    time_zone: str | None = None
    whose: Whose = "subject"


@dataclass(frozen=True, slots=True)
class Warned:
    """What reading found about the records of some cases; references have lost their identifiers."""

    message: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file gave: results by patient, patients that it has more than once, and what was found about it."""

    results: Mapping[str, Result]
    twice: frozenset[str] = frozenset()
    problem: str | None = None
    warnings: tuple[str, ...] = ()


_REFERENCE = re.compile(r"\b([A-Z][A-Za-z]+)/[A-Za-z0-9.-]+")


def _told(result: Result) -> list[str]:
    """What reading found about the patient's own records."""
    return [problem.message for problem in result.evaluation.facts.problems if problem.kind != "ignored"]


class Patients:
    """The files of a folder (or one file), by name; where no file has the name of a case, by the patients in them."""

    def __init__(self, path: Path, manner: Manner, others: Iterable[Path] = ()) -> None:
        """`others` are files of the deck that may lie in the folder and hold no patients."""
        if path.is_file():
            self.files = [path]
        else:
            left_out = {other.resolve() for other in others}
            files = sorted(file for file in path.iterdir() if file.suffix.lower() in FORMS and file.is_file())
            self.files = [file for file in files if file.resolve() not in left_out and file.stem != "valuesets"]
        self._manner = manner
        self._by_name: dict[str, Path] = {}
        for file in self.files:
            self._by_name.setdefault(file.stem, file)
        self._by_name |= {file.name: file for file in self.files}
        self._by_id: dict[str, list[Path]] | None = None
        self._last: tuple[object, _Read] = (None, _Read({}))
        self._used: dict[Path, set[str]] = {}
        self._known: dict[Path, tuple[str, ...]] = {}
        self._warned: dict[str, dict[str, None]] = {}

    def result(self, case: str, guideline: Guideline, day: dt.date) -> Result | str:
        """The result for the patient of a case, or why there is none."""
        wanted = case.removeprefix("Patient/")
        named = self._by_name.get(wanted)
        files = [named] if named is not None else self._identified(guideline, day).get(wanted, [])
        if not files:
            meant = did_you_mean(wanted, {*self._by_name, *(self._by_id or ())})
            return NO_PATIENT if meant is None else f"{NO_PATIENT}; {meant}"
        for file in files:
            self._used.setdefault(file, set()).add(wanted)
        if len(files) > 1:
            return f"there are several patients `{wanted}`, in {', '.join(file.name for file in files)}"
        file = files[0]
        read = self._results(file, guideline, day)
        self._known[file] = tuple(read.results)
        asked = wanted
        if wanted not in read.results and named is not None and len(read.results) == 1:
            asked = next(iter(read.results))
        self._used[file].add(asked)
        if asked in read.twice:
            return f"{file.name} has several patients `{asked}`"
        if asked in read.results:
            self._warn(case, (*read.warnings, *_told(read.results[asked])))
            return read.results[asked]
        if read.results:
            return f"{file.name} has {len(read.results)} patients, and none of them is `{wanted}`"
        return read.problem or f"{file.name} has no patient"

    def unused(self) -> list[Path]:
        """The files that no case has asked for."""
        return [file for file in self.files if file not in self._used]

    def unused_patients(self) -> list[tuple[Path, str]]:
        """The patients that no case has asked for, of files that hold others that one has asked for."""
        return [
            (file, patient)
            for file, asked in self._used.items()
            if asked & set(self._known.get(file, ()))  # else the case is told of
            for patient in self._known[file]
            if patient not in asked
        ]

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What reading the records found, alike brought together; what most cases have first."""
        found = [Warned(message, tuple(cases)) for message, cases in self._warned.items()]
        return tuple(sorted(found, key=lambda one: -len(one.cases)))

    def _warn(self, case: str, messages: Iterable[str]) -> None:
        for message in messages:
            self._warned.setdefault(_REFERENCE.sub(r"\1/…", message), {})[case] = None

    def _results(self, file: Path, guideline: Guideline, day: dt.date) -> _Read:
        """All results of a file; the rows of one file mostly stand together, so those of the last one are kept."""
        key = (file, guideline.hash, day)
        if self._last[0] == key:
            return self._last[1]
        report = Report()
        results: dict[str, Result] = {}
        twice: set[str] = set()
        problem: str | None = None
        try:
            for result in guideline.evaluate_all(
                file,
                as_of=day,
                engine=self._manner.engine,
                complete=self._manner.complete,
                time_zone=self._manner.time_zone,
                whose=self._manner.whose,
                report=report,
            ):
                if result.patient in results:
                    twice.add(result.patient)
                results[result.patient] = result
        except GuidelineError as error:
            problem = str(error).replace("\n", "; ")
        errors = [f"{d.file or file.name}: {d.message}" for d in report.sorted() if d.severity is Severity.ERROR]
        warnings = [
            d.message.replace(f"{file}: ", "").replace(f"{file} ", "")
            for d in report.sorted()
            if d.severity is Severity.WARNING
        ]
        self._last = (key, _Read(results, frozenset(twice), problem or "; ".join(errors) or None, tuple(warnings)))
        return self._last[1]

    def _identified(self, guideline: Guideline, day: dt.date) -> dict[str, list[Path]]:
        """The files by the identifiers of their patients; read only for cases that no file is named after."""
        if self._by_id is None:
            self._by_id = {}
            for file in self.files:
                for fact_set in read_patients(guideline.network, file, as_of=day).patients:
                    holders = self._by_id.setdefault(fact_set.patient, [])
                    if file not in holders:
                        holders.append(file)
        return self._by_id
