"""Requirements as a table for a spreadsheet: one row for each code of each fact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from guidelang.quantity import format_number
from guidelang.requirements import phrases
from guidelang.requirements.needs import ALL_RECORDS, THESE_CODES, DataRequirements, ReadingRequirement, Requirement
from guidelang.terminology import ListedCode

COLUMNS = (
    "fact", "label", "type", "unit", "other_units", "choice", "record", "deliver", "system", "code", "code_label",
    "standing", "statuses", "verification", "intents", "only", "within", "look_back", "plausible_low",
    "plausible_high", "no_record", "scope", "rules",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(requirements: DataRequirements) -> str:
    """RFC 4180 but for line ends, which are those of the rest of the project. Lists are separated by blanks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for fact in requirements:
        writer.writerows([_safe(cell) for cell in row] for row in _rows(fact))
    return out.getvalue()


def header_line(requirements: DataRequirements) -> str:
    """The header of a table of patients that has a column for every fact, with its unit."""
    fields = {fact.patient_field for fact in requirements}
    asked = fields | ({"birth_date"} if "age" in fields else set())
    person = [key for key in ("birth_date", "sex", "deceased") if key in asked]
    columns = [
        f"{fact.name} [{fact.units[0]}]" if fact.units else fact.name
        for fact in requirements
        if fact.patient_field is None
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["patient", *person, *columns])
    return out.getvalue()


def _safe(cell: str) -> str:
    """A spreadsheet computes a cell that begins like a formula: guidelines from elsewhere must not."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()


def _rows(fact: Requirement) -> Iterator[list[str]]:
    about, rest = _about(fact)
    for choice in fact.choices:
        for entry in choice.codes or (None,):
            yield [*about, choice.value, "value", "", *_code(entry, choice.label), *[""] * 6, *rest]
    about.append("")  # no choice
    if fact.patient_field is not None:
        yield [*about, "patient", "", "", "", phrases.PATIENT_FIELDS[fact.patient_field], *[""] * 7, *rest]
    elif not fact.readings:
        yield [*about, *[""] * 12, *rest]
    for reading in fact.readings:
        how = _how(reading)
        record = [reading.record, ALL_RECORDS if reading.in_full or reading.any_code else THESE_CODES]
        for entry in reading.codes or (None,):
            yield [*about, *record, *_code(entry), *how, *rest]


def _about(fact: Requirement) -> tuple[list[str], list[str]]:
    """The cells that all rows of a fact share: those before the code, and those after it."""
    low, high = (format_number(end) for end in fact.plausible) if fact.plausible else ("", "")
    about = [fact.name, fact.label or "", fact.type, fact.units[0] if fact.units else "", " ".join(fact.units[1:])]
    rest = [low, high, fact.absence, "yes" if fact.scope else "no", " ".join(fact.rules)]
    return about, rest


def _code(entry: ListedCode | None, label: str | None = None) -> list[str]:
    if entry is None:
        return ["", "", label or "", ""]
    return [entry.code.system, entry.code.code, entry.label or label or "", entry.standing]


def _how(reading: ReadingRequirement) -> list[str]:
    return [
        " ".join(reading.statuses),
        " ".join(reading.verification),
        " ".join(reading.intents),
        "; ".join(phrases.asked(reading)),
        str(reading.window or ""),
        str(reading.look_back or ""),
    ]
