"""Facts: what is read of a record, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.syntax.tree.codes import CodeRef, ListRef
from guidelang.syntax.tree.expressions import Comparator, Duration, Quantity
from guidelang.syntax.tree.head import Effect, Plausible
from guidelang.syntax.tree.node import Identifier, Node
from guidelang.terminology import CodedElement, LengthElement, RecordType, TimeElement


@dataclass(frozen=True, slots=True)
class QuantityType(Node):
    unit: str


@dataclass(frozen=True, slots=True)
class NumberType(Node):
    pass


@dataclass(frozen=True, slots=True)
class YesNoType(Node):
    pass


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """A value of a choice; ``beginnings`` are how texts of a record begin that stand for it."""

    name: Identifier
    label: str | None
    codes: tuple[CodeRef, ...] = ()
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceType(Node):
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class DateType(Node):
    pass


@dataclass(frozen=True, slots=True)
class TextType(Node):
    pass


FactType: TypeAlias = QuantityType | NumberType | YesNoType | ChoiceType | DateType | TextType
PatientField: TypeAlias = Literal["age", "sex", "deceased", "birth_date"]


@dataclass(frozen=True, slots=True)
class CodedFilter(Node):
    """``with category in problem_list``; ``with value SNOMED CT 10828004, beginning "pos"``.

    ``any value`` has no codes and no beginnings.
    """

    element: CodedElement
    codes: tuple[CodeRef | ListRef, ...] = ()
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LengthFilter(Node):
    """``with supply >= 28 days``."""

    element: LengthElement
    operator: Comparator
    length: Duration


@dataclass(frozen=True, slots=True)
class FromRecord(Node):
    """A ``from`` clause. Empty words: the default of the record type; ``any`` alone: all of them.

    ``codes`` is empty for ``any``. Filters stand in one order, whatever the order of the text, so that a file and what
    is printed of it are equal.
    """

    record: RecordType
    codes: tuple[CodeRef | ListRef, ...]
    status: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()
    within: Duration | None = None  # None: as far back as the fact says
    intent: tuple[str, ...] = ()
    coded: tuple[CodedFilter, ...] = ()
    lengths: tuple[LengthFilter, ...] = ()
    abatement: bool = False
    negation: bool = False
    timed_by: TimeElement | None = None
    daily_dose: bool = False


@dataclass(frozen=True, slots=True)
class FromPatient(Node):
    field: PatientField


@dataclass(frozen=True, slots=True)
class Convert(Node):
    """``convert 1 mmol/L = 4.0078 mg/dL = 2 mEq/L``: equal amounts of this analyte."""

    amounts: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class ConvertAffine(Node):
    """``convert mmol/mol = 10.93 * % - 23.5``; ``offset`` carries its sign."""

    unit: str
    factor: str
    of_unit: str
    offset: str


@dataclass(frozen=True, slots=True)
class Fact(Node):
    name: Identifier
    label: str | None
    type: FactType
    readings: tuple[FromRecord | FromPatient, ...] = ()
    within: Duration | None = None
    plausible: Plausible | None = None
    converts: tuple[Convert | ConvertAffine, ...] = ()
    absent_means_no: bool = False
    codes_complete: bool = False
    modifiable: bool = False
    ties: Literal["lowest", "highest", "average"] | None = None
    kind: Identifier | None = None
    effects: tuple[Effect, ...] = ()
