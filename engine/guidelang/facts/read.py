"""From an input to the fact sets of its patients: the one entrance of this stage, for the command line and Python."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from guidelang.diagnostics import Report, Severity, did_you_mean
from guidelang.facts.attest import Attestations, read_attestations
from guidelang.facts.complete import declared
from guidelang.facts.decode import Unreadable
from guidelang.facts.decode_csv import Table
from guidelang.facts.fhir import Pool, RecordReader
from guidelang.facts.inputs import (
    Content,
    Lines,
    decoded,
    files_of,
    looks_like_text,
    read_file,
    read_standard_input,
)
from guidelang.facts.plain import fact_set, patient_name
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet, Problem
from guidelang.facts.table import table_rows
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


def read_patients(
    network: Network,
    source: PatientSource,
    *,
    as_of: dt.date,
    zone: dt.tzinfo = dt.UTC,
    complete: Iterable[str] = (),
    attest: Path | str | Sequence[object] | Mapping[str, object] | None = None,
    patient: str | None = None,
    report: Report | None = None,
) -> PatientInput:
    """Reads the patients of an input; nothing in it raises.

    Args:
        network: the guideline, which says what is read and how.
        source: a fact set or FHIR resource as a mapping; several of them; a path to a file (JSON, NDJSON, YAML, CSV)
            or folder; `-` for standard input; or the text itself (bytes, or a string with line breaks or braces).
        as_of: the evaluation day; that whole day is included.
        zone: the zone of times that give none.
        complete: record types (`medication`, `MedicationRequest`) of which the input holds everything, and facts whose
            column a table may leave out.
        attest: attested values, as a file or as its content; `facts.attest` describes the form.
        patient: reads this patient only, by identifier.
        report: where to put errors; a new one if None.
    """
    report = Report() if report is None else report
    attestations = _attestations(attest, network, report)
    setting = Setting(network, as_of, zone, attestations)
    records = RecordReader.of(setting, declared(complete, network, report))
    wanted = patient.removeprefix("Patient/") if patient is not None else None
    reading = _Reading(setting, records, wanted, report)
    reading.source(source)
    reading.finish()
    return PatientInput(tuple(reading.patients), tuple(dict.fromkeys(reading.problems)), report)


@dataclass(slots=True)
class _Reading:
    """One run over an input: collects fact sets, problems and errors."""

    setting: Setting
    records: RecordReader
    wanted: str | None
    report: Report
    patients: list[FactSet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)
    _errors_before: int = field(init=False)

    def __post_init__(self) -> None:
        self._errors_before = _errors(self.report)

    def source(self, source: PatientSource) -> None:
        if isinstance(source, Path):
            self._path(source)
        elif isinstance(source, bytes):
            self._contents(decoded(source, "<text>", None, self.report))
        elif isinstance(source, str) and source == "-":
            self._contents(read_standard_input(self.report))
        elif isinstance(source, str) and looks_like_text(source):
            self._contents(decoded(source, "<text>", None, self.report))
        elif isinstance(source, str):
            self._path(Path(source))
        else:
            self._contents([Content("<input>", source)])

    def finish(self) -> None:
        """Reports what is wrong with the input as a whole."""
        if self.patients or _errors(self.report) > self._errors_before:
            return
        if self.wanted is not None and self._places:
            known = sorted(self._places)
            listed = ", ".join(known[:10]) + (f" and {len(known) - 10} more" if len(known) > 10 else "")
            suggestion = did_you_mean(self.wanted, known)
            self.report.error(
                "G603", f"there is no patient `{self.wanted}` in the input", expected=listed, suggestion=suggestion
            )
        else:
            self.report.error("G602", "there is no patient in the input")

    def _path(self, path: Path) -> None:
        if not path.is_dir():
            self._contents(read_file(path, self.report))
            return
        shared = Pool()
        for file in files_of(path, self.report, self.problems):
            for content in read_file(file, self.report):
                self._content(content, shared)
        self._pool(shared, str(path))

    def _contents(self, contents: Iterable[Content]) -> None:
        shared = Pool()
        name = ""
        for content in contents:
            name = content.name
            self._content(content, shared)
        self._pool(shared, name)

    def _content(self, content: Content, shared: Pool) -> None:
        """Reads fact sets and Bundles with patients at once; other resources wait in the pool for the rest."""
        value, name = content.value, content.name
        if isinstance(value, Table):
            rows = table_rows(self.setting, value, name, self.records.complete, self.report)
            for patient, place, mapping in rows:
                if self._is_wanted(patient, place):
                    self.patients.append(fact_set(self.setting, mapping, patient, place))
        elif isinstance(value, Lines):
            self._lines(value, name, shared)
        elif isinstance(value, Mapping):
            self._mapping(value, name, shared)
        elif isinstance(value, list | tuple) and value:
            for number, item in enumerate(value, start=1):
                if isinstance(item, Mapping):
                    self._mapping(item, f"{name} {number}", shared)
                else:
                    shared.unreadable(f"{name} {number}", "it is not an object", None)
        else:
            self.report.error("G604", "this is no patient: a fact set or a FHIR resource is an object", file=name)

    def _lines(self, lines: Lines, name: str, shared: Pool) -> None:
        kind = re.match(r"[A-Z][A-Za-z]+", Path(name).name)
        for number, value in lines.lines:
            place = f"{name}:{number}"
            if isinstance(value, Unreadable):
                shared.unreadable(place, value.message, kind[0] if kind else None)
            elif isinstance(value, Mapping):
                self._mapping(value, place, shared)
            else:
                shared.unreadable(place, "it is not an object", kind[0] if kind else None)

    def _mapping(self, value: Mapping[str, object], place: str, shared: Pool) -> None:
        if value.get("resourceType") == "Bundle":
            pool = Pool()
            pool.add(value, place)
            if pool.has_patient:
                self._pool(pool, place)
            else:
                shared.merge(pool)
        elif "resourceType" in value:
            shared.add(value, place)
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
                self.patients.append(fact_set(self.setting, value, patient, place))

    def _pool(self, pool: Pool, name: str) -> None:
        patients = pool.patients()
        owned = pool.by_patient(patients)
        self.problems.extend(pool.problems)
        for patient, located in patients.items():
            if self._is_wanted(patient, name):
                self.patients.append(self.records.patient(pool, patient, located, owned[patient]))

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
