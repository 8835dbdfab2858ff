"""Names and days that stand for others: the same for the same, and nobody can tell which."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets

KNOWN_TYPES = frozenset((
    "Patient", "Observation", "Condition", "MedicationStatement", "MedicationRequest",
    "MedicationAdministration", "MedicationDispense", "Medication", "Procedure", "AllergyIntolerance",
    "Encounter", "Bundle",
))  # fmt: skip
_FEWEST_DAYS, _MOST_DAYS = 30, 1095
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T[0-9:.]*(?:Z|[+-]\d{2}:\d{2})?)?)?)?", re.ASCII)


class Pseudonyms:
    """Numbers the names of each sort in the order in which they are met."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def of(self, sort: str, name: str) -> str:
        """`patient-1`, the same for the same name."""
        if (sort, name) not in self._names:
            self._counts[sort] = self._counts.get(sort, 0) + 1
            self._names[sort, name] = f"{sort}-{self._counts[sort]}"
        return self._names[sort, name]

    def source(self, place: str) -> str:
        """The place of an entry: `Observation/record-3`, else `input-1`."""
        kind = place.partition("/")[0]
        if kind in KNOWN_TYPES:
            return f"{kind}/{self.of('record', place)}"
        return self.of("input", place)


class Shift:
    """Moves the dates of one patient by one secret number of days, always into the past."""

    def __init__(self, days: int) -> None:
        self._days = dt.timedelta(days=days)

    @classmethod
    def for_patient(cls, key: bytes, patient: str) -> Shift:
        """The shift of a patient under a secret key: 30 to 1124 days back."""
        digest = hmac.digest(key, patient.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return cls(_FEWEST_DAYS + int.from_bytes(digest[:8], "big") % _MOST_DAYS)

    def day(self, day: dt.date) -> dt.date | None:
        """None where there are no such days: before the year 1."""
        try:
            return day - self._days
        except OverflowError:
            return None

    def text(self, text: str) -> str | None:
        """A date of the record, moved, as precise as it was up to the day; None for what is no date.

        So are two dates with `to` between them, and one that something lies `up to`.
        """
        if text.startswith("up to "):
            last = self.text(text.removeprefix("up to "))
            return None if last is None else f"up to {last}"
        if " to " in text:
            ends = [self.text(end) for end in text.split(" to ", 1)]
            return None if None in ends else f"{ends[0]} to {ends[1]}"
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        year, month, day = match.groups()
        try:
            first = dt.date(int(year), int(month or 7), int(day or 15))
        except ValueError:
            return None
        moved = self.day(first)
        if moved is None:
            return None
        return moved.isoformat()[: 10 if day else 7 if month else 4]

    def year(self, text: str) -> str | None:
        """The year of a date, after the move."""
        moved = self.text(text)
        return None if moved is None else moved[:4]


def new_key() -> bytes:
    return secrets.token_bytes(32)
