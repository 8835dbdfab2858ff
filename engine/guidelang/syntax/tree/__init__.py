"""The syntax tree: what a file says, form by form, before any name is looked up.

Every node is frozen and knows its span. Spans do not take part in equality, so two texts that differ in layout alone
give equal trees: this is what "parse, print, parse" is tested with.

Numbers keep the text they were written in (``5.50`` stays ``5.50``); units and codes are plain strings here.
"""

from __future__ import annotations

from guidelang.syntax.tree.codes import (
    CodeItem,
    CodeRef,
    ListRef,
    ValueSetRef,
)
from guidelang.syntax.tree.events import (
    Ago,
    Beside,
    Change,
    Edge,
    Happened,
    Lasting,
    OnDay,
    Phrase,
    Quantified,
    Since,
    Together,
    Within,
    durations,
    phrase_parts,
)
from guidelang.syntax.tree.examples import (
    Course,
    Example,
    ExpectAdvice,
    Expectation,
    ExpectBetween,
    ExpectConflict,
    ExpectOverridden,
    ExpectScope,
    ExpectStack,
    ExpectTruth,
    ExpectUndecided,
    ExpectValue,
    ExpectWord,
    Given,
    GivenValue,
    Needs,
    Setting,
    When,
)
from guidelang.syntax.tree.expressions import (
    ACTION_WORDS,
    ActionWord,
    Age,
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Between,
    Call,
    Certainly,
    Comparator,
    Compare,
    DateLiteral,
    DaysFrom,
    Duration,
    EndOf,
    Expression,
    FirstKnown,
    IsOneOf,
    IsState,
    LastN,
    Name,
    Negate,
    Not,
    Or,
    Period,
    Quantity,
    Recommended,
    Text,
    TimeFrom,
    TimeSince,
    Today,
)
from guidelang.syntax.tree.facts import (
    Choice,
    ChoiceType,
    CodedFilter,
    Convert,
    ConvertAffine,
    DateType,
    Fact,
    FactType,
    FromPatient,
    FromRecord,
    LengthFilter,
    NumberType,
    PatientField,
    QuantityType,
    TextType,
    YesNoType,
)
from guidelang.syntax.tree.file import (
    Clause,
    Comment,
    File,
    Statement,
)
from guidelang.syntax.tree.head import (
    Cite,
    CodeLiteral,
    Codes,
    Effect,
    Guideline,
    Intervention,
    Parameter,
    ParameterValue,
    Part,
    Plausible,
    SourceDocument,
    System,
    Use,
    Vocabulary,
)
from guidelang.syntax.tree.node import (
    Identifier,
    Node,
)
from guidelang.syntax.tree.rules import (
    Advice,
    Define,
    Erratum,
    Evidence,
    Rule,
    Score,
    Table,
    WithUnit,
)
from guidelang.syntax.tree.scores import (
    AnyCell,
    Cell,
    Column,
    CompareCell,
    MissingWord,
    Otherwise,
    RangeCell,
    Row,
    ScoreItem,
    ScoreSum,
    TableLookup,
    WordsCell,
    YesNoCell,
)
from guidelang.syntax.tree.walk import (
    parts,
    walk,
)

__all__ = [
    "ACTION_WORDS", "ActionWord", "Advice", "Age", "Aggregate", "Ago", "And", "AnyCell", "Arithmetic", "AtLeast",
    "Beside", "Between", "Call", "Cell", "Certainly", "Change", "Choice", "ChoiceType", "Cite", "Clause", "CodeItem",
    "CodeLiteral", "CodeRef", "CodedFilter", "Codes", "Column", "Comment", "Comparator", "Compare", "CompareCell",
    "Convert", "ConvertAffine", "Course", "DateLiteral", "DateType", "DaysFrom", "Define", "Duration", "Edge",
    "Effect", "EndOf", "Erratum", "Evidence", "Example", "ExpectAdvice", "ExpectBetween", "ExpectConflict",
    "ExpectOverridden", "ExpectScope", "ExpectStack", "ExpectTruth", "ExpectUndecided", "ExpectValue", "ExpectWord",
    "Expectation", "Expression", "Fact", "FactType", "File", "FirstKnown", "FromPatient", "FromRecord", "Given",
    "GivenValue", "Guideline", "Happened", "Identifier", "Intervention", "IsOneOf", "IsState", "LastN", "Lasting",
    "LengthFilter", "ListRef", "MissingWord", "Name", "Needs", "Negate", "Node", "Not", "NumberType", "OnDay", "Or",
    "Otherwise", "Parameter", "ParameterValue", "Part", "PatientField", "Period", "Phrase", "Plausible", "Quantified",
    "Quantity", "QuantityType", "RangeCell", "Recommended", "Row", "Rule", "Score", "ScoreItem", "ScoreSum",
    "Setting", "Since", "SourceDocument", "Statement", "System", "Table", "TableLookup", "Text", "TextType",
    "TimeFrom", "TimeSince", "Today", "Together", "Use", "ValueSetRef", "Vocabulary", "When", "WithUnit", "Within",
    "WordsCell", "YesNoCell", "YesNoType", "durations", "parts", "phrase_parts", "walk",
]  # fmt: skip
