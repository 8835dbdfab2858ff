"""What a compiled guideline was made from, as one hash."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guidelang.diagnostics import Report
from guidelang.model.locate import bases_of, name_value_sets, value_sets_of, vocabularies_of
from guidelang.resources import folder
from guidelang.source import Source
from guidelang.version import __version__

FORMAT = 3
"""Of entries. A change of what `entry` writes or reads takes the next number."""

_STAGES = (".", "calendar", "model", "network", "quantity", "syntax", "terminology", "cache")


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a guideline, and the texts it stands for.

    Attributes:
        hash: SHA-256, 64 hexadecimal digits.
        sources: the files, their head first, then what they may adapt and the vocabularies that they may use.
    """

    hash: str
    sources: tuple[Source, ...]

    def covers(self, read: Iterable[Source]) -> bool:
        """Whether all that was read in the end had its part in the key, word for word."""
        known = {source.name: source.text for source in self.sources}
        return all(known.get(source.name) == source.text for source in read)


def key_of(
    files: tuple[Source, ...],
    parameters: Mapping[str, str],
    valuesets: Sequence[str | Path] = (),
    beside: Sequence[str | Path] = (),
) -> Key | None:
    """The key of a guideline with these files and parameters; None where something of it cannot be read.

    The names of the files take part, because findings may speak of them. So do the files in which value sets are looked
    for, by size and time of change: they hold too much to be read each time. `valuesets` and `beside` are those of
    `locate.value_sets_of`.
    """
    if not files:
        return None
    report = Report()
    own = (*files, *bases_of(files, report))
    sources = (*own, *vocabularies_of(own, report))
    if report.findings:
        return None
    data: list[tuple[str, int, int]] = []
    if valuesets or name_value_sets(sources):
        try:
            data = value_sets_of(files, valuesets, beside).fingerprint()
        except OSError:
            return None
    content = [
        FORMAT,
        __version__,
        sys.version,
        _make(),
        len(files),
        [(source.name, source.text) for source in sources],
        sorted(parameters.items()),
        data,
    ]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return Key(hashlib.sha256(text.encode()).hexdigest(), sources)


@cache
def _make() -> str:
    """The installed program itself, by the names, sizes and times of its files: a checkout has no versions."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for place in (*(package / stage for stage in _STAGES), folder("grammar")):
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_file():
                    found = entry.stat()
                    digest.update(f"{place}/{entry.name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
