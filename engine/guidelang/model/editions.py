"""Several editions of one guideline, side by side in one folder.

    ckd_mbd/2003/ckd_mbd.guide      guideline ckd_mbd version 2003.1.0, effective 2003-10-01
    ckd_mbd/2017/ckd_mbd.guide      guideline ckd_mbd version 2017.1.0, effective 2017-07-01

A folder without a guideline of its own holds editions if it has folders that begin with a digit, as versions do, and
hold a guideline. Their heads are read without parsing; what is wrong in a head is told when that edition is loaded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_NO_WORDS = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*')
"""Texts and comments: nothing in them says what the file is."""

_HEAD = re.compile(r"^\s*(?:guideline|vocabulary)\s+(?P<name>[^\W\d]\w*)\s+version\s+(?P<version>\S+)", re.MULTILINE)
_DAY = r"\s+(\d{4}-\d{2}-\d{2})\b"
_EFFECTIVE, _RETIRED = re.compile(r"\beffective" + _DAY), re.compile(r"\bretired" + _DAY)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: its folder, and what its head says. Without `effective` it has been in force ever since."""

    guideline: str
    version: str
    effective: dt.date | None
    retired: dt.date | None
    folder: Path

    @property
    def mark(self) -> str:
        """What names it behind an `@`: the name of its folder."""
        return self.folder.name


def editions_in(folder: Path) -> tuple[Edition, ...]:
    """The editions in a folder, the oldest first; none if the folder holds a guideline itself."""
    folders = [path for path in folder.iterdir() if path.name[:1].isdecimal() and path.is_dir()]
    if not folders or _edition(folder) is not None:
        return ()
    return tuple(sorted((edition for path in folders if (edition := _edition(path)) is not None), key=_age))


def newest_effective(editions: Sequence[Edition], day: dt.date) -> Edition:
    """The edition in force on a day: the newest effective one, retired or not; else the next one."""
    in_force = [each for each in editions if (each.effective or dt.date.min) <= day]
    return max(in_force, key=_age) if in_force else min(editions, key=_age)


def named_so(editions: Sequence[Edition], mark: str) -> list[Edition]:
    """The editions that a mark names: the one whose folder or version it is, else those whose version begins so.

    `2017` is the beginning of version 2017.1.0, and `201` is not: versions are taken apart at their dots.
    """
    exact = [each for each in editions if mark == each.mark] or [each for each in editions if mark == each.version]
    return exact or [each for each in editions if is_version(mark, each.version)]


def is_version(mark: str, version: str) -> bool:
    """Whether a mark is the version, or its beginning at a dot."""
    return version == mark or version.startswith(f"{mark}.")


def version_of(text: str) -> str | None:
    """The version that the head of a file states, or None."""
    head = _HEAD.search(_NO_WORDS.sub(" ", text))
    return None if head is None else head["version"]


def _age(edition: Edition) -> tuple[dt.date, list[tuple[int, str]], str]:
    """Editions in order: by the day from which they are in force, then by version, with its numbers as numbers."""
    parts = [(int(part) if part.isdecimal() else -1, part) for part in edition.version.split(".")]
    return edition.effective or dt.date.min, parts, edition.mark


def _edition(folder: Path) -> Edition | None:
    for file in sorted(folder.glob("*.guide")):
        head = _sort_of(file)
        if head is not None and head[0] == "guideline":
            _, name, version, text = head
            return Edition(name, version, _day(_EFFECTIVE, text), _day(_RETIRED, text), folder)
    return None


def _sort_of(file: Path) -> tuple[str, str, str, str] | None:
    """What a file is, its name and version, and its text without texts and comments; None for a part."""
    try:
        text = _NO_WORDS.sub(" ", file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None
    head = _HEAD.search(text)
    return None if head is None else (head[0].split()[0], head["name"], head["version"], text)


def _day(clause: re.Pattern[str], text: str) -> dt.date | None:
    found = clause.search(text)
    try:
        return None if found is None else dt.date.fromisoformat(found[1])
    except ValueError:
        return None
