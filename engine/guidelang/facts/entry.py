"""What a record says about one fact, before windows and the evaluation day are looked at.

Every reader (fact sets, FHIR) turns its input into entries, and selection turns the entries of a fact into its state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guidelang.calendar import Duration
from guidelang.facts.state import Cause, Reason, Result
from guidelang.network.ir import FactDefinition, Reading
from guidelang.terminology import RecordType, record_words


@dataclass(frozen=True, slots=True)
class Entry:
    """One result as it bears on one fact.

    Attributes:
        result: its value is None where it cannot be used or decides nothing; its causes then say why.
        counts: its status counts. One whose status does not count is only a reason where nothing else is there.
        matches: its code is one of the fact's. An entry that does not match is one whose code leaves open whether it
            does (a code in no list, text without a code); it stands in the way of "no, by absence" and of nothing else.
        window: how far back the reading looks that the entry came from, None for no limit.
        replaced_by_newer: a measurement, of which the newest is current. Diagnoses, orders and procedures stand beside
            each other instead: an active order of March is not undone by a stopped one of April.
    """

    result: Result
    window: Duration | None
    counts: bool = True
    matches: bool = True
    replaced_by_newer: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a patient's record was there to be read, which decides whether absence means anything.

    Attributes:
        everything: the input lists what there is (a fact set), so whatever is not in it is absent.
        record_types: types of which a record was read, or which the run declares complete.
        damaged: types of which some record could not be read, with the reason: one of those may be the one in question.
        facts: the input speaks of facts and not of record types, and has or declares complete these; None: it does not.
    """

    everything: bool = False
    record_types: frozenset[RecordType] = frozenset()
    damaged: Mapping[RecordType, str] = field(default_factory=dict)
    facts: frozenset[str] | None = None


def window_of(definition: FactDefinition, readings: Iterable[Reading]) -> Duration | None:
    """How far back a record may lie that several readings of a fact match: as far as the one that looks farthest."""
    windows = [reading.window or definition.window for reading in readings]
    if not windows or None in windows:
        return None
    return max((window for window in windows if window is not None), key=lambda window: window.about_days)


def obstacles_to_absence(definition: FactDefinition, coverage: Coverage) -> tuple[Cause, ...]:
    """Why "no record" of a fact is not "no": record types that were not read. Empty if absence can be trusted."""
    if coverage.everything:
        return ()
    if coverage.facts is not None:
        if definition.name in coverage.facts:
            return ()
        detail = f"no row of the table is about it; declare --complete {definition.name} if there is none"
        return (Cause(Reason.NO_RECORD, detail),)
    if not definition.readings and definition.patient_field is None:
        return (Cause(Reason.NO_RECORD, "no record type is read for it"),)
    types = sorted(
        {
            reading.record
            for reading in definition.readings
            if reading.codes or reading.any_code or not reading.list_is_parameter
        }
    )
    causes = []
    for record_type in types:
        if record_type not in coverage.record_types:
            words = record_words(record_type)
            detail = f"no {words} record was read; declare --complete {record_type} if there is none"
            causes.append(Cause(Reason.NO_RECORD, detail))
        elif record_type in coverage.damaged:
            causes.append(Cause(Reason.NO_RECORD, coverage.damaged[record_type]))
    return tuple(causes)
