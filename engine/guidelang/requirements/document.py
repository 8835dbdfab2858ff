"""Requirements as JSON, by a published schema (`guidelang schema facts`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from guidelang.calendar import Duration
from guidelang.network.ir import Choice, CodedFilter, LengthFilter, PatientField, ValueType
from guidelang.quantity import format_number
from guidelang.requirements.needs import (
    ALL_RECORDS,
    THESE_CODES,
    DataRequirements,
    ReadingRequirement,
    Requirement,
)
from guidelang.terminology import CodedElement, LengthElement, ListedCode, RecordType, Standing, TimeElement


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeDocument(_Document):
    """A code. One that is unconfirmed was never looked up: do so before you rely on it."""

    system: str
    code: str
    label: str | None
    strength: str | None = Field(description="of a product: how much of the substance one unit holds")
    standing: Standing = Field(description="`project`: of a system that is not public; in no record by itself")


class ChoiceDocument(_Document):
    value: str
    label: str | None
    codes: list[CodeDocument]
    beginnings: list[str] = Field(description="how a text begins that stands for it, in any case")


class DurationDocument(_Document):
    count: int
    unit: Literal["day", "week", "month", "year"]


class CodedFilterDocument(_Document):
    """One of the codes of an element is one of these, or its text begins with one of these texts."""

    element: CodedElement
    codes: list[CodeDocument]
    beginnings: list[str]


class LengthFilterDocument(_Document):
    """A length of time, in days, compares so with a number of days."""

    element: LengthElement
    operator: Literal["<", "<=", ">", ">=", "=", "!="]
    days: int
    parameter: str | None


class ReadingDocument(_Document):
    """One kind of record that a fact is read from. All filters have to hold."""

    record: RecordType
    codes: list[CodeDocument] = Field(description="empty for a list that a site fills, and for any code")
    codes_are_a_parameter: bool
    any_code: bool = Field(description="every record of the type is read, whatever its code")
    statuses: list[str] = Field(description="those that count; `any`: each does")
    deliver: Literal["all records of the type", "these codes"] = Field(
        description="what a site has to deliver: with these codes only, a fact whose absence means no comes out falsely"
    )
    verification: list[str] = Field(description="those that count, of conditions and allergies")
    intents: list[str] = Field(description="those that count, of orders and plans")
    coded: list[CodedFilterDocument]
    lengths: list[LengthFilterDocument]
    abated: bool = Field(description="only what has an end on record")
    negated: bool = Field(description="only what was not done, is not taken or shall not be done")
    timed_by: TimeElement = Field(description="which time of the record is that of the event")
    daily_dose: bool = Field(description="the value is how much is taken a day")
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
    scores: list[str] = Field(default=[], description="the scores and tables that depend on it")


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
        choices=[_choice(c) for c in fact.choices],
        readings=[_reading(reading) for reading in fact.readings],
        patient_field=fact.patient_field,
        plausible=low_high,
        absence=fact.absence,
        scope=fact.scope,
        rules=list(fact.rules),
        scores=list(fact.scores),
    )


def _choice(choice: Choice) -> ChoiceDocument:
    codes, beginnings = _codes(choice.codes), list(choice.beginnings)
    return ChoiceDocument(value=choice.value, label=choice.label, codes=codes, beginnings=beginnings)


def _reading(reading: ReadingRequirement) -> ReadingDocument:
    return ReadingDocument(
        record=reading.record,
        codes=_codes(reading.codes),
        codes_are_a_parameter=reading.list_is_parameter,
        any_code=reading.any_code,
        deliver=ALL_RECORDS if reading.in_full or reading.any_code else THESE_CODES,
        statuses=list(reading.statuses),
        verification=list(reading.verification),
        intents=list(reading.intents),
        coded=[
            CodedFilterDocument(element=f.element, codes=_codes(f.codes), beginnings=list(f.beginnings))
            for f in reading.filters
            if isinstance(f, CodedFilter)
        ],
        lengths=[
            LengthFilterDocument(element=f.element, operator=f.operator, days=f.days, parameter=f.parameter)
            for f in reading.filters
            if isinstance(f, LengthFilter)
        ],
        abated=reading.abated,
        negated=reading.negated,
        timed_by=reading.timed_by,
        daily_dose=reading.daily_dose,
        within=_duration(reading.window),
        within_parameter=reading.window_parameter,
        look_back=_duration(reading.look_back),
    )


def _codes(listed: tuple[ListedCode, ...]) -> list[CodeDocument]:
    return [
        CodeDocument(
            system=each.code.system,
            code=each.code.code,
            label=each.label,
            standing=each.standing,
            strength=f"{format_number(each.strength.number)} {each.strength.unit}" if each.strength else None,
        )
        for each in listed
    ]


def _duration(duration: Duration | None) -> DurationDocument | None:
    return None if duration is None else DurationDocument(count=duration.count, unit=duration.unit)
