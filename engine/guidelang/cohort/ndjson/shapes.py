"""What a record means, asked of the one-patient reader once for all records that are alike.

Records of one type are alike if they have the same words (code, status, category …) and their dates lie alike to the
evaluation day. Such a *shape* is read twice by `facts.fhir`, with other dates and another number each time. What comes
out differently follows the date or number that it was taken from: that is left for columns to fill in. What comes out
alike is the same for all records of the shape. Where neither holds (a date that was computed from another), the shape
is read again for each different date. So nothing of what a record means is decided here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Moment, minus, parse_moment
from guidelang.cohort.ndjson.keys import Keys
from guidelang.facts.attest import Attestation, Attestations
from guidelang.facts.decode import Unreadable, decode_json
from guidelang.facts.entry import Entry
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.bundle import reference_forms
from guidelang.facts.fhir.coded import concept
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import event_entries
from guidelang.facts.fhir.listing import Listing
from guidelang.facts.fhir.observation import ObservationReader
from guidelang.facts.fhir.record import READERS
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.fhir.unlisted import UnlistedRecords
from guidelang.facts.measured import Reported
from guidelang.facts.select import may_count
from guidelang.facts.setting import Setting
from guidelang.facts.state import Problem
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval, from_number
from guidelang.terminology import RECORDS_OF

NUMBER = "valueQuantity.value"
MEDICATION = "@medication"
"""In the place of a reference to a medication: the JSON text of its code, or of `NOT_THERE`."""
NOT_THERE = "?"

BEFORE, TODAY, AFTER = "<", "=", ">"
"""How a date lies to the evaluation day, in the place of the date."""

_NUMBERS = ("8.10203040506070809", "9.20304050607080901")
_DISTANCES = (400, 900)

Words: TypeAlias = Mapping[str, str]
"""Of one shape: the JSON text of each element; of a date how it lies, or its text."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment that is taken from an element of the record, by its place in `Keys.moments`."""

    index: int


When: TypeAlias = Slot | Moment | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One result that every record of a shape gives.

    Attributes:
        value: None where it is of no use, a Slot where it is the day of a date.
        is_number: the value is the record's number.
        matters: "result"; or "open": it leaves open whether it is one of the fact's.
        since: first day of the window as an ordinal, None for no limit.
        course: of a record that goes on: how it ends, when it began, when it ended.
    """

    fact: str
    value: bool | str | float | int | Slot | None
    is_number: bool
    unit: str | None
    comparator: str | None
    when: When
    since: int | None
    standing: bool
    corrected: bool
    matters: Literal["result", "open"]
    course: tuple[str, When, When] | None
    practitioners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the records of a shape say.

    Attributes:
        is_odd: it needs the one-patient reader; `drawn` is then empty.
        by_date: it has to be read again with the dates as they are.
    """

    drawn: tuple[Drawn, ...] = ()
    is_odd: bool = False
    by_date: bool = False


ODD = Shape(is_odd=True)
BY_DATE = Shape(by_date=True)


class _NeedsRecord(Exception):
    """The reader asks for something that is not in the resource."""


@dataclass(frozen=True, slots=True)
class _Seen(Attestations):
    """Takes note of the number that is measured; readers ask who has something to say only if there are entries."""

    entries: tuple[Attestation, ...] = (Attestation(""),)
    found: dict[tuple[str, str], Reported] = field(default_factory=dict)

    def apply(self, patient: str, fact: str, source: str, reported: Reported) -> Reported:  # noqa: ARG002
        self.found[fact, source] = reported
        return reported


