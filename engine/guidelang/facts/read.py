"""From an input to the fact sets of its patients: the one entrance of this stage, for the command line and Python."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Required, TypeAlias, TypedDict, Unpack

from guidelang.diagnostics import Report, Severity, did_you_mean
from guidelang.facts.attest import Attestations, read_attestations
from guidelang.facts.complete import declared
from guidelang.facts.decode import Unreadable
from guidelang.facts.decode_csv import Table
from guidelang.facts.fhir import Pool, RecordReader, Whose
from guidelang.facts.hooks import is_request, read_request
from guidelang.facts.inputs import (
    Content,
    Lines,
    decoded,
    files_of,
    looks_like_text,
    named,
    numbered,
    read_file,
    read_standard_input,
)
from guidelang.facts.lines import Changed, Stored
from guidelang.facts.plain import fact_set, patient_name
from guidelang.facts.progress import FileProgress, OnProgress, Progress
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet, Problem
from guidelang.facts.table import table_rows, undated
from guidelang.network.ir import Network

PatientSource: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]] | Path | str | bytes


@dataclass(frozen=True, slots=True)
class PatientInput:
    """What an input holds.

    Attributes:
        patients: a fact set for each patient, in the order of the input (files by name).
        problems: what belongs to no single patient: files not read, resources of nobody. Problems of one patient
            stand in its fact set.
        report: errors that prevent a result for the input or part of it; codes G600 to G650.
    """

    patients: tuple[FactSet, ...]
    problems: tuple[Problem, ...]
    report: Report


def read_patients(network: Network, source: PatientSource, **options: Unpack[ReadOptions]) -> PatientInput:
    """Reads all patients of an input at once; nothing in it raises. The arguments are those of `Reading.of`."""
    reading = Reading.of(network, source, **options)
    patients = tuple(reading.patients())
    return PatientInput(patients, tuple(dict.fromkeys(reading.problems)), reading.report)


class ReadOptions(TypedDict, total=False):
    """How an input is read.

    as_of: the evaluation day; that whole day is included.
    zone: the zone of times that give none; UTC if left out.
    complete: record types (`medication`, `MedicationRequest`) of which the input holds everything, and facts whose
        column a table may leave out.
    attest: attested values, as a file or as its content; `facts.attest` describes the form.
    patient: reads this patient only, by identifier.
    whose: whether a FHIR record is the `subject`'s that it names (the default), or the one patient's of its `input`.
    today: with it, what has no date may lie after an evaluation day that is past.
    report: where to put errors; a new one if left out.
    on_progress: is told how far reading is.
    """

    as_of: Required[dt.date]
    zone: dt.tzinfo
    complete: Iterable[str]
    attest: Path | str | Sequence[object] | Mapping[str, object] | None
    patient: str | None
    whose: Whose
    today: dt.date
    report: Report | None
    on_progress: OnProgress | None


@dataclass(slots=True)
class Reading:
    """One run over an input, a patient at a time: who is through with one holds no more than the next.

    Attributes:
        problems: what was found so far that belongs to no single patient.
        report: errors found so far.
    """

    source: PatientSource
    setting: Setting
    records: RecordReader
    wanted: str | None
    report: Report
    on_progress: OnProgress
    whose: Whose = "subject"
    problems: list[Problem] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, source: PatientSource, **options: Unpack[ReadOptions]) -> Reading:
        """A reading that has not begun. What is wrong with `attest` and `complete` is in the report at once.

        Args:
            network: the guideline, which says what is read and how.
            source: a fact set or FHIR resource as a mapping; several of them; a path to a file (JSON, NDJSON, YAML,
                CSV) or folder; `-` for standard input; or the text itself (bytes, or a string with line breaks or
                braces).
            options: see `ReadOptions`.
        """
        report = options.get("report")
        report = Report() if report is None else report
        attestations = _attestations(options.get("attest"), network, report)
        setting = Setting(network, options["as_of"], options.get("zone", dt.UTC), attestations, options.get("today"))
        records = RecordReader.of(setting, declared(options.get("complete", ()), network, report))
        patient = options.get("patient")
        wanted = patient.removeprefix("Patient/") if patient is not None else None
        return cls(
            source,
            setting,
            records,
            wanted,
            report,
            options.get("on_progress") or _no_progress,
            options.get("whose", "subject"),
        )

    def patients(self) -> Iterator[FactSet]:
        """A fact set for each patient, in the order of the input (files by name); at its end, errors of the whole."""
        errors_before = _errors(self.report)
        found = False
        try:
            for patient in self._source(self.source):
                found = True
                yield patient
        except Changed as fault:
            self.report.error("G600", "it cannot be read: it changed meanwhile", file=str(fault.path))
        if not found and _errors(self.report) == errors_before:
            self._nobody()

    def _source(self, source: PatientSource) -> Iterator[FactSet]:
        if isinstance(source, Path):
            yield from self._path(source)
        elif isinstance(source, bytes):
            yield from self._contents(decoded(source, named(source), None, self.report))
        elif isinstance(source, str) and source == "-":
            yield from self._contents(read_standard_input(self.report))
        elif isinstance(source, str) and looks_like_text(source):
            yield from self._contents(decoded(source, named(source), None, self.report))
        elif isinstance(source, str):
            yield from self._path(Path(source))
        else:
            yield from self._contents([Content(named(source), source)])

    def _nobody(self) -> None:
        """Reports an input without a patient, or without the one who is wanted."""
        if self.wanted is not None and self._places:
            known = sorted(self._places)
            listed = ", ".join(known[:10]) + (f" and {len(known) - 10} more" if len(known) > 10 else "")
            suggestion = did_you_mean(self.wanted, known)
            self.report.error(
                "G603", f"there is no patient `{self.wanted}` in the input", expected=listed, suggestion=suggestion
            )
        else:
            self.report.error("G602", "there is no patient in the input")

    def _path(self, path: Path) -> Iterator[FactSet]:
        if not path.is_dir():
            progress = FileProgress.of([path], self.on_progress)
            yield from self._contents(read_file(path, self.report, progress.within))
            return
        shared = Pool()
        files = list(files_of(path, self.report, self.problems))
        progress = FileProgress.of(files, self.on_progress)
        for file in files:
            for content in read_file(file, self.report, progress.within):
                yield from self._content(content, shared)
            progress.done()
        yield from self._pool(shared, str(path), tell=True)

    def _contents(self, contents: Iterable[Content]) -> Iterator[FactSet]:
        shared = Pool()
        name = ""
        for content in contents:
            name = content.name
            yield from self._content(content, shared)
        yield from self._pool(shared, name, tell=True)

    def _content(self, content: Content, shared: Pool) -> Iterator[FactSet]:
        """Reads fact sets and Bundles with patients at once; other resources wait in the pool for the rest."""
        value, name = content.value, content.name
        if isinstance(value, Table):
            rows = table_rows(self.setting, value, name, self.records.complete, self.report)
            note = undated(self.setting, value, name)
            for number, (patient, place, mapping) in enumerate(rows):
                self.on_progress(Progress(number, len(value.rows), "rows"))
                if self._is_wanted(patient, place):
                    notes = () if note is None else (replace(note, patient=patient),)
                    note = None  # of the whole table, so its first patient has it
                    yield fact_set(self.setting, mapping, patient, place, notes)
        elif isinstance(value, Lines):
            yield from self._lines(value, name, shared)
        elif isinstance(value, Mapping):
            yield from self._mapping(value, name, shared, content.stored)
        elif isinstance(value, list | tuple) and value:
            for number, item in enumerate(value, start=1):
                if isinstance(item, Mapping):
                    yield from self._mapping(item, numbered(name, number), shared)
                else:
                    shared.unreadable(numbered(name, number), "it is not an object", None)
        else:
            self.report.error("G604", "this is no patient: a fact set or a FHIR resource is an object", file=name)

    def _lines(self, lines: Lines, name: str, shared: Pool) -> Iterator[FactSet]:
        kind = re.match(r"[A-Z][A-Za-z]+", Path(name).name)
        for number, value, stored in lines.lines:
            place = f"{name}:{number}"
            if isinstance(value, Unreadable):
                shared.unreadable(place, value.message, kind[0] if kind else None)
            elif isinstance(value, Mapping):
                yield from self._mapping(value, place, shared, stored)
            else:
                shared.unreadable(place, "it is not an object", kind[0] if kind else None)

    def _mapping(
        self, value: Mapping[str, object], place: str, shared: Pool, stored: Stored | None = None
    ) -> Iterator[FactSet]:
        if value.get("resourceType") == "Bundle":
            pool = Pool()
            pool.add(value, place)
            if pool.has_patient:
                yield from self._pool(pool, place)
            else:
                shared.merge(pool)
        elif "resourceType" in value:
            shared.add(value, place, stored=stored)
        elif is_request(value):
            yield from self._request(value, place)
        elif "entry" in value and "entry" not in self.setting.network.facts:
            self.report.error(
                "G605",
                "it looks like a FHIR Bundle without a resourceType",
                expected='"resourceType": "Bundle"',
                file=place,
            )
        else:
            patient = patient_name(value, self._unnamed())
            if self._is_wanted(patient, place):
                yield fact_set(self.setting, value, patient, place)

    def _request(self, value: Mapping[str, object], place: str) -> Iterator[FactSet]:
        """The one patient of a CDS Hooks request; resources of others are reported, and not read."""
        request = read_request(value, place, self.report)
        if request is None:
            return
        name = request.patient
        people = request.pool.patients()
        located = people.get(name)
        if located is None and request.pool.has_patient:
            listed = ", ".join(f"Patient/{each}" for each in people)
            message = f"{place}: the patientId of the request is `{name}`, and its prefetch holds {listed}"
            self.problems.append(Problem(message, name, place))
        owned = request.pool.by_patient({name: located}, self.whose)
        self.problems.extend(request.pool.problems)
        if self._is_wanted(name, place):
            yield self.records.patient(request.pool, name, located, owned[name])

    def _pool(self, pool: Pool, name: str, *, tell: bool = False) -> Iterator[FactSet]:
        """The patients of a pool; `tell` how far it is, where nothing around it does."""
        patients = pool.patients()
        owned = pool.by_patient(patients, self.whose)
        self.problems.extend(pool.problems)
        for number, (patient, located) in enumerate(patients.items()):
            if tell:
                self.on_progress(Progress(number, len(patients), "patients"))
            if self._is_wanted(patient, name):
                yield self.records.patient(pool, patient, located, owned[patient])

    def _is_wanted(self, patient: str, place: str) -> bool:
        earlier = self._places.setdefault(patient, place)
        if earlier != place:
            message = f"patient {patient} is in {earlier} and in {place}; the two are evaluated apart"
            self.problems.append(Problem(message, patient, place, kind="note"))
        return self.wanted in (None, patient)

    def _unnamed(self) -> str:
        """A name for a patient whose fact set gives none."""
        name, number = "patient", 1
        while name in self._places:
            number += 1
            name = f"patient {number}"
        return name


def _no_progress(_: Progress) -> None: ...


def _errors(report: Report) -> int:
    return sum(finding.severity is Severity.ERROR for finding in report.findings)


def _attestations(
    attest: Path | str | Sequence[object] | Mapping[str, object] | None, network: Network, report: Report
) -> Attestations:
    if attest is None:
        return Attestations()
    if isinstance(attest, str | Path):
        found: list[object] = []
        name = str(attest)
        for content in read_file(Path(attest), report):
            found.extend(content.value if isinstance(content.value, list) else [content.value])
        return read_attestations(found, network.facts, report, name)
    return read_attestations(attest, network.facts, report, "<attestations>")
