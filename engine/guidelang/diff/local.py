"""Which changes of the text are local ones, with a name and a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guidelang.diff.change import TextChange
from guidelang.diff.edition import Edition
from guidelang.model.adaptation import LocalChange, Touched
from guidelang.model.symbols import Guideline

Local = Mapping[tuple[str, str], LocalChange]
"""The local change that touches a declaration, by its sort and name."""


def local_changes(old: Edition, new: Edition) -> Local:
    """What local changes touch, in either edition; of both, the new one tells."""
    found = _touched(new.model)
    return {**found, **{key: change for key, change in _touched(old.model).items() if key not in found}}


def change_of(change: TextChange, local: Local) -> LocalChange | None:
    """The local change that a change of the text is."""
    if change.part == "scope":
        return next((each for (sort, _), each in local.items() if sort == "scope"), None)
    return local.get((change.part, change.name))


def about(touched: Touched, changes: tuple[TextChange, ...]) -> Iterator[TextChange]:
    """The changes of a text that are about what a local change touches."""
    for each in changes:
        if each.part == touched.sort and (each.name == touched.name or touched.sort == "scope"):
            yield each


def _touched(model: Guideline) -> dict[tuple[str, str], LocalChange]:
    changes = () if model.adaptation is None else model.adaptation.changes
    return {(each.sort, each.name): change for change in changes for each in change.touched}
