"""The published trace schema: what one evaluation says, for programs.

`guidelang schema trace` prints it as JSON schema. Numbers that stand for clinical values are strings that hold decimals
("5.513372"), because a JSON number would lose digits on its way; a value with no finite decimal (a third) is rounded
half-even to 12 significant digits. Counts and ages in days are JSON numbers. Lists are in a fixed order, so the
same input gives the same bytes.
"""

from __future__ import annotations

from typing import Literal

from guidelang.trace.published import Document, Field

SCHEMA_VERSION = "1"

TruthWord = Literal["true", "false", "unknown"]
ValueTypeWord = Literal["quantity", "number", "yes_no", "choice", "date", "text"]


class SourceDocument(Document):
    """A published work that the guideline is taken from."""

    name: str = Field(description="The name that citations use.")
    title: str


class ValueSetDocument(Document):
    """A published value set whose codes the guideline uses, as it was found when the guideline was compiled."""

    url: str
    version: str | None
    title: str | None
    size: int = Field(description="How many codes it has.")


class TouchedDocument(Document):
    """One thing that a local change touches."""

    how: Literal["set", "removed", "replaced", "added", "amended", "narrowed"]
    sort: str = Field(description="parameter, fact, code list, intervention, derived, rule, invariant or scope.")
    name: str
    words: str = Field(description="What is done, in a clause.")


class LocalChangeDocument(Document):
    """A change that a guideline makes in the one that it adapts."""

    guideline: str = Field(description="Which guideline makes it: an adapted one may adapt another itself.")
    name: str
    reason: str
    touched: list[TouchedDocument]
    rules: list[str] = Field(description="The rules that are other than in the adapted guideline, or stand on what is.")


class AdaptationDocument(Document):
    """What the guideline adapts. The changes are made: everything else speaks of the guideline as it is."""

    base: str = Field(description="The adapted guideline.")
    version: str
    changes: list[LocalChangeDocument]


class GuidelineDocument(Document):
    """Which guideline was evaluated."""

    name: str
    version: str
    title: str | None
    hash: str = Field(description="SHA-256 of the guideline's meaning with its parameters, 64 hexadecimal digits.")
    effective: str | None = Field(description="First day it is in force, YYYY-MM-DD.")
    retired: str | None = Field(description="Last day on which it is in force, YYYY-MM-DD.")
    sources: list[SourceDocument]
    value_sets: list[ValueSetDocument]
    adaptation: AdaptationDocument | None = Field(default=None, description="Null where it adapts no other guideline.")


class CitationDocument(Document):
    """A place in a source that a rule or parameter is taken from."""

    source: str = Field(description="Name of one of `guideline.sources`.")
    locator: str = Field(description="Place in the source, as the guideline writes it.")


class EvidenceDocument(Document):
    """A study that speaks to a rule; it triggers nothing."""

    source: str
    locator: str
    text: str


class IntervalDocument(Document):
    """All values that a value may have. A missing end is unbounded."""

    low: str | None
    high: str | None
    low_open: bool = Field(description="Whether `low` itself is excluded.")
    high_open: bool = Field(description="Whether `high` itself is excluded.")


class MissingDocument(Document):
    """A base fact that something undecided needs."""

    fact: str
    label: str | None
    reasons: list[str] = Field(description='Why it is not there, e.g. "no record", "stale", "unit not convertible".')
    details: list[str] = Field(description="What more is known about each reason, as prose.")


class AdviceDocument(Document):
    """A piece of advice. In the result's own list it stands once for all rules that give it."""

    kind: Literal["recommend", "suggest"]
    against: bool = Field(description="True where the action is advised against.")
    action: str
    target: str = Field(description="What the action is about: a fact or an intervention.")
    target_label: str | None
    to: str | None = Field(description="What to switch, increase or reduce to.")
    text: str = Field(description="Prose with its values filled in; an unknown one reads `unknown`. May be empty.")
    strength: str | None = Field(description="As the guideline states it. Null with `grade` null: ungraded.")
    certainty: str | None
    grade: str | None = Field(description="The source's own mark, kept as it is.")
    urgency: str | None
    cautions: list[str]
    rules: list[str]
    cites: list[CitationDocument]
    evidence: list[EvidenceDocument]
    errata: list[str] = Field(description="Mistakes of the source that the guideline corrects.")


