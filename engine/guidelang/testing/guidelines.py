"""What a path to test names: one guideline, each of its editions, or all guidelines of a folder and those inside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from guidelang.diagnostics import Report
from guidelang.model.locate import each_edition, head_of, read_source
from guidelang.source import Source


def guidelines_in(where: str | Path | Source) -> tuple[str | Path | Source, ...]:
    """What to load, one after the other, so that all guidelines are that `where` names; `where` itself if it is none.

    A folder that holds a guideline, or one in several editions, is that guideline. One that holds several is all of
    them, and one that holds none is those of the folders inside it. Vocabularies are no guidelines.
    """
    path = Path(where.name if isinstance(where, Source) else where)
    if isinstance(where, Source) or str(where) == "-" or not path.is_dir():
        return each_edition(where)
    return tuple(_in_folder(path)) or (where,)


def _in_folder(folder: Path) -> Iterator[str | Path | Source]:
    heads = [file for file in sorted(folder.glob("*.guide")) if _is_guideline(file)]
    if heads:
        yield from [folder] if len(heads) == 1 else heads
        return
    editions = each_edition(folder)
    if editions != (folder,):
        yield from editions
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.name.startswith(".") and inner.name != "vocabulary":
            yield from _in_folder(inner)


def _is_guideline(file: Path) -> bool:
    source = read_source(file, Report())
    head = head_of(source) if source is not None else None
    return head is not None and head.sort == "guideline"
