"""The data that a network reads, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from guidelang.calendar import Duration
from guidelang.facts.fhir.defaults import INTENTS, NEGATED, STATUSES, VERIFICATION
from guidelang.network import ir
from guidelang.network.core import without_invariants
from guidelang.network.events import EventTime, Lasting, Occurs
from guidelang.network.graph import day_of, facts_of, operands_of, relations_of
from guidelang.terminology import KINDS, ListedCode, RecordType, TimeElement

ALL_RECORDS: Final = "all records of the type"
THESE_CODES: Final = "these codes"
"""What a site has to deliver for a reading, in the words of the table and of JSON."""


@dataclass(frozen=True, slots=True)
class ReadingRequirement:
    """One kind of record that a fact is read from.

    Attributes:
        codes: which records; empty for a list that a site fills, and where `any_code` says that any is meant.
        statuses: those that count; `any` alone: each does. `verification`: of a condition or allergy; `intents`: of an
            order or plan.
        filters: what else has to hold of a record.
        negated: it is read for what was not done, is not taken or shall not be done.
        timed_by: which of the record's times is that of the event.
        daily_dose: it is read for how much is taken a day.
        window: how long a record speaks for today; None for no limit. `window_parameter` sets it, if there is one.
        look_back: how far back a rule may look for it, also for trends; None for no limit. Never less than `window`.
        list_is_parameter: the codes are a site's own.
        in_full: every record of the type has to be delivered and not only these codes, because no record means no:
            one whose code is in no list leaves the question open, and one that is left out makes a false no.
    """

    record: RecordType
    codes: tuple[ListedCode, ...]
    any_code: bool
    statuses: tuple[str, ...]
    verification: tuple[str, ...]
    intents: tuple[str, ...]
    filters: tuple[ir.CodedFilter | ir.LengthFilter, ...]
    abated: bool
    negated: bool
    timed_by: TimeElement
    daily_dose: bool
    window: Duration | None
    window_parameter: str | None
    look_back: Duration | None
    list_is_parameter: bool
    in_full: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """One fact as a site has to deliver it.

    Attributes:
        units: what a value may be in, the fact's own unit first; what scales to one of them is accepted too.
        plausible: in the fact's own unit, both ends included.
        absence: what it means that no record is there.
        scope: whether it is read to tell whom the guideline is for.
        rules: those whose outcome or text depends on it, by name.
        scores: the scores and tables that depend on it, by name. No rule and no score: it is only named in advice.
    """

    name: str
    label: str | None
    type: ir.ValueType
    units: tuple[str, ...]
    choices: tuple[ir.Choice, ...]
    readings: tuple[ReadingRequirement, ...]
    patient_field: ir.PatientField | None
    plausible: tuple[Fraction, Fraction] | None
    absence: Literal["no", "unknown"]
    scope: bool
    rules: tuple[str, ...]
    scores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataRequirements:
    """What data a guideline needs. `str()` is the page that `guidelang facts` prints."""

    guideline: str
    version: str
    title: str | None
    hash: str
    facts: tuple[Requirement, ...]

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.facts)

    def __getitem__(self, name: str) -> Requirement:
        """The requirement of a fact. Raises KeyError for a name that is none of its facts."""
        for fact in self.facts:
            if fact.name == name:
                return fact
        raise KeyError(name)

    def in_full(self) -> dict[RecordType, tuple[str, ...]]:
        """The record types of which every record has to be delivered, each with the facts that want it."""
        found: dict[RecordType, list[str]] = {}
        for fact in self.facts:
            for record in dict.fromkeys(reading.record for reading in fact.readings if reading.in_full):
                found.setdefault(record, []).append(fact.name)
        return {record: tuple(found[record]) for record in sorted(found)}

    def to_csv(self) -> str:
        """A table with a header and one row a code."""
        from guidelang.requirements.table import csv_table

        return csv_table(self)

    def to_header(self) -> str:
        """The header of a table of patients with a column for every fact: a line to begin a spreadsheet with."""
        from guidelang.requirements.table import header_line

        return header_line(self)

    def to_json(self, *, indent: int | None = 2) -> str:
        """JSON by the schema that `guidelang schema facts` prints."""
        from guidelang.requirements.document import facts_document

        return facts_document(self).model_dump_json(indent=indent)

    def to_fhir(self) -> dict[str, Any]:
        """A FHIR R4 Library of type `module-definition`, as a mapping."""
        from guidelang.requirements.fhir import library

        return library(self)

    def __str__(self) -> str:
        from guidelang.requirements.page import page
        from guidelang.trace.page import as_string

        return as_string(page(self), width=100).rstrip("\n")

    def __repr__(self) -> str:
        return f"<DataRequirements of {self.guideline} {self.version}: {len(self.facts)} facts>"


def data_requirements(network: ir.Network) -> DataRequirements:
    """What data the rules of a network read, facts by name; what only its invariants ask for is not needed."""
    network = without_invariants(network)
    read = _Read(network)
    return DataRequirements(
        guideline=network.name,
        version=network.version,
        title=network.title,
        hash=network.hash,
        facts=tuple(read.requirement(fact) for _, fact in sorted(network.facts.items())),
    )


class _Read:
    """Which nodes and rules read which fact."""

    def __init__(self, network: ir.Network) -> None:
        self._network = network
        self._facts_of: dict[ir.NodeId, frozenset[str]] = {}
        for identifier, node in network.nodes.items():  # operands come before what uses them
            below = [self._facts_of[operand] for operand in operands_of(node)]
            self._facts_of[identifier] = frozenset(facts_of(node)).union(*below)
        self._by_score = {
            name: self._facts_of[derived.node]
            for name, derived in sorted(network.derived.items())
            if isinstance(network.nodes[derived.node], ir.Score | ir.Table)
        }
        self._by_rule = {name: self._of_rule(rule) for name, rule in sorted(network.rules.items())}

    def requirement(self, fact: ir.FactDefinition) -> Requirement:
        units = (fact.unit, *(conversion.unit for conversion in fact.conversions)) if fact.unit else ()
        return Requirement(
            name=fact.name,
            label=fact.label,
            type=fact.type,
            units=tuple(unit for unit in units if unit is not None),
            choices=fact.choices,
            readings=tuple(self._reading(fact, reading) for reading in fact.readings),
            patient_field=fact.patient_field,
            plausible=fact.plausible,
            absence="no" if fact.absent_means_no else "unknown",
            scope=fact.name in self._facts_of[self._network.scope],
            rules=tuple(name for name, facts in self._by_rule.items() if fact.name in facts),
            scores=tuple(name for name, facts in self._by_score.items() if fact.name in facts),
        )

    def _reading(self, fact: ir.FactDefinition, reading: ir.Reading) -> ReadingRequirement:
        own = reading.window is not None
        window = reading.window if own else fact.window
        windows = [window, *self._windows(fact.name)]
        return ReadingRequirement(
            record=reading.record,
            codes=reading.codes,
            any_code=reading.any_code,
            statuses=reading.status or (NEGATED if reading.negated else STATUSES)[reading.record],
            verification=reading.verification or VERIFICATION.get(reading.record, ()),
            intents=reading.intent or INTENTS.get(reading.record, ()),
            filters=(*reading.coded, *reading.lengths),
            abated=reading.abated,
            negated=reading.negated,
            timed_by=reading.timed_by or KINDS[reading.record].times[0],
            daily_dose=reading.daily_dose,
            window=window,
            window_parameter=reading.window_parameter if own else fact.window_parameter,
            look_back=_longest(windows),
            list_is_parameter=reading.list_is_parameter,
            in_full=fact.absent_means_no and bool(reading.codes or reading.any_code or not reading.list_is_parameter),
        )

    def _windows(self, fact: str) -> Iterator[Duration | None]:
        """The windows of those who look at more than the current value; None for one that looks back without end."""
        for node in self._network.nodes.values():
            if any(relation.fact == fact for relation in relations_of(node)):
                yield None
            day = day_of(node)
            if day is not None and day.fact == fact:
                yield self._back_to(day.time)
            match node:
                case ir.Aggregate() | ir.LastN() if node.fact == fact and _has_window(node):
                    yield node.window
                case ir.Aggregate() | ir.LastN() | Occurs() if node.fact == fact:
                    yield self._back_to(node.time or (None if day is None else day.time))
                case Lasting() if node.fact == fact:
                    yield None
                case ir.EventDay() | ir.FactStale() if node.fact == fact:
                    yield None
                case _:
                    pass

    def _back_to(self, time: EventTime | None) -> Duration | None:
        """How far back events may lie that are asked about; None where there is no limit, or none that moves along."""
        first = self._network.nodes[time.first] if time is not None and time.first is not None else None
        return first.duration if isinstance(first, ir.BeforeEvaluation) else None

    def _of_rule(self, rule: ir.RuleDefinition) -> frozenset[str]:
        """The facts that the outcome of a rule depends on, and those that its texts print."""
        texts = [*(advice.text for advice in rule.advice), *rule.cautions]
        named = {part.name for text in texts for part in text if part.name is not None}
        printed = [self._facts_of[self._network.derived[n].node] for n in named if n in self._network.derived]
        return self._facts_of[rule.applies].union(named & set(self._network.facts), *printed)


def _has_window(node: ir.Aggregate | ir.LastN) -> bool:
    return not node.relations and node.time is None and node.day is None


def _longest(windows: Iterable[Duration | None]) -> Duration | None:
    found = list(windows)
    limits = [window for window in found if window is not None]
    return max(limits, key=lambda window: window.about_days) if len(limits) == len(found) else None
