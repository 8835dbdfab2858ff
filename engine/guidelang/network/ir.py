"""The rule network: the one representation that every executor runs, every trace explains and every diff compares.

A network is a set of nodes without cycles. Value nodes yield a number, a date, a text or one of a choice; condition
nodes yield true, false or unknown. Node identifiers are made from content (`network.hash`), so they are the same for
the same meaning on every machine and whatever the order of rules. Nodes refer to each other by identifier.

Numbers are exact rationals. Every number that an executor sees is already in one unit: the compiler converts
constants and inserts `Affine` nodes where two units meet, so an executor knows no units.

Dates are days, counted as `datetime.date.toordinal` does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration
from guidelang.network.events import EventRelation, EventTime, Lasting, Occurs
from guidelang.terminology import Code, CodedElement, LengthElement, ListedCode, RecordType, TimeElement

NodeId: TypeAlias = str

# ---- facts: what is read from a patient's record --------------------------------------------------------------------

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


# ---- value nodes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A number in the unit of the node that uses it; `text` is how the guideline writes it ("5.5 mg/dL")."""

    value: Fraction
    unit: str | None
    text: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class DateConstant:
    """A day as the guideline or a parameter writes it; of a period its first or its last."""

    ordinal: int
    text: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class BeforeEvaluation:
    """The evaluation day less a duration, in calendar units (31 May less 3 months is the last of February).

    Less 0 days it is the evaluation day itself.
    """

    duration: Duration
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """The current value of a quantity, number, choice, date or text fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Over the fact's results whose status counts, within a window (None: all of them up to the evaluation day).

    With `relations` or `time` over those alone that lie so; `window` is then None. `covered_days` are the days of the
    union of their courses, cut to `time`; `change` is the newest value less the oldest.
    """

    how: Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered_days", "change"]
    fact: str
    window: Duration | None
    window_parameter: str | None = None
    relations: tuple[EventRelation, ...] = ()
    time: EventTime | None = None


@dataclass(frozen=True, slots=True)
class EventDay:
    """The day of the newest event of a fact, whatever its window; for a date fact, its value."""

    fact: str


@dataclass(frozen=True, slots=True)
class DateShift:
    """A day moved by a duration in calendar units, later (+) or earlier (-)."""

    operand: NodeId
    sign: Literal["+", "-"]
    duration: Duration
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, months, weeks or days at a day; `at` None: at the evaluation day."""

    unit: Literal["day", "week", "month", "year"]
    at: NodeId | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operands` has two members for - / ^, two or more for + * min max, one for negate ln log10 exp abs.

    Dates have `min` and `max` only.
    """

    operator: Literal["+", "-", "*", "/", "^", "negate", "min", "max", "ln", "log10", "exp", "abs"]
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """Half-even, to a number of decimal places."""

    operand: NodeId
    digits: int


@dataclass(frozen=True, slots=True)
class Affine:
    """factor * operand + offset: a change of unit."""

    operand: NodeId
    factor: Fraction
    offset: Fraction
    to_unit: str | None


@dataclass(frozen=True, slots=True)
class FirstKnownValue:
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Points for a condition; or, with `points` None, a number that is added as it is."""

    points: Fraction | None
    operand: NodeId  # a condition, or a value
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of its items. `missing`: what an item counts that is unknown.

    unknown: the score is unknown then; zero: it counts nothing; bounds: the score is the interval from the least to the
    greatest that it may be.
    """

    items: tuple[ScoreItem, ...]
    missing: Literal["unknown", "zero", "bounds"]


@dataclass(frozen=True, slots=True)
class Row:
    """What a table gives where `condition` holds: a number in the table's unit, or a word; neither for `unknown`."""

    condition: NodeId
    number: Fraction | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class TableChoice:
    value: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """Gives what its one row that holds gives.

    `columns` are the values and conditions that its rows ask about. Rows exclude each other, and one of them holds for
    every plausible value of the columns; `otherwise` is the row whose condition is that no other holds.
    """

    columns: tuple[NodeId, ...]
    rows: tuple[Row, ...]
    choices: tuple[TableChoice, ...] = ()


# ---- condition nodes ------------------------------------------------------------------------------------------------

Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Comparator
    left: NodeId
    right: NodeId


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A choice or text is one of these values."""

    subject: NodeId
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastN:
    """Each of the newest `count` results of a fact compares so with `right`."""

    count: int
    fact: str
    window: Duration | None
    operator: Comparator
    right: NodeId
    window_parameter: str | None = None
    factor: Fraction = Fraction(1)  # from the fact's unit to the unit of `right`
    offset: Fraction = Fraction(0)
    relations: tuple[EventRelation, ...] = ()  # of those results alone that lie so; `window` is then None
    time: EventTime | None = None


@dataclass(frozen=True, slots=True)
class FactKnown:
    """`F is known` of a fact: it has a usable current value. Always true or false."""

    fact: str


@dataclass(frozen=True, slots=True)
class FactStale:
    """`F is stale`: unknown for that one reason. Always true or false."""

    fact: str


@dataclass(frozen=True, slots=True)
class ValueKnown:
    """`X is known` of a computed value. Always true or false."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class ConditionKnown:
    """`C is known` of a condition: true or false, not unknown. Not monotone: settled only in a later stratum."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class Certainly:
    """True if its operand is true, else false. Not monotone: settled only in a later stratum."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class Not:
    operand: NodeId