class CourseDocument(Document):
    """From when to when something went on: a stay, a diagnosis, the days of a supply."""

    begins: str | None = Field(description="As recorded; null where the record does not say.")
    ends: str | None = Field(description="As recorded; null where it goes on or nobody knows, which `end` tells.")
    end: Literal["dated", "running", "unknown"]


class ResultDocument(Document):
    """One entry of the record for one fact."""

    reported: str = Field(description="Value and unit, or the code's label, as the record has them.")
    value: str | None = Field(description="The value in the fact's unit; null where it cannot be used or is no point.")
    interval: IntervalDocument | None = Field(description="Where the value is no point (censored).")
    time: str | None = Field(description="As recorded; null means current at the evaluation date.")
    age_days: int | None = Field(description="Days before the evaluation date; null where the day is not recorded.")
    course: CourseDocument | None = Field(default=None, description="From when to when it went on, if it did.")
    source: str = Field(description="Where the record has it.")
    status: str | None = Field(description="The record's own status, e.g. final.")
    attested: bool = Field(description="Whether a person attested a value outside the plausible range.")
    reasons: list[str] = Field(description="Why it cannot be used, or is no point.")
    details: list[str]
    note: str | None


class BorderlineDocument(Document):
    """A comparison that another value inside the reported precision would decide differently. Not part of outcomes."""

    comparison: str = Field(description="The comparison in the guideline's words.")
    facts: list[str] = Field(description="The facts whose reported precision matters.")
    interval: IntervalDocument = Field(description="What the compared value may be, given the reported precision.")
    unit: str | None


class ThresholdDocument(Document):
    """A number that the guideline compares a fact with: the comparison reads `fact operator value`."""

    comparison: str = Field(description="The comparison in the guideline's words.")
    operator: Literal["<", "<=", ">", ">=", "=", "!="] = Field(description="With the fact on its left.")
    value: str = Field(description="A decimal in the fact's unit.")
    parameter: str | None = Field(description="The parameter that the number is.")
    truth: TruthWord = Field(description="What the comparison came to.")
    rules: list[str] = Field(description="The rules in whose conditions it lies.")


class FactDocument(Document):
    """The current state of one fact."""

    name: str
    label: str | None
    type: ValueTypeWord
    status: Literal["known", "unknown"]
    value: str | None = Field(description='As compared: a decimal in `unit`, "yes" or "no", a choice, a date, a text.')
    interval: IntervalDocument | None = Field(description="Where the value is known but no point.")
    unit: str | None
    how: Literal["recorded", "asserted", "absent"] | None = Field(
        description="Of a yes or no: recorded, asserted as a negative, or a no that follows from absence."
    )
    results: list[ResultDocument] = Field(
        description="The entries of the record that decided; where none counts, those that do not, with the reason."
    )
    reasons: list[str] = Field(description="Why it is unknown, or no point.")
    details: list[str]
    borderline: list[BorderlineDocument]
    plausible: IntervalDocument | None = Field(default=None, description="The range of plausible values, in `unit`.")
    thresholds: list[ThresholdDocument] = Field(
        default=[], description="The numbers that the guideline compares it with, lowest first."
    )


PartKind = Literal["item", "column", "row", "operand"]
DerivedForm = Literal["condition", "conclusion", "value", "formula", "score", "table"]


class PartDocument(Document):
    """A part of a computed value: an item of a score, a column or row of a table, an operand of a formula."""

    kind: PartKind = Field(description="Of the rows of a table only the one that holds, or all that may, are listed.")
    words: str = Field(description="The condition or value in the guideline's words.")
    label: str | None = Field(default=None, description="What the guideline calls an item of a score.")
    truth: TruthWord | None = Field(
        default=None, description="Of a condition. Of a number that is added: unknown where it is no single one."
    )
    points: str | None = Field(default=None, description="What an item counts where its condition is true.")
    value: str | None = Field(
        default=None,
        description="What an item counts here, what a row gives, the value of a column or operand; null for unknown.",
    )
    interval: IntervalDocument | None = Field(default=None, description="Where the value is known but no point.")
    unit: str | None = None