@dataclass(slots=True)
class Shapes:
    """Reads shapes for the facts of one guideline; each is read once."""

    setting: Setting
    keys: Mapping[str, Keys]
    _listing: Listing = field(init=False)
    _known: dict[tuple[str, tuple[tuple[str, str], ...]], Shape] = field(default_factory=dict)
    _asked: dict[tuple[str, tuple[str | None, ...]], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._listing = Listing(self.setting.network)

    def is_asked_for(self, kind: str, names: Sequence[str], texts: Sequence[str | None]) -> bool:
        """Whether some fact may be read from records with these texts of the elements that hold their codes."""
        key = (kind, tuple(texts))
        if key not in self._asked:
            self._asked[key] = self._may_bear(kind, dict(zip(names, texts, strict=True)))
        return self._asked[key]

    def of(self, kind: str, names: Sequence[str], texts: Sequence[str | None]) -> Shape:
        """The shape of records with these texts of these elements."""
        words = {name: text for name, text in zip(names, texts, strict=True) if text is not None}
        key = (kind, tuple(words.items()))
        if key not in self._known:
            self._known[key] = self._read(kind, words)
        return self._known[key]

    def _may_bear(self, kind: str, texts: Mapping[str, str | None]) -> bool:
        try:
            content = {name: decode_json(text) for name, text in texts.items() if text is not None}
            element, context = self._element(kind, content)
            records = RECORDS_OF[kind]
            if kind == "Observation":
                inner = element.elements("component") if element.has("component") else ()
                parts = [concept(element.element("code")), *(concept(each.element("code")) for each in inner)]
                codes = [code for part in parts for code in part.codes]
            else:
                event = READERS[kind](element, context, 0)
                codes = list(event.concept.codes)
                if event.denies_all:
                    return True
        except (_NeedsRecord, Unreadable):
            return True
        return bool(self._listing.matches(records, codes)) or any(True for _ in self._listing.left_open(records, codes))

    def _element(self, kind: str, content: dict[str, object]) -> tuple[Element, Context]:
        """A record, and what it may ask of others: the code of its medication, and nothing more."""
        medication = content.pop(MEDICATION, None)
        if medication is not None:
            content["medicationReference"] = {"reference": "Medication/of"}

        def resolve(reference: str, _: Mapping[str, object]) -> Mapping[str, object] | None:
            if reference != "Medication/of" or medication is None:
                raise _NeedsRecord
            return None if medication == NOT_THERE else {"resourceType": "Medication", "code": medication}

        clock = Clock(self.setting.as_of, self.setting.zone, self.setting.is_past)
        content["resourceType"] = kind
        return Element(content, f"{kind}/of", "", None, _ignore).without_doubled(), Context(clock, resolve, _key)

    def _read(self, kind: str, words: Words) -> Shape:
        keys = self.keys[kind]
        if any(name in words for name in keys.refused):
            return ODD
        try:
            first, second = (self._drawn(kind, words, which) for which in (0, 1))
        except (_NeedsRecord, Unreadable):
            return ODD
        if any(answer.is_open for answer in (*first, *second)):
            return ODD
        otherwise = BY_DATE if _is_abstract(words, keys) else ODD
        if len(first) != len(second):
            return otherwise
        found = []
        for one, other in zip(first, second, strict=True):
            drawn = self._together(one, other, _sentinels(keys, words, self.setting))
            if drawn is None:
                return otherwise
            found.append(drawn)
        return Shape(tuple(found))

    def _drawn(self, kind: str, words: Words, which: int) -> list[_Answer]:
        element, context = self._element(kind, _content(words, self.keys[kind], self.setting, which))
        seen = _Seen()
        found: Iterator[tuple[str, Entry]]
        if kind == "Observation":
            reader = ObservationReader(self._listing, context, seen, UnlistedRecords(self._listing))
            found = reader.entries(element, 0)
        else:
            found = event_entries(READERS[kind](element, context, 0), self._listing)
        answers = []
        for fact, entry in found:
            definition = self.setting.network.facts[fact]
            measured = seen.found.pop((fact, entry.result.source), None)
            answers.append(_Answer(definition, entry, measured, Fraction(_NUMBERS[which])))
        return [each for each in answers if not each.is_out]

    def _together(self, one: _Answer, other: _Answer, sentinels: Mapping[tuple[Moment, Moment], Slot]) -> Drawn | None:
        """What two readings of a shape agree about; None where one follows from a date in no simple way."""
        first, second = one.entry, other.entry
        alike = ("window", "counts", "matches", "replaced_by_newer")
        if one.definition is not other.definition or any(getattr(first, x) != getattr(second, x) for x in alike):
            return None
        when = _both(first.result.moment, second.result.moment, sentinels)
        course = _course(first, second, sentinels)
        value = one.value(other, sentinels)
        if isinstance(when, _Computed) or isinstance(course, _Computed) or isinstance(value, _Computed):
            return None
        measured = one.measured
        return Drawn(
            one.definition.name,
            value,
            one.is_number,
            one.unit,
            None if measured is None else measured.comparator,
            when,
            None if first.window is None else minus(self.setting.as_of, first.window).toordinal(),
            not first.replaced_by_newer,
            first.result.status == "corrected",
            "result" if first.matches else "open",
            course,
            first.result.practitioners,
        )


class _Computed:
    """What follows from a date in no simple way."""


_COMPUTED = _Computed()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one reading says about a fact; `placeholder` is the number that it was given."""

    definition: FactDefinition
    entry: Entry
    measured: Reported | None
    placeholder: Fraction

    @property
    def is_out(self) -> bool:
        """Whether it surely does not count, so that no fact is another for it."""
        if self.entry.counts or not self.entry.matches or self.definition.type == "yes_no":
            return not self.entry.matches and not self.definition.absent_means_no
        return not may_count(self.definition, self.entry)

    @property
    def is_open(self) -> bool:
        """Whether it is open that it counts. A yes or no that is neither for certain is a result without a value."""
        return self.entry.matches and not self.entry.counts

    @property
    def is_number(self) -> bool:
        return self.measured is not None and self.measured.number == self.placeholder

    @property
    def unit(self) -> str | None:
        if self.measured is not None:
            return self.measured.unit
        return self.definition.unit if isinstance(self.entry.result.value, Interval) else None

    def value(
        self, other: _Answer, sentinels: Mapping[tuple[Moment, Moment], Slot]
    ) -> bool | str | float | int | Slot | _Computed | None:
        if self.definition.type in ("quantity", "number"):
            if self.is_number and other.is_number:
                return None
            if self.measured != other.measured:
                return _COMPUTED
            if self.measured is not None:
                return _double(self.measured.number)
        one, two = self.entry.result.value, other.entry.result.value
        if isinstance(one, Interval) and isinstance(two, Interval):
            return self._number(one, two, sentinels)
        return one if one == two and not isinstance(one, Interval) else _COMPUTED

    def _number(
        self, one: Interval, two: Interval, sentinels: Mapping[tuple[Moment, Moment], Slot]
    ) -> float | int | Slot | _Computed:
        if not one.is_point or not two.is_point:
            return _COMPUTED
        if self.definition.type != "date":
            return _double(one.value) if one == two else _COMPUTED
        for (first, second), slot in sentinels.items():
            if first.first_day.toordinal() == one.value and second.first_day.toordinal() == two.value:
                return slot
        return int(one.value) if one == two else _COMPUTED


def _double(number: Fraction) -> float | _Computed:
    """A number that a double stands for, by its shortest decimal."""
    try:
        near = float(number)
    except OverflowError:
        return _COMPUTED
    digits = len(repr(near).replace("-", "").replace(".", "").lstrip("0"))
    return near if digits <= 15 and from_number(near)[0] == number else _COMPUTED


def _both(
    one: Moment | None, other: Moment | None, sentinels: Mapping[tuple[Moment, Moment], Slot]
) -> When | _Computed:
    if one is None or other is None:
        return None if one is other else _COMPUTED
    slot = sentinels.get((one, other))
    if slot is not None:
        return slot
    return one if one == other else _COMPUTED


def _course(
    one: Entry, other: Entry, sentinels: Mapping[tuple[Moment, Moment], Slot]
) -> tuple[str, When, When] | _Computed | None:
    first, second = one.result.course, other.result.course
    if first is None or second is None:
        return None if first is second else _COMPUTED
    begins, ends = _both(first.begins, second.begins, sentinels), _both(first.ends, second.ends, sentinels)
    if first.end != second.end or isinstance(begins, _Computed) or isinstance(ends, _Computed):
        return _COMPUTED
    return first.end, begins, ends


# ---- a record of a shape --------------------------------------------------------------------------------------------


def _is_abstract(words: Words, keys: Keys) -> bool:
    return any(words.get(name) in (BEFORE, TODAY, AFTER) for name in keys.moments)


def _day(index: int, relation: str, setting: Setting, which: int) -> str:
    """A time that lies so to the evaluation day, after those of the same sort that come before it in a record."""
    shift = {BEFORE: index - _DISTANCES[which], TODAY: 0, AFTER: index + _DISTANCES[which]}[relation]
    day = setting.as_of + dt.timedelta(days=shift)
    return f"{day.isoformat()}T{(7, 13)[which]:02}:00:{index:02}Z"


def _sentinels(keys: Keys, words: Words, setting: Setting) -> dict[tuple[Moment, Moment], Slot]:
    found = {}
    for index, name in enumerate(keys.moments):
        relation = words.get(name)
        if relation in (BEFORE, TODAY, AFTER):
            one, other = (parse_moment(_day(index, relation, setting, which), setting.zone) for which in (0, 1))
            found[one, other] = Slot(index)
    return found


def _content(words: Words, keys: Keys, setting: Setting, which: int) -> dict[str, object]:
    """A record of a shape. Raises Unreadable for words that are no JSON."""
    content: dict[str, object] = {}
    for index, name in enumerate(keys.moments):
        text = words.get(name)
        if text is None:
            continue
        value = _day(index, text, setting, which) if text in (BEFORE, TODAY, AFTER) else decode_json(text)
        outer, _, inner = name.partition(".")
        if not inner:
            content[outer] = value
            continue
        held = content.setdefault(outer, {})
        assert isinstance(held, dict)
        held[inner] = value
    for name, text in words.items():
        if name not in keys.moments:
            content[name] = decode_json(text.replace(f'"{NUMBER}"', _NUMBERS[which]))
    return content


def _key(reference: str, _: Mapping[str, object]) -> str:
    """What a reference names, where that does not hang on what else is in the input (`fhir.bundle.Pool.key`)."""
    whole, without_version, relative = reference_forms(reference)
    if reference.startswith("#"):
        raise _NeedsRecord
    if "://" not in whole and not whole.startswith("urn:"):
        return relative
    if relative[:1].isupper():  # a type: it may be that resource of the input
        raise _NeedsRecord
    return without_version


def _ignore(_: Problem) -> None: ...
