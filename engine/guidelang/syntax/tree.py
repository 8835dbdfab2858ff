"""The syntax tree: what a file says, form by form, before any name is looked up.

Every node is frozen and knows its span. Spans do not take part in equality, so two texts that differ in layout alone
give equal trees: this is what "parse, print, parse" is tested with.

Numbers keep the text they were written in (``5.50`` stays ``5.50``); units and codes are plain strings here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from guidelang.source import Span
from guidelang.syntax import events, node
from guidelang.terminology import CodedElement, LengthElement, RecordType, TimeElement

# ---- nodes of other files, which are part of this one name space

Node = node.Node
Identifier = node.Identifier
Ago = events.Ago
Beside = events.Beside
Change = events.Change
Happened = events.Happened
Lasting = events.Lasting
Quantified = events.Quantified
Since = events.Since
Together = events.Together
Within = events.Within
Phrase: TypeAlias = events.Phrase
phrase_parts = events.phrase_parts
durations = events.durations

ActionWord: TypeAlias = Literal[
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate"
]
ACTION_WORDS: tuple[ActionWord, ...] = (
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate",
)  # fmt: skip


# ---- values and conditions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact, parameter or derived fact, used in an expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A number as written, with or without a unit: ``5.5 mg/dL``, ``31 days``, ``2``."""

    number: str
    unit: str | None
    unit_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DateLiteral(Node):
    text: str  # 2024-06-01, 2024-06


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text, unescaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: Literal["+", "-", "*", "/", "^"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``min(a, b)``, ``max``, ``round(x, digits)``, ``ln``, ``log10``, ``exp``, ``abs``."""

    function: Identifier
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``latest phosphorus within 90 days``; ``count of F``, ``sum of F`` and ``covered days of F`` have an ``of``."""

    how: Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered days"]
    fact: Identifier
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeSince(Node):
    fact: Identifier


@dataclass(frozen=True, slots=True)
class TimeFrom(Node):
    """``time from A to B``: compared with lengths of time, by calendar days."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class Age(Node):
    """The patient's age in completed years, or in the unit it is compared with; today, or ``age at`` a day."""

    at: Expression | None = None


@dataclass(frozen=True, slots=True)
class Today(Node):
    """The evaluation day."""


@dataclass(frozen=True, slots=True)
class EndOf(Node):
    """``start of P`` or ``end of P``: the first or last day of a period."""

    end: Literal["start", "end"]
    period: Expression


@dataclass(frozen=True, slots=True)
class Period(Node):
    """``A to B``: the days from one date to another, both included."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Certainly(Node):
    operand: Expression


Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: Comparator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Closed at both ends. A unit on the upper bound alone serves both."""

    subject: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class IsOneOf(Node):
    """``sex is female`` (one value), ``stage is one of (g4, g5)``, ``sex is not female`` (negated)."""

    subject: Expression
    values: tuple[Identifier | Text, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsState(Node):
    subject: Expression
    state: Literal["known", "missing", "stale"]


@dataclass(frozen=True, slots=True)
class LastN(Node):
    """``last 2 phosphorus within 90 days >= 5.5 mg/dL``: each of the newest results."""

    count: str
    fact: Identifier
    phrases: tuple[Phrase, ...]
    operator: Comparator
    right: Expression


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    count: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class FirstKnown(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Recommended(Node):
    """``recommended start cinacalcet``: some applying rule advises it. No action: starting is meant."""

    action: ActionWord | None
    target: Identifier


# ---- scores and tables ----------------------------------------------------------------------------------------------

MissingWord: TypeAlias = Literal["unknown", "zero", "bounds"]


@dataclass(frozen=True, slots=True)
class ScoreItem(Node):
    """``2 when age >= 75 years "Age"``: points for a condition; or ``add bilirubin_points``, a number (points None)."""

    points: str | None  # signed, as written
    value: Expression
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreSum(Node):
    """What a ``score`` statement adds up. ``missing`` None only in a score that does not say it, which is an error."""

    items: tuple[ScoreItem, ...]
    missing: MissingWord | None


@dataclass(frozen=True, slots=True)
class Column(Node):
    """``egfr in mL/min/{1.73_m2}``: what the cells of a column ask about; with a unit, their numbers are bare."""

    value: Expression
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CompareCell(Node):
    operator: Comparator
    bound: Quantity


@dataclass(frozen=True, slots=True)
class RangeCell(Node):
    """``60 to below 90``, ``above 60 to 90``: an end is included unless its word leaves it out."""

    low: Quantity
    high: Quantity
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class WordsCell(Node):
    """``G1 or G2``"""

    values: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class YesNoCell(Node):
    yes: bool


@dataclass(frozen=True, slots=True)
class AnyCell(Node):
    pass


Cell: TypeAlias = CompareCell | RangeCell | WordsCell | YesNoCell | AnyCell


@dataclass(frozen=True, slots=True)
class Row(Node):
    """``row 60 to below 90, no gives G2``; `gives` None is ``gives unknown``."""

    cells: tuple[Cell, ...]
    gives: Quantity | Identifier | None


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    gives: Quantity | Identifier | None


@dataclass(frozen=True, slots=True)
class TableLookup(Node):
    """What a ``table`` statement looks up."""

    name: Identifier  # of the table, whose choices are its own
    type: QuantityType | NumberType | ChoiceType
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    otherwise: Otherwise | None = None


Expression: TypeAlias = (
    Name | Quantity | DateLiteral | Text | Arithmetic | Negate | Call | Aggregate | TimeSince | TimeFrom | Age | Today
    | EndOf | Period | And | Or | Not | Certainly | Compare | Between | IsOneOf | IsState | LastN | AtLeast | FirstKnown
    | Recommended | ScoreSum | TableLookup | Happened | Quantified | Change | Lasting
)  # fmt: skip
Duration: TypeAlias = Quantity | Name  # `31 days`, or a parameter


# ---- codes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeRef(Node):
    """``RxNorm 855332 "warfarin sodium 5 MG Oral Tablet"``; own systems as ``guidelang:calciphylaxis``.

    ``system`` is the word as written (``SNOMED CT`` in its full form); codes that share one system word with the
    code before them carry that word too, so that order and layout alone decide how it is printed.
    """

    system: str
    code: str
    label: str | None = None
    unconfirmed: bool = False
    strength: Quantity | None = None


@dataclass(frozen=True, slots=True)
class ListRef(Node):
    """``in warfarin_products``: a code list or a code-list parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class ValueSetRef(Node):
    """``valueset "http://example.org/ValueSet/statins" version "2.0"``: the codes of a published value set.

    ``url`` is as written; it may carry a version after ``|``, as FHIR's canonical references do.
    """

    url: str
    version: str | None = None


CodeItem: TypeAlias = CodeRef | ListRef | ValueSetRef


# ---- head of a file -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceDocument(Node):
    name: Identifier
    title: str


@dataclass(frozen=True, slots=True)
class Guideline(Node):
    name: Identifier
    version: str
    title: Text | None = None
    effective: DateLiteral | None = None
    retired: DateLiteral | None = None
    sources: tuple[SourceDocument, ...] = ()
    applies_to: Expression | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary(Node):
    name: Identifier
    version: str
    title: Text | None = None
    effective: DateLiteral | None = None
    retired: DateLiteral | None = None
    sources: tuple[SourceDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Part(Node):
    """``part of calciphylaxis``: this file belongs to the guideline that stands in the same folder."""

    of: Identifier


@dataclass(frozen=True, slots=True)
class Use(Node):
    vocabulary: Identifier
    version: str | None = None


@dataclass(frozen=True, slots=True)
class System(Node):
    """A code system of the project's own: ``system guidelang "urn:guidelang:codes"``."""

    name: Identifier
    uri: str


@dataclass(frozen=True, slots=True)
class Plausible(Node):
    low: str  # signed numbers as written
    high: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Cite(Node):
    source: Identifier
    locator: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class CodeLiteral(Node):
    """The value of a code-list parameter; empty for ``no codes``."""

    codes: tuple[CodeRef, ...]


ParameterValue: TypeAlias = Quantity | DateLiteral | Period | CodeLiteral


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: Identifier
    label: str | None
    value: ParameterValue
    plausible: Plausible | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes(Node):
    """A list of codes: the union of its items, less those of `excepted`."""

    name: Identifier
    label: str | None
    codes: tuple[CodeItem, ...]
    excepted: tuple[CodeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect(Node):
    direction: Literal["lowers", "raises"]
    quantity: Identifier


@dataclass(frozen=True, slots=True)
class Intervention(Node):
    name: Identifier
    label: str | None
    codes: tuple[CodeRef, ...] = ()
    effects: tuple[Effect, ...] = ()


# ---- facts ----------------------------------------------------------------------------------------------------------


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


# ---- derived facts and rules ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithUnit(Node):
    """``calcium in mg/dL`` or ``result in mg/dL`` (name None)."""

    name: Identifier | None
    unit: str


@dataclass(frozen=True, slots=True)
class Define(Node):
    name: Identifier
    label: str | None
    value: Expression
    units: tuple[WithUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Score(Node):
    name: Identifier
    label: str | None
    value: ScoreSum
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Node):
    name: Identifier
    label: str | None
    value: TableLookup
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice(Node):
    kind: Literal["recommend", "suggest"]
    against: bool
    action: ActionWord | None  # None only with `against`: starting is meant
    target: Identifier
    to: Identifier | Quantity | None
    text: Text | None


@dataclass(frozen=True, slots=True)
class Evidence(Node):
    source: Identifier
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class Erratum(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Rule(Node):
    name: Identifier
    label: str | None
    when: Expression | None  # None only in a rule that has no `when`, which is an error
    unless: tuple[Expression, ...] = ()
    advice: tuple[Advice, ...] = ()
    concludes: tuple[Identifier, ...] = ()
    overrides: tuple[Identifier, ...] = ()
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None
    cautions: tuple[Text, ...] = ()
    cites: tuple[Cite, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    errata: tuple[Erratum, ...] = ()


# ---- examples -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class When(Node):
    """When a given was recorded: ``40 days ago`` or ``on 2024-05-03`` (also ``2024-05``, ``2024``)."""

    ago: Quantity | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Course(Node):
    """From when to when a given went on: ``from 2020-01-01 to 2024-03``; ``from 2 years ago`` goes on."""

    begins: When
    ends: When | None


@dataclass(frozen=True, slots=True)
class GivenValue(Node):
    """One result of a given fact.

    ``value`` holds a Quantity (its number may be signed), a DateLiteral, a Text, an Identifier (one of a choice), or
    a bool for yes and no, or None for ``unknown F``.
    """

    value: Quantity | DateLiteral | Text | Identifier | bool | None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    when: When | Course | None = None
    attested: bool = False


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A fact of an example's patient; several values are a history."""

    fact: Identifier
    values: tuple[GivenValue, ...]


@dataclass(frozen=True, slots=True)
class Setting(Node):
    """``with phosphorus_ceiling = 5 mg/dL``: a parameter as a site would set it."""

    parameter: Identifier
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class Needs(Node):
    facts: tuple[Identifier, ...]
    only: bool = False


@dataclass(frozen=True, slots=True)
class ExpectTruth(Node):
    """``NAME``, ``not NAME``, ``unknown NAME``: a rule applies or not; a derived condition is true, false, unknown."""

    name: Identifier
    truth: bool | None


@dataclass(frozen=True, slots=True)
class ExpectValue(Node):
    name: Identifier
    value: Quantity | DateLiteral


@dataclass(frozen=True, slots=True)
class ExpectBetween(Node):
    """``child_pugh 6 to 8``: a value that is known as far as these two ends, both included."""

    name: Identifier
    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class ExpectWord(Node):
    """``gfr_stage is G3a``"""

    name: Identifier
    value: Identifier


@dataclass(frozen=True, slots=True)
class ExpectUndecided(Node):
    """``undecided RULE needs …``; name None: ``undecided scope``."""

    name: Identifier | None
    needs: Needs | None = None


@dataclass(frozen=True, slots=True)
class ExpectOverridden(Node):
    name: Identifier
    by: Identifier | None = None


@dataclass(frozen=True, slots=True)
class ExpectAdvice(Node):
    kind: Literal["recommend", "suggest"]
    against: bool
    action: ActionWord | None
    target: Identifier
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ExpectScope(Node):
    """``in scope`` or ``not for this patient``."""

    applies: bool


@dataclass(frozen=True, slots=True)
class ExpectConflict(Node):
    target: Identifier | None  # None: `no conflict`


@dataclass(frozen=True, slots=True)
class ExpectStack(Node):
    direction: Literal["lowers", "raises"] | None  # None: `no stack`
    quantity: Identifier | None


Expectation: TypeAlias = (
    ExpectTruth | ExpectValue | ExpectBetween | ExpectWord | ExpectUndecided | ExpectOverridden | ExpectAdvice
    | ExpectScope | ExpectConflict | ExpectStack
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example(Node):
    name: Text
    on: DateLiteral | None
    givens: tuple[Given, ...] = ()
    settings: tuple[Setting, ...] = ()
    expects: tuple[Expectation, ...] = ()


Statement: TypeAlias = (
    Guideline
    | Vocabulary
    | Part
    | Use
    | System
    | Parameter
    | Codes
    | Intervention
    | Fact
    | Define
    | Score
    | Table
    | Rule
    | Example
)


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """``# …`` up to the end of its line; the text includes the hash, without trailing blanks."""

    text: str


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """Where a clause of a statement stands, for the printer, which keeps each comment beside its clause.

    ``statement`` counts the statements of the file, ``index`` the clauses of one kind in the statement, both from 0;
    the words that open a statement are its clause ``head``.
    """

    statement: int
    kind: str
    index: int


@dataclass(frozen=True, slots=True)
class File(Node):
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    clauses: tuple[Clause, ...] = field(default=(), compare=False, repr=False)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression, in the order of the text."""
    match expression:
        case Arithmetic() | Compare():
            return (expression.left, expression.right)
        case Negate() | Not() | Certainly():
            return (expression.operand,)
        case Call():
            return expression.arguments
        case And() | Or() | AtLeast() | FirstKnown():
            return expression.operands
        case Between():
            return (expression.subject, expression.low, expression.high)
        case IsOneOf() | IsState():
            return (expression.subject,)
        case LastN():
            return (*_in_phrases(expression.phrases), expression.right)
        case Aggregate() | Happened():
            return _in_phrases(expression.phrases)
        case Quantified(test=None):
            return _in_phrases(expression.phrases)
        case Quantified():
            assert expression.test is not None
            return (expression.test, *_in_phrases(expression.phrases))
        case Lasting():
            return (expression.test,)
        case Period() | TimeFrom():
            return (expression.first, expression.last)
        case Age(at=Node() as day):
            return (day,)
        case EndOf():
            return (expression.period,)
        case ScoreSum():
            return tuple(item.value for item in expression.items)
        case TableLookup():
            return tuple(column.value for column in expression.columns)
        case _:
            return ()


def _in_phrases(phrases: tuple[Phrase, ...]) -> tuple[Expression, ...]:
    return tuple(part for phrase in phrases for part in phrase_parts(phrase))


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and everything inside it, outer before inner, in the order of the text. Uses no recursion."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))
