"""From the FHIR resources of one patient to the fact set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from guidelang.facts.complete import Declared
from guidelang.facts.entry import Coverage, Entry
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.allergy import allergy
from guidelang.facts.fhir.bundle import Located, Pool
from guidelang.facts.fhir.care import adverse_event, communication, encounter, immunization
from guidelang.facts.fhir.condition import condition
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event, Passed, event_entries
from guidelang.facts.fhir.listing import Listing
from guidelang.facts.fhir.medication import (
    medication_administration,
    medication_dispense,
    medication_request,
    medication_statement,
)
from guidelang.facts.fhir.observation import ObservationReader
from guidelang.facts.fhir.patient import person
from guidelang.facts.fhir.procedure import procedure
from guidelang.facts.fhir.request import care_plan, device_request, service_request
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.fhir.unlisted import UnlistedRecords
from guidelang.facts.person import Person, agreed
from guidelang.facts.setting import Setting
from guidelang.facts.settle import settle
from guidelang.facts.state import Cause, FactSet, Problem, Reason
from guidelang.terminology import DRAFTS_OF, RecordType


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads patients' records for one guideline."""

    setting: Setting
    listing: Listing
    complete: Declared

    @classmethod
    def of(cls, setting: Setting, complete: Declared) -> RecordReader:
        return cls(setting, Listing(setting.network), complete)

    def patient(self, pool: Pool, name: str, located: Located | None, records: Sequence[Located]) -> FactSet:
        """The fact set of one patient of a pool. Nothing in a record raises: what cannot be used is a problem."""
        problems: dict[Problem, None] = {}
        clock = Clock(self.setting.as_of, self.setting.zone, self.setting.is_past)
        who = Person(source=f"Patient/{name}")
        if located is not None:
            versions = pool.contest(located) or (located,)
            who = agreed([person(Element(v.content, v.source, "", name, problems.setdefault), clock) for v in versions])
            clock = replace(clock, birth=who.birth)
        context = Context(clock, pool.resolve, pool.key)
        unlisted = UnlistedRecords(self.listing)
        observations = ObservationReader(self.listing, context, self.setting.attestations, unlisted)
        entries: dict[str, list[Entry]] = {}
        passed: dict[str, list[Passed]] = {}
        contested: dict[int, tuple[str, list[list[tuple[str, Entry]]]]] = {}
        read: set[RecordType] = {*self.complete.record_types, *pool.passed_over}
        if pool.has_drafts:
            read.update(DRAFTS_OF.values())

        def complain(problem: Problem) -> None:
            problems.setdefault(problem)

        def pass_over(fact: str, record: Passed) -> None:
            passed.setdefault(fact, []).append(record)

        others = pool.not_read()
        if others:
            complain(Problem(f"resources of these types are not read: {', '.join(others)}", name, kind="note"))
        for order, record in enumerate(records):
            read.update(record.records)
            element = Element(record.content, record.source, "", name, complain).without_doubled()
            if record.type == "Observation":
                found = observations.entries(element, order)
            else:
                readers = _DRAFTS if record.draft else READERS
                event = readers[record.type](element, context, order)
                if not event.denies_all:
                    unlisted.add(event.records, event.concept, event.concept.codes, element.resource)
                found = event_entries(event, self.listing, pass_over)
            versions = pool.contest(record)
            if versions:
                contested.setdefault(id(versions[0]), (record.source, []))[1].append(list(found))
                continue
            for fact, entry in found:
                entries.setdefault(fact, []).append(entry)
        for source, said in contested.values():
            for fact, entry in _of_versions(source, said):
                entries.setdefault(fact, []).append(entry)
        if located is None:
            complain(Problem(f"no Patient resource for {name}: age, sex and death are not known", name, kind="note"))
        facts = settle(
            self.setting.network,
            name,
            self.setting.as_of,
            entries=entries,
            person=who,
            coverage=Coverage(record_types=frozenset(read), damaged=pool.damaged),
            problems=tuple(problems),
        )
        return unlisted.told(_with_passed(facts, passed), self.setting.network)


def _with_passed(facts: FactSet, passed: Mapping[str, Sequence[Passed]]) -> FactSet:
    """The facts, and of each that is no by absence the records that do not count for it, which a reader may know of."""
    states = dict(facts.states)
    for fact, records in passed.items():
        if states[fact].how == "absent":
            results = {record.event.element.resource: record.result() for record in records}
            states[fact] = replace(states[fact], passed_over=tuple(results[each] for each in sorted(results)))
    return replace(facts, states=states) if passed else facts


def _of_versions(source: str, versions: Sequence[Sequence[tuple[str, Entry]]]) -> Iterator[tuple[str, Entry]]:
    """What versions of one resource say of which none is known to count: what all say alike, the rest is open."""
    cause = Cause(Reason.CONFLICTING, f"the input has {len(versions)} versions of {source}, which differ")
    said = [{(fact, _unordered(entry)): entry for fact, entry in version} for version in versions]
    for version in said:
        for (fact, alike), entry in version.items():
            if all((fact, alike) in other for other in said):
                if version is said[0]:
                    yield fact, entry
            else:
                yield fact, replace(entry, result=replace(entry.result, value=None, causes=(cause,)))


def _unordered(entry: Entry) -> Entry:
    return replace(entry, result=replace(entry.result, order=0))


READERS: Mapping[str, Callable[[Element, Context, int], Event]] = {
    "AdverseEvent": adverse_event,
    "AllergyIntolerance": allergy,
    "CarePlan": care_plan,
    "Communication": communication,
    "Condition": condition,
    "DeviceRequest": device_request,
    "Encounter": encounter,
    "Immunization": immunization,
    "MedicationAdministration": medication_administration,
    "MedicationDispense": medication_dispense,
    "MedicationRequest": medication_request,
    "MedicationStatement": medication_statement,
    "Procedure": procedure,
    "ServiceRequest": service_request,
}
_DRAFTS: Mapping[str, Callable[[Element, Context, int], Event]] = {
    "DeviceRequest": partial(device_request, draft=True),
    "MedicationRequest": partial(medication_request, draft=True),
    "ServiceRequest": partial(service_request, draft=True),
}