class DerivedDocument(Document):
    """A defined or concluded name."""

    name: str
    label: str | None
    type: ValueTypeWord
    status: Literal["known", "unknown"]
    value: str | None = Field(description='A decimal in `unit`, "yes" or "no", a choice, a date, a text.')
    interval: IntervalDocument | None
    unit: str | None
    needs: list[str] = Field(description="The base facts that keep it from being known.")
    concluded_by: list[str] = Field(description="The rules that conclude it; empty for a definition.")
    form: DerivedForm = Field(default="condition", description="What sort of definition it is.")
    parts: list[PartDocument] = Field(default=[], description="What a score, table or formula is made of, in order.")
    reasons: list[str] = Field(default=[], description="Why a value is unknown, or no point, beyond reasons of facts.")
    details: list[str] = Field(default=[])
    cites: list[CitationDocument] = Field(default=[])


class ParameterDocument(Document):
    """A number, duration or code list that a site may set."""

    name: str
    label: str | None
    value: str = Field(description="As written, e.g. `5.5 mg/dL`.")
    set_by_site: bool
    cites: list[CitationDocument] = Field(description="Empty for the project's own numbers.")


WhyKind = Literal[
    "rule",
    "own_condition",
    "derived",
    "scope",
    "when",
    "unless",
    "overridden_by",
    "concluded_by",
    "all_of",
    "any_of",
    "at_least",
    "not",
    "certainly",
    "is_known",
    "first_known",
    "comparison",
    "value",
    "parameter",
    "fact",
    "item",
    "row",
]


class WhyNode(Document):
    """A node of the tree of why: what was asked, what came out, and the nodes that decided it."""

    kind: WhyKind
    words: str = Field(description="The condition, value or name in the guideline's words.")
    truth: TruthWord | None = Field(description="Of a condition. Null for values and facts that are not yes or no.")
    label: str | None = Field(default=None, description="What the guideline calls an item of a score.")
    points: str | None = Field(default=None, description="What an item of a score counts where it is true.")
    value: str | None = Field(
        default=None, description="Of a value or fact, as compared; what an item counts; what a row gives."
    )
    interval: IntervalDocument | None = None
    unit: str | None = None
    how: Literal["recorded", "asserted", "absent"] | None = None
    results: list[ResultDocument] = Field(
        default=[], description="The entries of the record that decided, as of facts."
    )
    reasons: list[str] = Field(default=[], description="Why a fact or value is unknown, or no point.")
    details: list[str] = Field(default=[])
    borderline: BorderlineDocument | None = None
    children: list[WhyNode] = Field(default=[])
    folded: list[str] = Field(default=[], description="Operands that did not matter, in words.")
    repeated: bool = Field(default=False, description="Shown in full elsewhere in this tree.")
    cut: bool = Field(default=False, description="Too deep to be shown; ask for the derived fact by name.")


class OutcomeDocument(Document):
    """The one outcome of one rule."""

    rule: str
    label: str | None
    status: Literal["applies", "not_applicable", "undecided", "overridden"]
    advice: list[AdviceDocument] = Field(description="Empty unless the rule applies.")
    concludes: list[str]
    missing: list[MissingDocument] = Field(description="What an undecided rule needs; empty otherwise.")
    exceptions: list[str] = Field(description="The `unless` conditions that are true.")
    overridden_by: list[str]
    cites: list[CitationDocument]
    evidence: list[EvidenceDocument]
    errata: list[str]
    why: WhyNode


class ScopeDocument(Document):
    """Whether the guideline speaks about this patient. Unless it does, `outcomes` is empty."""

    status: Literal["applies", "not_for_this_patient", "undecided"]
    missing: list[MissingDocument]
    why: WhyNode


class ConflictDocument(Document):
    """Two opposed pieces of advice, neither rule overriding the other."""

    target: str
    first: AdviceDocument
    second: AdviceDocument


class ViolationDocument(Document):
    """An invariant of the guideline that this patient refutes: a fault of the guideline, not of the patient."""

    invariant: str = Field(description="Its label, or its words where it has none.")
    words: str = Field(description="What it says.")
    rules: list[str] = Field(description="The rules it speaks of that apply.")


class StackDocument(Document):
    """Several pieces of advice that push one quantity the same way."""

    quantity: str
    direction: Literal["lowers", "raises"]
    advice: list[AdviceDocument]


class ProblemDocument(Document):
    """Something of the record that could not be used, or is worth a look."""

    kind: Literal["unusable", "ignored", "note"]
    message: str
    patient: str | None
    resource: str | None
    field: str | None
    fact: str | None
    reason: str | None


