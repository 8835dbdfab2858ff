"""From what a user names (a path, a folder, standard input, a text, a mapping) to contents that are decoded.

A content is a value of JSON or YAML, the lines of NDJSON, or a table. What cannot be decoded is an error in the report,
with file, line and column.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from guidelang.diagnostics import Report
from guidelang.facts.decode import Unreadable, decode_json, decode_ndjson, decode_text
from guidelang.facts.decode_csv import Table, decode_csv
from guidelang.facts.lines import Kept, Line, Stored, check_text, is_utf8, lines_of
from guidelang.facts.state import Problem
from guidelang.facts.table_units import is_units_file, units_beside, units_file, with_units

Form: TypeAlias = Literal["json", "ndjson", "yaml", "csv", "tsv"]

FORMS: dict[str, Form] = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "tsv",
}

LARGEST = 100_000_000
"""Bytes of one file, or of one line of NDJSON: it is held in memory while it is read, at about ten times its size."""

LARGEST_YAML = 10_000_000
"""Bytes of one YAML file, which takes a hundred times as long to read as JSON. People write it, not machines."""

_SMALLER = "split it into a folder with one file a patient, or into NDJSON with one resource a line, which has no limit"

STANDARD_INPUT = "<stdin>"
TEXT = "<text>"
MAPPING = "<input>"
"""What stands for an input that has no name of its own. Its content is never its name: it is somebody's record."""


@dataclass(frozen=True, slots=True)
class Lines:
    """NDJSON; the lines of a file are read when they are asked for."""

    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class Content:
    """What an input holds; `value` is that of JSON or YAML, unless it is Lines or a Table.

    `stored`: where the value can be read again, if it is all that a file holds.
    """

    name: str
    value: object
    stored: Stored | None = None


def looks_like_text(text: str) -> bool:
    """Whether a Python string is the input itself and not the name of a file."""
    return "\n" in text or text.lstrip()[:1] in ("{", "[")


def named(source: object) -> str:
    """What messages call an input: a path as it is, and a stand-in for everything else."""
    if isinstance(source, Path):
        return str(source)
    if isinstance(source, str):
        return STANDARD_INPUT if source == "-" else TEXT if looks_like_text(source) else source
    return TEXT if isinstance(source, bytes) else MAPPING


def numbered(name: str, number: int) -> str:
    """What messages call one of several patients of an input: `<input 2>`, `patients.json 2`."""
    return f"{name[:-1]} {number}>" if name.endswith(">") else f"{name} {number}"


def read_file(path: Path, report: Report, at: Callable[[int], None] = lambda _: None) -> Iterator[Content]:
    """The contents of one file; by its extension, else by what it looks like. `at` takes how many bytes are read."""
    form = FORMS.get(path.suffix.lower())
    try:
        if form == "ndjson" and is_utf8(path):
            check_text(path)
            yield Content(str(path), Lines(lines_of(path, LARGEST, at)))
            return
        kept = Kept.of(path)
        if kept.size > largest(form):
            told = _too_large(f"{kept.size // 1_000_000} MB", form)
            report.error("G607", told, file=str(path), suggestion=_SMALLER)
            return
        raw = path.read_bytes()
    except FileNotFoundError:
        report.error("G600", "there is no such file or folder", file=str(path))
        return
    except OSError as error:
        report.error("G600", f"it cannot be read: {error.strerror or type(error).__name__}", file=str(path))
        return
    except Unreadable as fault:
        _refuse(fault, str(path), report)
        return
    for content in decoded(raw, str(path), form, report):
        if isinstance(content.value, Table):
            try:
                columns = with_units(content.value.columns, units_beside(path), units_file(path).name)
            except (Unreadable, OSError) as fault:
                wrong = fault if isinstance(fault, Unreadable) else Unreadable(f"{units_file(path).name}: {fault}")
                _refuse(wrong, str(path), report)
                return
            yield replace(content, value=replace(content.value, columns=columns))
            continue
        whole = form == "json" and isinstance(content.value, dict)
        yield replace(content, stored=Stored(kept, 0, kept.size)) if whole else content


def read_standard_input(report: Report) -> Iterator[Content]:
    """What standard input holds."""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if len(raw) > LARGEST:
        report.error("G607", _too_large("more", None), file=STANDARD_INPUT, suggestion=_SMALLER)
        return
    yield from decoded(raw, STANDARD_INPUT, None, report)


