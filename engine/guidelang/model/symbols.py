"""What a guideline declares, with every name, unit, code and parameter resolved.

A symbol keeps the tree it came from, for its place in the text, and holds the values that the checks found in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration
from guidelang.model.adaptation import Adaptation
from guidelang.model.types import ConditionType, Type
from guidelang.quantity import AnalyteConversion, Unit
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.terminology import Code, CodedElement, LengthElement, ListedCode, RecordType, TimeElement, ValueSet

ParameterForm: TypeAlias = Literal["number", "quantity", "duration", "date", "period", "codes"]
FactForm: TypeAlias = Literal["quantity", "number", "yes_no", "choice", "date", "text"]


@dataclass(frozen=True, slots=True)
class Window:
    """What `within` says, and the parameter it came from."""

    duration: Duration
    parameter: str | None


@dataclass(frozen=True, slots=True)
class CodedFilterSymbol:
    """A filter on an element that holds codes, with its code lists put in."""

    element: CodedElement
    codes: tuple[ListedCode, ...]
    beginnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LengthFilterSymbol:
    """A filter on a length of time, in days, and the parameter it came from."""

    element: LengthElement
    operator: tree.Comparator
    days: int
    parameter: str | None


@dataclass(frozen=True, slots=True)
class ReadingSymbol:
    """A `from` clause with its code lists put in."""

    record: RecordType
    codes: tuple[ListedCode, ...]
    status: tuple[str, ...]
    verification: tuple[str, ...]
    list_is_parameter: bool
    window: Window | None
    any_code: bool
    intent: tuple[str, ...]
    coded: tuple[CodedFilterSymbol, ...]
    lengths: tuple[LengthFilterSymbol, ...]
    abated: bool
    negated: bool
    timed_by: TimeElement | None
    daily_dose: bool


@dataclass(frozen=True, slots=True)
class ChoiceSymbol:
    value: str
    label: str | None
    codes: tuple[ListedCode, ...]
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSymbol:
    """A declared or built-in fact. `declaration` is None for the built-in ones; `unit` only for quantities."""

    name: str
    label: str | None
    form: FactForm
    span: Span | None
    declaration: tree.Fact | None
    type: Type
    unit: Unit | None = None
    kind: str | None = None
    readings: tuple[ReadingSymbol, ...] = ()
    patient_field: tree.PatientField | None = None
    window: Window | None = None
    plausible: tuple[Fraction, Fraction] | None = None
    conversions: tuple[AnalyteConversion, ...] = ()
    choices: tuple[ChoiceSymbol, ...] = ()
    absent_means_no: bool = False
    codes_complete: bool = False
    modifiable: bool = False
    ties: Literal["lowest", "highest", "average"] | None = None
    effects: tuple[tree.Effect, ...] = ()

    @property
    def has_wrong_unit(self) -> bool:
        """Whether its unit could not be read: what follows from that is no fault of its own."""
        return self.form == "quantity" and self.unit is None


@dataclass(frozen=True, slots=True)
class ParameterSymbol:
    """A parameter with the value that takes part: the guideline's own, or the one a site set."""

    name: str
    label: str | None
    declaration: tree.Parameter
    form: ParameterForm
    text: str
    set_by_site: bool
    number: Fraction | None = None
    unit: Unit | None = None
    duration: Duration | None = None
    days: tuple[dt.date, dt.date] | None = None  # the first and the last of a period; of a date, twice the same
    codes: tuple[ListedCode, ...] = ()


@dataclass(frozen=True, slots=True)
class ListSymbol:
    name: str
    declaration: tree.Codes
    codes: tuple[ListedCode, ...]


@dataclass(frozen=True, slots=True)
class InterventionSymbol:
    name: str
    label: str | None
    declaration: tree.Intervention
    codes: tuple[ListedCode, ...]


