"""What is said of pairs of guidelines."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pairs import PAIRS, lines, pair, told


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_sentences(path: Path, request: pytest.FixtureRequest) -> None:
    found = pair(path)
    changes = lines(told(found.old, found.new))
    if request.config.getoption("--record", default=False):
        path.write_text(found.text(changes), encoding="utf-8", newline="\n")
        return
    assert changes == found.changes


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_backwards_the_same_things_changed(path: Path) -> None:
    """What was added is removed, what was split is merged, and there is as much of each."""
    mirror = {"added": "removed", "removed": "added", "split": "merged", "merged": "split"}
    found = pair(path)
    there, back = told(found.old, found.new), told(found.new, found.old)
    assert sorted((mirror.get(c.kind, c.kind), c.part, c.aspect) for c in there) == sorted(
        (c.kind, c.part, c.aspect) for c in back
    )


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_places_lead_to_the_texts(path: Path) -> None:
    found = pair(path)
    for change in told(found.old, found.new):
        assert (change.old_place is not None) or (change.new_place is not None)
        assert change.old_place is None or change.old_place.startswith("old:")
        assert change.new_place is None or change.new_place.startswith("new:")
