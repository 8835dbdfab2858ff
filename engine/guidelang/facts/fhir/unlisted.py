"""The records of a patient whose code is in no list: nothing is read from them, and they are told of, not passed over.

A slip on either side makes a result vanish: a system written otherwise, a wrong digit, a code of the house. What looks
like one gets a hint. Nothing is ever read because of it: a name or a digit that is nearly right decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from guidelang.facts.fhir.coded import Concept
from guidelang.facts.fhir.listing import Listing
from guidelang.facts.select import remarked
from guidelang.facts.state import FactSet, FactState, Reason, Unlisted
from guidelang.network.ir import FactDefinition, Network
from guidelang.terminology import Code, RecordType, is_public, record_words, word_for
from guidelang.terminology.form import is_mistyped

MOST_GROUPS = 100
"""Groups that are kept of one patient; a record may hold thousands of things that a guideline never asks for."""


OF_MEDICINES: frozenset[RecordType] = frozenset(
    {"medication", "medication_request", "medication_statement", "medication_administration", "medication_dispense"}
)
"""Kinds of record that one medicine of one patient may be in."""


@dataclass(slots=True)
class UnlistedRecords:
    """Gathers them, by kind and code."""

    listing: Listing
    _groups: dict[tuple[RecordType, Concept], Unlisted] = field(default_factory=dict)
    _more: dict[tuple[RecordType, Concept], int] = field(default_factory=dict)  # than the first of a group

    def add(self, records: Sequence[RecordType], concept: Concept, codes: Sequence[Code], source: str) -> None:
        """Takes note of a record if some fact reads records of its kind and no list has one of its codes.

        Also of one about a medicine that facts read from other records of medicines alone: whoever lists a drug as
        ordered may have forgotten that it was given.
        """
        meant = self._of_another_kind(records, codes)
        if meant is None and (not self.listing.facts(records) or self.listing.knows(records, codes)):
            return
        key = (records[0], concept)
        if key in self._groups:
            self._more[key] = self._more.get(key, 0) + 1
            return
        fact, hint = meant or self._hint(records, concept)
        what = str(concept) if concept.codes or concept.label else "without a code"
        if concept.bare and not concept.codes:
            code = f"code {concept.bare[0]}, no system"
            what = f"{concept} ({code})" if concept.label else code
        self._groups[key] = Unlisted(record_words(records[0]), tuple(records), what, 1, source, fact, hint)

    def told(self, facts: FactSet, network: Network) -> FactSet:
        """The fact set with them, those with a hint first; and with a word where a fact has no record."""
        counted = [replace(one, count=one.count + self._more.get(key, 0)) for key, one in self._groups.items()]
        groups = sorted(counted, key=lambda one: (one.hint is None, -one.count, one.record, one.what))
        kept = groups[:MOST_GROUPS]
        if len(groups) > len(kept):
            rest = sum(one.count for one in groups[MOST_GROUPS:])
            kept.append(Unlisted("", (), f"{len(groups) - MOST_GROUPS} other codes", rest, "", None, None))
        states = {
            name: self._remarked(state, network.facts[name], groups) if name in network.facts else state
            for name, state in facts.states.items()
        }
        return replace(facts, states=states, unlisted=tuple(kept))

    def _remarked(self, state: FactState, definition: FactDefinition, groups: Sequence[Unlisted]) -> FactState:
        if state.value is not None or not any(c.reason is Reason.NO_RECORD and not c.detail for c in state.causes):
            return state
        codes = [listed.code for reading in definition.readings for listed in reading.codes]
        if codes and not any(is_public(code.system) for code in codes):
            return remarked(state, "it is read by a project's codes only, which are in no record by themselves")
        read = {reading.record for reading in definition.readings if reading.codes}
        near = next((one for one in groups if one.fact == definition.name), None)
        if near is not None:
            return remarked(state, f"none with one of its codes; perhaps {near.source} is one, see what is in no list")
        count = sum(one.count for one in groups if read.intersection(one.records))
        return remarked(state, f"none with one of its codes, and {count} in no list") if count else state

    def _of_another_kind(self, records: Sequence[RecordType], codes: Sequence[Code]) -> tuple[str, str] | None:
        """The fact that lists a code for other records of medicines than this one, and none does for this one.

        Only a fact whose absence is a no: of others the silence says nothing.
        """
        if not OF_MEDICINES.issuperset(records) or self.listing.matches(records, codes):
            return None
        for match in self.listing.matches(tuple(sorted(OF_MEDICINES.difference(records))), codes):
            if match.definition.absent_means_no and any(hit.listed is not None for hit in match.hits):
                name, kinds = match.definition.name, sorted({record_words(hit.reading.record) for hit in match.hits})
                told = f"`{name}` lists the code for {' and '.join(kinds)}, and reads no {record_words(records[0])}"
                return name, told
        return None

    def _hint(self, records: Sequence[RecordType], concept: Concept) -> tuple[str | None, str | None]:
        """What it looks like, if anything: the fact that may be meant, and why it is not read."""
        written = [(code.system, code.code) for code in concept.codes] + [("", code) for code in concept.bare]
        for system, word in written:
            for meant, listed in self.listing.elsewhere(records, word):
                has = f"has the system `{system}`" if system else "has no system"
                return meant.name, f"`{meant.name}` lists {word} of {listed.system}, and this {has}"
        fact = self._named(records, concept)
        for code in concept.codes:
            if is_mistyped(code):
                what = f"{word_for(code.system)} {code.code} cannot be a code: its form or its check digit is wrong"
                return (fact.name if fact else None), what
        if fact is None:
            return None, None
        return fact.name, f"it is called like `{fact.name}`, which lists other codes"

    def _named(self, records: Sequence[RecordType], concept: Concept) -> FactDefinition | None:
        """The fact that is called as the record calls its code."""
        if concept.label is None:
            return None
        label = " ".join(concept.label.casefold().split())
        for fact in self.listing.facts(records):
            names = (fact.name.replace("_", " "), fact.label or "")
            if label in (" ".join(name.casefold().split()) for name in names):
                return fact
        return None
