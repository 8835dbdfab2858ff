"""The chart of a comparison: for each piece of advice, who gets more to the right and who gets less to the left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guidelang.cohort.plots import can_plot, diverging

MOST_BARS = 40
_LESS = {"lost": "lost", "yes_to_undecided": "yes to undecided", "undecided_to_no": "undecided to no"}
_MORE = {
    "gained": "gained",
    "undecided_to_yes": "undecided to yes",
    "no_to_undecided": "no to undecided",
    "strength_changed": "changed in strength",
}


def effect_chart(counts: Mapping[str, Any]) -> str | None:
    """The chart as a picture (`data:` address); None where nothing changed, or there is nothing to draw it with.

    Args:
        counts: what `run_effect` gives.
    """
    pieces = [each for each in counts["advice"] if any(each[name] for name in (*_LESS, *_MORE))]
    pieces.sort(key=lambda each: (-sum(each[name] for name in (*_LESS, *_MORE)), each["advice"]))
    if not pieces or not can_plot():
        return None
    less, more = (
        {words: [each[name] for each in pieces[:MOST_BARS]] for name, words in names.items()}
        for names in (_LESS, _MORE)
    )
    return diverging([each["advice"] for each in pieces[:MOST_BARS]], less, more)
