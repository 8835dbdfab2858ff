"""The patients of a deck: which file holds the patient of a case, and what the guideline says about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from guidelang.diagnostics import GuidelineError, Report, Severity
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
        self._by_id: dict[str, Path] | None = None
        self._last: tuple[object, Mapping[str, Result], str | None] = (None, {}, None)
        self._used: set[Path] = set()

    def result(self, case: str, guideline: Guideline, day: dt.date) -> Result | str:
        """The result for the patient of a case, or why there is none."""
        wanted = case.removeprefix("Patient/")
        named = self._by_name.get(wanted)
        file = named or self._identified(guideline, day).get(wanted)
        if file is None:
            return NO_PATIENT
        self._used.add(file)
        results, problem = self._results(file, guideline, day)
        if wanted in results:
            return results[wanted]
        if named is not None and len(results) == 1:
            return next(iter(results.values()))
        if results:
            return f"{file.name} has {len(results)} patients, and none of them is `{wanted}`"
        return problem or f"{file.name} has no patient"

    def unused(self) -> list[Path]:
        """The files that no case has asked for."""
        return [file for file in self.files if file not in self._used]

    def _results(self, file: Path, guideline: Guideline, day: dt.date) -> tuple[Mapping[str, Result], str | None]:
        """All results of a file; the rows of one file mostly stand together, so those of the last one are kept."""
        key = (file, guideline.hash, day)
        if self._last[0] == key:
            return self._last[1:]
        report = Report()
        results: dict[str, Result] = {}
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
                results[result.patient] = result
        except GuidelineError as error:
            problem = str(error).replace("\n", "; ")
        errors = [f"{d.file or file.name}: {d.message}" for d in report.sorted() if d.severity is Severity.ERROR]
        self._last = (key, results, problem or "; ".join(errors) or None)
        return self._last[1:]

    def _identified(self, guideline: Guideline, day: dt.date) -> dict[str, Path]:
        """The files by the identifiers of their patients; read only for cases that no file is named after."""
        if self._by_id is None:
            self._by_id = {}
            for file in self.files:
                for fact_set in read_patients(guideline.network, file, as_of=day).patients:
                    self._by_id.setdefault(fact_set.patient, file)
        return self._by_id
