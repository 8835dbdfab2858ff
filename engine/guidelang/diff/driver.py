"""The guideline of a file in two states, as git's external diff driver names them.

Git gives the path and two files: the states before and after, one of which may be the working tree's. A file is read
together with the other files of its folder as they lie in the working tree, for parts and vocabularies are in no state
that git tells of.
"""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from guidelang.diagnostics import GuidelineError
from guidelang.diff.edition import Edition
from guidelang.diff.read import read_edition
from guidelang.diff.surroundings import homes, is_needed

NOTHING = "/dev/null"
"""What git gives in place of a file that is not there."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What git gives to a driver: `path old-file old-hex old-mode new-file new-hex new-mode`, and for a renamed file
    its new path and what happened.
    """

    path: str
    old_file: str
    new_file: str
    new_path: str

    @staticmethod
    def of(words: Sequence[str]) -> Changed | None:
        """None where that is not what git gives."""
        if len(words) not in (7, 8, 9):
            return None
        return Changed(words[0], words[1], words[4], words[7] if len(words) > 7 else words[0])

    @property
    def heading(self) -> str:
        return f"diff --guidelang a/{self.path} b/{self.new_path}"


def editions_of(changed: Changed) -> tuple[Edition, Edition] | str:
    """The two editions, or why there are none: the file is new or gone, or one of the states has errors."""
    if NOTHING in (changed.old_file, changed.new_file):
        return "a new file" if changed.old_file == NOTHING else "the file is gone"
    editions = []
    for word, path, file in (("a", changed.path, changed.old_file), ("b", changed.new_path, changed.new_file)):
        try:
            editions.append(_edition(word, PurePosixPath(path), Path(file)))
        except GuidelineError as error:
            told = str(error).splitlines()[0] if str(error) else "it cannot be read"
            return f"shown line by line, for {word}/{path} has errors: {told}"
    return editions[0], editions[1]


def line_by_line(changed: Changed) -> str:
    """What any diff would show."""
    old, new = ([] if file == NOTHING else _lines(file) for file in (changed.old_file, changed.new_file))
    names = f"a/{changed.path}", f"b/{changed.new_path}"
    return "".join(difflib.unified_diff(old, new, *names))


def _lines(file: str) -> list[str]:
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    return [f"{line}\n" for line in text.splitlines()]


def _edition(word: str, path: PurePosixPath, file: Path) -> Edition:
    """The guideline that a state of a file belongs to, named `a/…` or `b/…` as diffs have it."""
    with TemporaryDirectory(prefix="guidelang-") as name:
        folder = Path(name).resolve() / word
        for near in _surroundings(path):
            (folder / near).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(near, folder / near)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        found = read_edition(target)
        return Edition(f"{word}/{path}", found.model, found.network, ((f"{folder}{os.sep}", f"{word}/"),))


def _surroundings(path: PurePosixPath) -> Iterator[PurePosixPath]:
    """The files of the working tree that the guideline may need."""
    for home in homes(path):
        for found in sorted(Path(home).rglob("*")) if Path(home).is_dir() else ():
            near = PurePosixPath(found.as_posix())
            if is_needed(near, path) and found.is_file():
                yield near
