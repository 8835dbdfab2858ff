"""Which files a guideline may need beside its own: parts, vocabularies, value sets, other editions.

Where a guideline stands in git, these are what has to be put into a folder, so that it is read with the vocabularies
and value sets of its own time. `model.locate` says where such files are looked for.
"""

from __future__ import annotations

from pathlib import PurePosixPath

GUIDE, VOCABULARY, VALUE_SETS = ".guide", "vocabulary", "valuesets"
_DEEPEST = 2
"""Folders between a guideline and the files of its editions' vocabularies."""


def homes(path: PurePosixPath) -> tuple[PurePosixPath, ...]:
    """The folders in which files for a guideline may lie, where `path` is that of its file or folder."""
    near = path.parent if path.suffix == GUIDE else path
    above = (near.parent, near.parent.parent)
    return tuple(dict.fromkeys((near, *(folder / VOCABULARY for folder in above))))


def is_needed(file: PurePosixPath, path: PurePosixPath) -> bool:
    """Whether a file may be needed to read the guideline at `path`."""
    near, *vocabularies = homes(path)
    if any(file.parent == folder and file.suffix == GUIDE for folder in vocabularies):
        return True
    if not file.is_relative_to(near):
        return False
    between = file.relative_to(near).parts[:-1]
    if VALUE_SETS in between:
        return between.index(VALUE_SETS) <= 1
    return file.suffix == GUIDE and len(between) <= _DEEPEST
