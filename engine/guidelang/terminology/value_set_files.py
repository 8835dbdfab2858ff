"""Files that hold value sets: where they are, and what each says.

JSON is told from other JSON by what it holds; a CSV has the columns `system`, `code` and `valueset`, and may have
`display`, `version` and `title`. How many files are looked at, and how deep, is bounded.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guidelang.terminology.code import ListedCode
from guidelang.terminology.value_set import Definition, listed_code, unique
from guidelang.terminology.value_set_fhir import definitions

MOST_BYTES = 200_000_000
MOST_ENTRIES = 20_000
DEEPEST = 8
_ENDINGS = (".json", ".csv")
_COLLECTED = ("valuesets.json", "valuesets.csv")
_FOLDER = "valuesets"
_MARKS = (b'"ValueSet"', b'"valuesets"')


@dataclass(frozen=True, slots=True)
class Place:
    """Where value sets are looked for.

    Attributes:
        path: a file, or a folder.
        whole: whether every file of the folder may hold value sets; else only `valuesets.json`, `valuesets.csv`, and
            what lies in folders named `valuesets`.
        named: whether somebody named this place; what cannot be read there is an error then.
    """

    path: Path
    whole: bool = True
    named: bool = False

    def __str__(self) -> str:
        return str(self.path)


class _Other(str):
    """Why a table cannot be read, where it may well be a table of other things."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the files of a place say: definitions by URL, and files that could not be read, with the reason."""

    definitions: dict[str, list[Definition]]
    problems: tuple[tuple[str, str], ...]


def files_of(place: Place) -> tuple[Path, ...]:
    """The files of a place that may hold value sets, in the order of their names; none if the place is not there."""
    return _files_of(place)[0]


def _files_of(place: Place) -> tuple[tuple[Path, ...], bool]:
    """The files of a place, and whether there are more than are looked at."""
    if place.path.is_file():
        return (place.path,), False
    return _walk(place.path, place.whole) if place.path.is_dir() else ((), False)


def _walk(root: Path, whole: bool) -> tuple[tuple[Path, ...], bool]:
    found: list[Path] = []
    seen = 0
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        below = here.relative_to(root).parts
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if len(below) < DEEPEST else []
        every = whole or _FOLDER in below
        for name in sorted(files):
            if Path(name).suffix.lower() in _ENDINGS if every else name.lower() in _COLLECTED:
                found.append(here / name)
        seen += len(files) + len(folders)
        if seen > MOST_ENTRIES:
            return tuple(found), True
    return tuple(found), False


def content_of(place: Place) -> Content:
    """All that the files of a place say. Nothing is raised: what cannot be read stands among the problems."""
    found: dict[str, list[Definition]] = {}
    problems: list[tuple[str, str]] = []
    paths, more = _files_of(place)
    if more:
        problems.append((str(place), f"it has more than {MOST_ENTRIES} files, and the rest was not looked at"))
    for path in paths:
        told: Sequence[Definition] | str
        try:
            told = _read(path, alone=place.named and path == place.path)
        except OSError as error:
            told = (error.strerror or str(error)).lower()
        except (ValueError, RecursionError, csv.Error) as error:
            told = f"it is no {path.suffix[1:].upper()}: {error}" if isinstance(error, ValueError) else str(error)
        if isinstance(told, str):
            problems.append((str(path), told))
            continue
        for definition in told:
            found.setdefault(definition.url, []).append(definition)
    return Content(found, tuple(problems))


def _read(path: Path, *, alone: bool) -> Sequence[Definition] | str:
    """The definitions of a file, or why it cannot be read. Of many files, those of other things are passed over."""
    if path.stat().st_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // 1_000_000} MB"
    data = path.read_bytes()
    if path.suffix.lower() == ".csv":
        told = _table(data.decode("utf-8-sig"), path.name)
        meant = alone or path.name.lower() in _COLLECTED
        return () if isinstance(told, _Other) and not meant else told
    if not alone and not any(mark in data for mark in _MARKS):
        return ()
    found = list(definitions(json.loads(data.decode("utf-8-sig")), path.name))
    if alone and not found:
        return "it holds no value sets"
    return found


def _table(text: str, file: str) -> Sequence[Definition] | str:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    columns = {name.strip().lower(): name for name in rows.fieldnames or () if name is not None}
    missing = [name for name in ("system", "code", "valueset") if name not in columns]
    if missing:
        told = f"it has no column {' and no column '.join(f'`{name}`' for name in missing)}"
        return _Other(told) if "valueset" in missing or "code" in missing else told
    titles: dict[tuple[str, str | None], str | None] = {}
    codes: dict[tuple[str, str | None], list[ListedCode]] = {}
    problems: dict[tuple[str, str | None], str] = {}
    for row in rows:
        cell = {name: (row[column] or "").strip() for name, column in columns.items()}
        if not any(cell.values()):
            continue
        key = (cell["valueset"], cell.get("version") or None)
        titles[key] = titles.get(key) or cell.get("title") or None
        listed = codes.setdefault(key, [])
        if not (cell["system"] and cell["code"]):
            problems.setdefault(key, f"line {rows.line_num} has no {'code' if cell['system'] else 'code system'}")
            continue
        found = listed_code(cell["system"], cell["code"], cell.get("display") or None)
        if isinstance(found, str):
            problems.setdefault(key, f"line {rows.line_num}: {found}")
        else:
            listed.append(found)
    return [
        Definition(url, version, titles[url, version], file, None, problems[url, version])
        if (url, version) in problems
        else Definition(url, version, titles[url, version], file, unique(tuple(listed)))
        for (url, version), listed in codes.items()
    ]