@dataclass(frozen=True, slots=True)
class And:
    """No operands: true."""

    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """No operands: false."""

    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    count: int
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class FirstKnownCondition:
    """The first operand that is true or false. Not monotone: settled only in a later stratum."""

    operands: tuple[NodeId, ...]


ValueNode: TypeAlias = (
    Constant | DateConstant | BeforeEvaluation | DateShift | CurrentValue | Aggregate | EventDay | Age | Arithmetic
    | Round | Affine | FirstKnownValue | Score | Table
)  # fmt: skip
ConditionNode: TypeAlias = (
    Holds | Compare | IsOneOf | LastN | Occurs | Lasting | FactKnown | FactStale | ValueKnown | ConditionKnown
    | Certainly | Not | And | Or | AtLeast | FirstKnownCondition
)  # fmt: skip
Node: TypeAlias = ValueNode | ConditionNode

LITERALS = (Holds, Compare, IsOneOf, LastN, Occurs, Lasting, FactKnown, FactStale, ValueKnown)
"""Conditions decided by facts and exact arithmetic alone; executors share their values (`run.literals`).

What a `Score` or `Table` stands on is settled with the values, before any executor, and asks for no literal of theirs.
"""

NON_MONOTONE = (ConditionKnown, Certainly, FirstKnownCondition)
"""Conditions whose operands must be settled first; each lies in a later stratum than its operands."""

# ---- rules ----------------------------------------------------------------------------------------------------------

Action: TypeAlias = Literal[
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate"
]


@dataclass(frozen=True, slots=True)
class Citation:
    source: str
    locator: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    source: str
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of advice text: literal words, or a placeholder that names a fact, derived fact or parameter."""

    words: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AdviceDefinition:
    kind: Literal["recommend", "suggest"]
    against: bool
    action: Action
    target: str
    to: str | None
    text: tuple[TextPart, ...]


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule. Its outcome follows from two condition nodes.

    `base` is `when` and not `unless`. `applies` is base and none of the rules that override this one applies: the
    rule applies where it is true, is undecided where it is unknown; where it is false, or the overriding rule
    applies, the rule is overridden if base is not false, else not applicable (language.md 5).
    """

    name: str
    label: str | None
    when: NodeId
    unless: tuple[NodeId, ...]
    base: NodeId
    applies: NodeId
    advice: tuple[AdviceDefinition, ...] = ()
    concludes: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    overridden_by: tuple[str, ...] = ()
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None
    cautions: tuple[tuple[TextPart, ...], ...] = ()
    cites: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    errata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedDefinition:
    """A defined or concluded name. `concluded` derived facts are the `Or` of `applies` of the rules in `rules`."""

    name: str
    label: str | None
    node: NodeId
    type: ValueType
    unit: str | None
    concluded_by: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter as it took part: its text as written, and whether a site set it."""

    name: str
    label: str | None
    text: str
    set_by_site: bool
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class InterventionDefinition:
    name: str
    label: str | None
    codes: tuple[ListedCode, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDefinition:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ValueSetDefinition:
    """A value set that a code list of the loaded files names, as it was found; `size` counts its codes."""

    url: str
    version: str | None
    title: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Network:
    """A compiled guideline.

    Attributes:
        hash: SHA-256 of the meaning, 64 hexadecimal digits; comments, layout and order do not take part.
        scope: the condition of `applies to` together with "not deceased" where the guideline does not speak of it.
        nodes: every node by identifier, operands before the nodes that use them.
        strata: condition nodes that an executor settles together, in order; all literals are in the first.
        names: for a derived fact, rule or literal node, the words a reader knows it by ("phosphorus >= 5.5 mg/dL").
        known_codes: every code of the loaded files, also of lists that no fact reads: a code outside it is unlisted.
    """

    name: str
    version: str
    title: str | None
    effective: dt.date | None
    retired: dt.date | None
    hash: str
    sources: tuple[SourceDefinition, ...]
    parameters: tuple[ParameterValue, ...]
    facts: Mapping[str, FactDefinition]
    derived: Mapping[str, DerivedDefinition]
    interventions: Mapping[str, InterventionDefinition]
    rules: Mapping[str, RuleDefinition]
    scope: NodeId
    nodes: Mapping[NodeId, Node]
    strata: tuple[tuple[NodeId, ...], ...]
    names: Mapping[NodeId, str] = field(default_factory=dict)
    known_codes: frozenset[Code] = frozenset()
    value_sets: tuple[ValueSetDefinition, ...] = ()
    unused_facts: tuple[str, ...] = ()  # declared in the loaded files, read by no rule of this guideline
