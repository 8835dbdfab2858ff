"""The published document of proofs: `guidelang prove --format json`, with a schema of its own."""

from __future__ import annotations

from typing import Any

from guidelang.prove.findings import Finding, Kind, Patient, Proofs
from guidelang.trace.published import Document, Field

SCHEMA_VERSION = "1"


class PatientDocument(Document):
    """A patient who shows it, run before being shown."""

    as_of: str = Field(description="The evaluation day.")
    facts: dict[str, Any] = Field(description="A plain fact set.")
    file: str = Field(description="The same as a patient file, in YAML.")
    example: str = Field(description="The same as an `example` of the language.")


class FindingDocument(Document):
    """Something that was found."""

    kind: Kind
    is_error: bool = Field(description="Whether it makes the command fail.")
    message: str
    rules: list[str]
    patient: PatientDocument | None = Field(description="Null for what is proved, and for what is true of nobody.")


class SettledDocument(Document):
    """Questions of one sort."""

    question: str = Field(description="What was to be proved.")
    asked: int
    proved: int


class ProofsDocument(Document):
    """What was proved about a guideline, or about several for one patient."""

    schema_version: str
    guidelines: list[str]
    has_errors: bool
    findings: list[FindingDocument]
    settled: list[SettledDocument]


def proofs_document(proofs: Proofs) -> ProofsDocument:
    """The document of some proofs."""
    return ProofsDocument(
        schema_version=SCHEMA_VERSION,
        guidelines=list(proofs.guidelines),
        has_errors=proofs.has_errors,
        findings=[_finding(finding) for finding in proofs.findings],
        settled=[SettledDocument(question=s.question, asked=s.asked, proved=s.proved) for s in proofs.settled],
    )


def _finding(finding: Finding) -> FindingDocument:
    return FindingDocument(
        kind=finding.kind,
        is_error=finding.is_error,
        message=finding.message,
        rules=list(finding.rules),
        patient=None if finding.patient is None else patient_document(finding.patient),
    )


def patient_document(patient: Patient) -> PatientDocument:
    """The document of a patient."""
    return PatientDocument(
        as_of=patient.as_of.isoformat(), facts=dict(patient.facts), file=patient.file, example=patient.example
    )