def largest(form: Form | None) -> int:
    """How many bytes a file of a form may have."""
    return LARGEST_YAML if form == "yaml" else LARGEST


def _too_large(size: str, form: Form | None) -> str:
    return f"it is too large: {size}; at most {largest(form) // 1_000_000} MB are read"


def files_of(folder: Path, report: Report, problems: list[Problem]) -> Iterator[Path]:
    """The files of a folder that hold patients, by name. Everything else is noted as not read."""
    try:
        members = sorted(folder.iterdir())
    except OSError as error:
        report.error("G600", f"it cannot be read: {error.strerror or type(error).__name__}", file=str(folder))
        return
    for member in members:
        if member.is_dir():
            problems.append(Problem(f"{member}: folders in folders are not read", resource=str(member), kind="ignored"))
        elif is_units_file(member):
            continue
        elif member.suffix.lower() in FORMS:
            yield member
        else:
            message = f"{member}: not read; patients are in files named *{', *'.join(FORMS)}"
            problems.append(Problem(message, resource=str(member), kind="ignored"))


def decoded(raw: bytes | str, name: str, form: Form | None, report: Report) -> Iterator[Content]:
    """The contents of a text: one value, or one for each document of YAML."""
    try:
        text = decode_text(raw) if isinstance(raw, bytes) else raw
        if not text.strip():
            raise Unreadable("it is empty")
        if (what := _no_input(text)) is not None:
            raise what
        match form or _form(text):
            case "json":
                yield Content(name, _json_or_lines(text) if form is None else decode_json(text))
            case "ndjson":
                yield Content(name, Lines(_lines(text)))
            case "yaml":
                for document in _yaml(text):
                    yield Content(name, document)
            case "csv":
                yield Content(name, decode_csv(text))
            case "tsv":
                yield Content(name, decode_csv(text, tabs=True))
    except Unreadable as fault:
        _refuse(fault, name, report)


def _refuse(fault: Unreadable, name: str, report: Report) -> None:
    place = name if fault.line is None else f"{name}:{fault.line}"
    if fault.line is not None and fault.column is not None:
        place += f":{fault.column}"
    report.error("G601", fault.message, suggestion=fault.help, file=place)


def _lines(text: str) -> Iterator[Line]:
    return (Line(number, value) for number, value in decode_ndjson(text))


_HEAD = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?:guideline|vocabulary)[ \t]+\w+[ \t]+version\b|part[ \t]+of[ \t]+\w)")
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<[?!a-zA-Z]")


def _no_input(text: str) -> Unreadable | None:
    """What to say of a text that is something else than patients; None if it may be that."""
    if _HEAD.match(text):
        return Unreadable(
            "this is a guideline, and a patient is meant", help="the guideline comes first, patients follow"
        )
    if _PAGE.match(text):
        return Unreadable(
            "this is a web page, and a patient is meant",
            help="if it was fetched, look at it: it may be a login or an error; a record is asked for as JSON",
        )
    if _MARKUP.match(text):
        return Unreadable("this is XML, and records are read as JSON", help="ask for the JSON form of the record")
    return None


_KEY = re.compile(r"[\"']?[\w][\w .-]*[\"']?\s*:(\s|$)")


def _form(text: str) -> Form:
    """The form of a text without a file name: JSON by its brackets, YAML by its first key, else a table."""
    first = next((line for line in text.lstrip().splitlines() if line.strip() and not line.startswith("#")), "")
    if first[:1] in ("{", "["):
        return "json"
    if first.startswith(("---", "- ", "%YAML")) or _KEY.match(first):
        return "yaml"
    return "csv"


def _json_or_lines(text: str) -> object | Lines | Table:
    """JSON, or NDJSON where the text is several values, or YAML in braces. Raises what is wrong with it as JSON."""
    try:
        return decode_json(text)
    except Unreadable as fault:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and _is_json(lines[0]):
            return Lines(_lines(text))
        try:
            documents = _yaml(text)
        except Unreadable:
            raise fault from None
        if len(documents) == 1 and isinstance(documents[0], dict | list) and "JSON" in fault.message:
            return documents[0]
        raise


def _is_json(line: str) -> bool:
    try:
        decode_json(line)
    except Unreadable:
        return False
    return True


def _yaml(text: str) -> list[object]:
    from guidelang.facts.decode_yaml import decode_yaml  # brings a library that JSON and tables do without

    return decode_yaml(text)