class UnlistedDocument(Document):
    """Records of one kind and code that no list of the guideline has: nothing is read from them."""

    record: str = Field(description="The kind of record; empty for the rest, where there are too many codes to list.")
    what: str = Field(description="What the record calls it, and its code.")
    count: int
    source: str = Field(description="The first of these records.")
    fact: str | None = Field(description="The fact that may have been meant.")
    hint: str | None = Field(description="Why it looks like a slip, if it does.")


class MeasureFirstDocument(Document):
    """A fact worth finding out. The list is ordered by `decides`, then `needed_by`, then name."""

    fact: str
    label: str | None
    decides: int = Field(description="How many undecided rules its value alone could decide.")
    needed_by: int = Field(description="How many undecided rules need it.")
    rules: list[str] = Field(description="The undecided rules that need it.")


class MeasureLaterDocument(Document):
    """A fact that undecided rules need and that nobody can find out today: the days asked about lie ahead."""

    fact: str
    label: str | None
    day: str | None = Field(description="The first of these days, YYYY-MM-DD; null in a redacted trace.")
    needed_by: int = Field(description="How many undecided rules need it.")
    rules: list[str] = Field(description="The undecided rules that need it.")


class FiringDocument(Document):
    """One step of the executor."""

    concludes: str
    truth: TruthWord
    because: list[str]


class TraceDocument(Document):
    """What one guideline says about one patient at one date, with all reasons."""

    schema_version: Literal["1"] = "1"
    guideline: GuidelineDocument
    patient: str
    as_of: str = Field(description="The evaluation date, YYYY-MM-DD; that whole day is included.")
    engine: Literal["direct", "durable"]
    redacted: bool = Field(default=False, description="Identifiers are left out, and all dates moved.")
    scope: ScopeDocument
    advice: list[AdviceDocument] = Field(description="Urgent first; then recommendations before suggestions.")
    conflicts: list[ConflictDocument]
    stacks: list[StackDocument]
    violations: list[ViolationDocument] = Field(default=[], description="Invariants that this patient refutes.")
    warnings: list[str]
    outcomes: list[OutcomeDocument] = Field(description="One for each rule, by name; empty unless the scope applies.")
    measure_first: list[MeasureFirstDocument]
    measure_later: list[MeasureLaterDocument] = Field(default=[], description="By day, then as `measure_first`.")
    facts: list[FactDocument]
    derived: list[DerivedDocument]
    parameters: list[ParameterDocument]
    problems: list[ProblemDocument]
    unlisted: list[UnlistedDocument] = Field(default=[], description="Those that look like a slip first.")
    firings: list[FiringDocument] = Field(description="In the executor's order.")


class DecidingSetDocument(Document):
    """Facts whose values together could decide; no smaller set of them could."""

    facts: list[str]
    could_be: list[TruthWord] = Field(description="Which way they could decide: true means that the rule applies.")


class DecidingDocument(Document):
    """The smallest deciding sets, as far as they were looked for."""

    sets: list[DecidingSetDocument] = Field(description="Smallest first, then by name.")
    complete: bool = Field(description="False where the search stopped at its bound.")
    bound: str = Field(description="The bound on the search, in words.")


class ExplainDocument(Document):
    """Why one rule, derived fact or the scope came out as it did."""

    schema_version: Literal["1"] = "1"
    guideline: GuidelineDocument
    patient: str
    as_of: str
    engine: Literal["direct", "durable"]
    redacted: bool = Field(default=False, description="Identifiers are left out, and all dates moved.")
    name: str = Field(description="The rule or derived fact, or `scope`.")
    label: str | None
    status: Literal["applies", "not_applicable", "undecided", "overridden"] | None = Field(
        description="Of a rule, where the guideline is for this patient."
    )
    scope: Literal["applies", "not_for_this_patient", "undecided"]
    warnings: list[str] = Field(default=[], description="Those of the trace that are not about other facts.")
    missing: list[MissingDocument]
    deciding: DecidingDocument | None = Field(description="Of something undecided.")
    advice: list[AdviceDocument]
    cites: list[CitationDocument]
    evidence: list[EvidenceDocument]
    errata: list[str]
    sources: list[SourceDocument] = Field(description="The works that are cited here.")
    why: WhyNode
    problems: list[ProblemDocument] = Field(
        default=[], description="Those of the trace that are not about other facts."
    )
    unlisted: list[UnlistedDocument] = Field(default=[], description="Of the kinds of record that are read for it.")