@dataclass(frozen=True, slots=True)
class DefineSymbol:
    """A derived fact: a formula or condition, a score or a table. Its type is inferred later: `Inference.define_types`.

    `declaration` of a score or table is the `define` that it amounts to; `cites` are its own.
    """

    name: str
    declaration: tree.Define
    cites: tuple[tree.Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class ConclusionSymbol:
    """A fact that rules conclude: yes or no, the `or` of its rules."""

    name: str
    span: Span
    rules: tuple[str, ...]
    type: ConditionType = field(default_factory=ConditionType)


Named: TypeAlias = FactSymbol | ParameterSymbol | DefineSymbol | ConclusionSymbol
"""What a name in an expression may stand for."""


@dataclass(slots=True)
class Symbols:
    """All declarations of the loaded files. Filled by `declare`, read by every check and by the compiler."""

    head: tree.Guideline
    facts: dict[str, FactSymbol] = field(default_factory=dict)
    parameters: dict[str, ParameterSymbol] = field(default_factory=dict)
    lists: dict[str, ListSymbol] = field(default_factory=dict)
    value_sets: dict[tuple[str, str | None], ValueSet] = field(default_factory=dict)  # by URL and version
    interventions: dict[str, InterventionSymbol] = field(default_factory=dict)
    defines: dict[str, DefineSymbol] = field(default_factory=dict)
    conclusions: dict[str, ConclusionSymbol] = field(default_factory=dict)
    rules: dict[str, tree.Rule] = field(default_factory=dict)
    sources: dict[str, tree.SourceDocument] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    invariants: list[tree.Invariant] = field(default_factory=list)
    examples: list[tree.Example] = field(default_factory=list)
    known_codes: set[Code] = field(default_factory=set)
    _index: _Index | None = field(default=None, init=False, repr=False, compare=False)

    def named(self, name: str) -> Named | None:
        """What a name in an expression stands for, or None."""
        return self.facts.get(name) or self.defines.get(name) or self.conclusions.get(name) or self.parameters.get(name)

    def expression_names(self) -> list[str]:
        return [*self.facts, *self.defines, *self.conclusions, *self.parameters]

    def conversions_of(self, kind: str | None) -> tuple[AnalyteConversion, ...]:
        """The analyte's own conversions for a kind of quantity: those of all facts of the kind."""
        if kind is None:
            return ()
        index = self._indexed()
        return index.conversions.get(kind, ())

    def givers(self, action: str, target: str) -> tuple[str, ...]:
        """The rules that recommend or suggest an action on a target (not against it), by name."""
        return self._indexed().givers.get((action, target), ())

    def advising(self, action: str, target: str, *, against: bool) -> tuple[str, ...]:
        """The rules with advice that amounts to an action on a target, or against it, by name.

        To switch from A to B amounts to stopping A and starting B as well (`run.conflicts`).
        """
        found: dict[str, None] = {}
        for name, rule in sorted(self.rules.items()):
            for advice in rule.advice:
                moves = [(advice.action or "start", advice.target.name)]
                if advice.action == "switch" and not advice.against:
                    moves.append(("stop", advice.target.name))
                    if isinstance(advice.to, tree.Identifier):
                        moves.append(("start", advice.to.name))
                if advice.against is against and (action, target) in moves:
                    found[name] = None
        return tuple(found)

    def overriding(self, rule: str) -> tuple[tuple[str, Span], ...]:
        """The rules that override one, with the place where they say so."""
        return self._indexed().overriding.get(rule, ())

    def _indexed(self) -> _Index:
        """The index of what is declared; a later declaration makes a new one."""
        size = (len(self.facts), len(self.rules))
        if self._index is None or self._index.size != size:
            self._index = _Index.of(self.facts, self.rules, size)
        return self._index


@dataclass(frozen=True, slots=True)
class _Index:
    """What is asked for once a rule, found without going through all rules."""

    size: tuple[int, int]
    conversions: dict[str, tuple[AnalyteConversion, ...]]
    givers: dict[tuple[str, str], tuple[str, ...]]
    overriding: dict[str, tuple[tuple[str, Span], ...]]

    @staticmethod
    def of(facts: dict[str, FactSymbol], rules: dict[str, tree.Rule], size: tuple[int, int]) -> _Index:
        conversions: dict[str, list[AnalyteConversion]] = {}
        for fact in facts.values():
            if fact.kind is not None:
                conversions.setdefault(fact.kind, []).extend(fact.conversions)
        givers: dict[tuple[str, str], dict[str, None]] = {}
        overriding: dict[str, list[tuple[str, Span]]] = {}
        for name, rule in sorted(rules.items()):
            for advice in rule.advice:
                if not advice.against:
                    givers.setdefault((advice.action or "start", advice.target.name), {})[name] = None
        for name, rule in rules.items():
            for overridden in rule.overrides:
                overriding.setdefault(overridden.name, []).append((name, overridden.span))
        return _Index(
            size,
            {kind: tuple(found) for kind, found in conversions.items()},
            {given: tuple(names) for given, names in givers.items()},
            {name: tuple(found) for name, found in overriding.items()},
        )


@dataclass(frozen=True, slots=True)
class Guideline:
    """A guideline that has been read and checked: the input of `network.compile_network`.

    Attributes:
        symbols: every declaration, resolved.
        types: the type of each expression, by the identity of its tree node.
        meeting: for a comparison, sum, `min` … the type in whose unit its operands meet, by node identity.
        files: the files it was read from; they keep the tree nodes alive.
        define_types: the type of each derived fact that is defined.
        own_names: derived facts that the guideline itself defines; those of a vocabulary matter only where used.
        cells: the condition that each cell of a table states, by identity of the cell; none for `any`.
        adaptation: which guideline it adapts, and what it changes there; the files hold the changes already.
    """

    symbols: Symbols
    types: Mapping[int, Type]
    meeting: Mapping[int, Type]
    files: tuple[tree.File, ...]
    define_types: Mapping[str, Type]
    own_names: frozenset[str]
    cells: Mapping[int, tree.Expression] = field(default_factory=dict)
    adaptation: Adaptation | None = None

    def for_example(self, example: tree.Example) -> Guideline:
        """The guideline for whom an example is written: one of an adapted guideline knows no scope that is narrower."""
        scopes = dict(self.adaptation.scopes) if self.adaptation is not None else {}
        source, head = example.span.source.name, self.symbols.head
        if source not in scopes or scopes[source] is head.applies_to:
            return self
        return replace(self, symbols=replace(self.symbols, head=replace(head, applies_to=scopes[source])))

    @property
    def name(self) -> str:
        return self.symbols.head.name.name

    @property
    def version(self) -> str:
        return self.symbols.head.version

    @property
    def vocabulary(self) -> tuple[str, ...] | None:
        """The facts that a vocabulary declares; None for a guideline."""
        statements = self.files[0].statements
        if not any(isinstance(statement, tree.Vocabulary) for statement in statements):
            return None
        return tuple(statement.name.name for statement in statements if isinstance(statement, tree.Fact))
