"""The map between a deck and a guideline, as somebody writes it in YAML.

Its form is checked by pydantic, and what is wrong is told in our own words; whether its columns and names exist is
checked by `plan`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.inputs import read_file


def _word(value: object) -> object:
    """Numbers and truths of YAML as the words that stand there: cells of a table are texts."""
    if value is None:
        return ""
    return (
        str(value).lower() if isinstance(value, bool) else str(value) if not isinstance(value, list | dict) else value
    )


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


Word: TypeAlias = Annotated[str, BeforeValidator(_word)]
Targets: TypeAlias = Annotated[list[Word], BeforeValidator(_several), Field(min_length=1)]


class RuleColumn(BaseModel):
    """A column that says of each case what its expected value is about."""

    model_config = ConfigDict(extra="forbid")

    column: Word
    expected: Word
    rules: dict[str, Targets]


class MapFile(BaseModel):
    """A map file."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    case: Word | None = None
    as_of: Word | None = Field(default=None, alias="as of")
    time_zone: Word | None = Field(default=None, alias="time zone")
    complete: Targets = []
    whose: Literal["subject", "input"] = "subject"
    parameters: dict[str, Targets] = {}
    columns: dict[str, Targets | dict[str, Targets]] = {}
    rule: RuleColumn | None = None
    unknown: Word = ""


def read_map(path: Path, report: Report) -> MapFile | None:
    """The map of a file; None, with errors in the report (G600, G601, G701), if it is none."""
    contents = [content.value for content in read_file(path, report)]
    if len(contents) != 1 or not isinstance(contents[0], dict):
        if not report.has_errors:
            report.error(
                "G701", "a map is one list of keys with their values", file=str(path), expected=", ".join(_keys())
            )
        return None
    try:
        return MapFile.model_validate(contents[0])
    except ValidationError as error:
        told = {place: detail for detail in error.errors() if (place := _place(detail["loc"])) is not None}
        for place, detail in told.items():
            _tell(place, detail, path, report)
        return None


def _keys() -> list[str]:
    return [field.alias or name for name, field in MapFile.model_fields.items()]


def _place(location: tuple[int | str, ...]) -> str:
    """The key of a fault as it stands in the file; the names of the variants that pydantic tried are left out."""
    return ": ".join(str(part) for part in location if isinstance(part, str) and "[" not in part)


def _tell(place: str, detail: Any, path: Path, report: Report) -> None:
    key = place.rpartition(": ")[2]
    expected: str | None
    suggestion: str | None
    known = _keys() if ": " not in place else list(RuleColumn.model_fields)
    if detail["type"] == "extra_forbidden":
        message, expected, suggestion = f"`{key}` is no key of a map", ", ".join(known), did_you_mean(key, known)
    elif detail["type"] == "missing":
        message, expected, suggestion = f"`{place}` is missing", ", ".join(known), None
    else:
        message, expected, suggestion = f"`{place}` has not the form that it should have", _FORMS.get(key), None
    report.error("G701", message, file=str(path), expected=expected, suggestion=suggestion)


_FORMS = {
    "case": "the name of a column",
    "as of": "the name of a column, or a day YYYY-MM-DD",
    "time zone": "the name of a zone, such as Europe/Berlin",
    "complete": "a type of record, or a list of them: [medication, condition]",
    "whose": "subject (a record is about the patient that it names) or input (about the one patient of its file)",
    "parameters": "a column or a value for each parameter, or two columns for a period: [period_start, period_end]",
    "columns": "for each column a rule, derived fact or fact: statin_ordered: numerator",
    "rule": "`column`, `expected` and `rules`",
    "rules": 'for each value of the column a rule: {"01": first_rule}',
}
