"""Two editions compared: by text always, by meaning where that is asked for and the solver is installed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from guidelang.diff.change import TextChange
from guidelang.diff.document import EffectDocument
from guidelang.diff.edition import Edition
from guidelang.diff.text import compare_text
from guidelang.diff.verdict import Meaning
from guidelang.network import Network, network_hash

SECONDS = 10.0
"""How long the solver may think about one question."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between two editions.

    Attributes:
        meaning: what became of each piece of advice; None where only texts were compared.
        effect: what it does to the patients of a cohort, if one was given.
        read_anew: facts that only the new edition reads; `no_longer_read` those that only the old one did.
    """

    old: Edition
    new: Edition
    text: tuple[TextChange, ...]
    meaning: Meaning | None
    as_of: dt.date
    effect: EffectDocument | None = None

    @property
    def changed(self) -> bool:
        """Whether some patient may get something else; by text alone, whether the compiled guidelines differ."""
        if self.meaning is not None:
            return self.meaning.changed
        return _essence(self.old.network) != _essence(self.new.network)

    @property
    def read_anew(self) -> tuple[str, ...]:
        return tuple(sorted({*self.new.network.facts} - {*self.old.network.facts}))

    @property
    def no_longer_read(self) -> tuple[str, ...]:
        return tuple(sorted({*self.old.network.facts} - {*self.new.network.facts}))


def compare(
    old: Edition,
    new: Edition,
    *,
    as_of: dt.date,
    meaning: bool = True,
    seconds: float = SECONDS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compares two editions.

    Args:
        as_of: the day for which the patients who show a difference are made.
        meaning: whether to compare by meaning, too.
        seconds: how long the solver may think about one question.
        on_progress: is told how many pieces of advice are compared, of how many.

    Raises:
        ImportError: if the meaning is to be compared and the solver is not installed.
    """
    found: Meaning | None = None
    if meaning:
        from guidelang.diff.meaning import compare_meaning  # brings the solver

        found = compare_meaning(old.network, new.network, as_of=as_of, seconds=seconds, on_progress=on_progress)
    return Comparison(old, new, compare_text(old, new), found, as_of)


def _essence(network: Network) -> str:
    """The hash of a network without what is there for readers only: versions, titles, labels, citations."""
    rules = {
        name: replace(rule, label=None, grade=None, cites=(), evidence=(), errata=())
        for name, rule in network.rules.items()
    }
    return network_hash(
        replace(
            network,
            name="",
            version="",
            title=None,
            effective=None,
            retired=None,
            sources=(),
            parameters=(),
            rules=rules,
            derived={name: replace(each, label=None, cites=()) for name, each in network.derived.items()},
            facts={name: replace(each, label=None) for name, each in network.facts.items()},
            interventions={name: replace(each, label=None) for name, each in network.interventions.items()},
        )
    )
