"""Requirements as JSON, by a published schema (`guidelang schema facts`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from guidelang.calendar import Duration
from guidelang.network.ir import PatientField, RecordType, ValueType
from guidelang.quantity import format_number
from guidelang.requirements.needs import DataRequirements, ReadingRequirement, Requirement
from guidelang.terminology import ListedCode


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeDocument(_Document):
    """A code. One that is not confirmed was never looked up: do so before you rely on it."""

    system: str
    code: str
    label: str | None
    confirmed: bool


class ChoiceDocument(_Document):
    value: str
    label: str | None
    codes: list[CodeDocument]


class DurationDocument(_Document):
    count: int
    unit: Literal["day", "week", "month", "year"]


class ReadingDocument(_Document):
    """One kind of record that a fact is read from."""

    record: RecordType
    codes: list[CodeDocument] = Field(description="empty for a list that a site fills")
    codes_are_a_parameter: bool
    statuses: list[str] = Field(description="those that count")
    verification: list[str] = Field(description="those that count, of conditions and allergies")
    within: DurationDocument | None = Field(description="how long a record speaks for today; null for no limit")
    within_parameter: str | None
    look_back: DurationDocument | None = Field(description="how far back rules look at all; null for no limit")


class RangeDocument(_Document):
    """Both ends included, in the fact's own unit; decimals as text."""

    low: str
    high: str


class RequirementDocument(_Document):
    """A fact as a site has to deliver it."""

    name: str
    label: str | None
    type: ValueType
    unit: str | None = Field(description="UCUM")
    other_units: list[str] = Field(description="accepted too, as is whatever scales to one of them")
    choices: list[ChoiceDocument]
    readings: list[ReadingDocument]
    patient_field: PatientField | None
    plausible: RangeDocument | None
    absence: Literal["no", "unknown"] = Field(description="what it means that no record is there")
    scope: bool = Field(description="whether it is read to tell whom the guideline is for")
    rules: list[str] = Field(description="those whose outcome or text depends on it")


class FactsDocument(_Document):
    """What data a guideline needs."""

    schema_version: Literal["1.0"] = "1.0"
    guideline: str
    version: str
    title: str | None
    hash: str = Field(description="SHA-256 of the meaning, parameters included, 64 hexadecimal digits")
    facts: list[RequirementDocument]


def facts_document(requirements: DataRequirements) -> FactsDocument:
    return FactsDocument(
        guideline=requirements.guideline,
        version=requirements.version,
        title=requirements.title,
        hash=requirements.hash,
        facts=[_fact(fact) for fact in requirements],
    )


def _fact(fact: Requirement) -> RequirementDocument:
    low_high = None
    if fact.plausible is not None:
        low_high = RangeDocument(low=format_number(fact.plausible[0]), high=format_number(fact.plausible[1]))
    return RequirementDocument(
        name=fact.name,
        label=fact.label,
        type=fact.type,
        unit=fact.units[0] if fact.units else None,
        other_units=list(fact.units[1:]),
        choices=[ChoiceDocument(value=c.value, label=c.label, codes=_codes(c.codes)) for c in fact.choices],
        readings=[_reading(reading) for reading in fact.readings],
        patient_field=fact.patient_field,
        plausible=low_high,
        absence=fact.absence,
        scope=fact.scope,
        rules=list(fact.rules),
    )


def _reading(reading: ReadingRequirement) -> ReadingDocument:
    return ReadingDocument(
        record=reading.record,
        codes=_codes(reading.codes),
        codes_are_a_parameter=reading.list_is_parameter,
        statuses=list(reading.statuses),
        verification=list(reading.verification),
        within=_duration(reading.window),
        within_parameter=reading.window_parameter,
        look_back=_duration(reading.look_back),
    )


def _codes(listed: tuple[ListedCode, ...]) -> list[CodeDocument]:
    return [
        CodeDocument(system=e.code.system, code=e.code.code, label=e.label, confirmed=not e.unconfirmed) for e in listed
    ]


def _duration(duration: Duration | None) -> DurationDocument | None:
    return None if duration is None else DurationDocument(count=duration.count, unit=duration.unit)
