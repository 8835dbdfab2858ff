"""Facts: what is read from a patient's record."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration
from guidelang.terminology import CodedElement, LengthElement, ListedCode, RecordType, TimeElement

ValueType: TypeAlias = Literal["quantity", "number", "yes_no", "choice", "date", "text"]
PatientField: TypeAlias = Literal["age", "sex", "deceased", "birth_date"]


@dataclass(frozen=True, slots=True)
class CodedFilter:
    """One of the codes of an element has to be one of these, or its text to begin with one of these texts.

    A filter on `value` that has neither asks for no particular value: the observation itself says yes.
    """

    element: CodedElement
    codes: tuple[ListedCode, ...] = ()
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LengthFilter:
    """The length of an element, in days (a year 365, a month 30, a week 7), compares so with `days`."""

    element: LengthElement
    operator: Literal["<", "<=", ">", ">=", "=", "!="]
    days: int
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One `from` clause. All filters have to hold.

    Empty `status`, `verification` or `intent`: the default of the record type counts; `any` alone: each does.
    `window` is how far back it looks; None: as far as the fact does.

    Attributes:
        any_code: every record of the type is of the fact, whatever its code.
        abated: only what has an end on record.
        negated: only what says that it was not done, is not taken or shall not be done; then that is a yes.
        timed_by: which element says when; None: the first that the record type has for it.
        daily_dose: the value is how much is taken a day.
    """

    record: RecordType
    codes: tuple[ListedCode, ...]
    status: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()
    list_is_parameter: bool = False  # the codes are a site's own list, which is complete by declaration
    window: Duration | None = None
    window_parameter: str | None = None
    any_code: bool = False
    intent: tuple[str, ...] = ()
    coded: tuple[CodedFilter, ...] = ()
    lengths: tuple[LengthFilter, ...] = ()
    abated: bool = False
    negated: bool = False
    timed_by: TimeElement | None = None
    daily_dose: bool = False

    def filtered(self, element: CodedElement) -> CodedFilter | None:
        """The filter on an element, if there is one."""
        return next((each for each in self.coded if each.element == element), None)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A unit the fact's analyte can be reported in: value in the fact's unit = factor * value + offset."""

    unit: str
    factor: Fraction
    offset: Fraction


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a choice; `beginnings` are how a text of a record begins that stands for it, in any case."""

    value: str
    label: str | None
    codes: tuple[ListedCode, ...]
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    direction: Literal["lowers", "raises"]
    quantity: str


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What a fact is and where it is read. `unit` is a UCUM code, None unless `type` is quantity.

    `plausible` is closed at both ends, in `unit`. `conversions` are the analyte's own; scaling within one basis (mg/dL
    to g/L) is the unit table's. `window` is how far back the fact looks, None for no limit; where its readings differ,
    it is the longest of theirs.
    """

    name: str
    type: ValueType
    label: str | None = None
    unit: str | None = None
    kind: str | None = None
    readings: tuple[Reading, ...] = ()
    patient_field: PatientField | None = None
    window: Duration | None = None
    window_parameter: str | None = None
    plausible: tuple[Fraction, Fraction] | None = None
    conversions: tuple[Conversion, ...] = ()
    choices: tuple[Choice, ...] = ()
    absent_means_no: bool = False
    codes_complete: bool = False
    modifiable: bool = False
    ties: Literal["lowest", "highest", "average"] | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def cannot_be_negative(self) -> bool:
        """Whether `<2.0` means 0 up to 2.0: the plausible range of the fact begins at zero or above."""
        return self.plausible is not None and self.plausible[0] >= 0
