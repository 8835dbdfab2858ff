"""Whether an event belongs to the same encounter, or is by the same practitioner, as an event of another fact.

Both name them by keys. An event that names none may belong to any, and what it names that is not in the input may be
what another event names in other words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from guidelang.facts.state import NOT_THERE, Cause, Reason, Result
from guidelang.network.events import EventRelation
from guidelang.run.kleene import and_, not_
from guidelang.run.outcome import Truth
from guidelang.run.relations import Candidate, Related
from guidelang.run.spans import Span


class Linking:
    """One relation by keys, prepared for the events of the other fact.

    Args:
        relation: what both have to share.
        others: the events of the other fact.
        closed: whether there are no others than these.
        own: whether the other fact is the events' own; an event is then not related to itself.
        encounters: whether the other fact is read from encounters, so that one not in the input may be an event of it.
    """

    def __init__(
        self, relation: EventRelation, others: Sequence[Candidate], closed: bool, own: bool, encounters: bool
    ) -> None:
        self.fact = relation.fact
        self._relation = relation
        self._closed = closed
        self._encounters = encounters
        self._others = [(result, and_((exists, passes))) for result, _, exists, passes in others]
        self._certain: Counter[str] = Counter()
        self._possible: Counter[str] = Counter()
        self._failing: set[str] = set()
        self._unlinked = self._vague = 0
        self._itself: dict[int, Truth] = {}
        for result, _, exists, passes in others:
            is_one = and_((exists, passes))
            if own:
                self._itself[id(result)] = is_one
            self._count(result, is_one, 1)
            if exists is True and passes is False:
                self._failing.update(self._keys(result))

    @property
    def impossible(self) -> bool:
        """Whether nothing can be so related, because the other fact certainly has no event at all."""
        return self._closed and not self._others and not self._relation.negated

    def of(self, result: Result, _: Span) -> Related:
        """Whether an event is so related to an event of the other fact; with `negated`, to none."""
        truth = self._to_some(result)
        if truth is False and not self._closed and not self._keys(result) & self._failing:
            truth = None
        if self._relation.negated:
            truth = not_(truth)
        if truth is not None:
            return Related(truth)
        return Related(None, self._own(result), self._of_others(result))

    def _to_some(self, result: Result) -> Truth:
        if id(result) not in self._itself:
            return self._to_others(result, len(self._others))
        is_one = self._itself[id(result)]
        self._count(result, is_one, -1)
        truth = self._to_others(result, len(self._others) - 1)
        self._count(result, is_one, 1)
        return truth

    def _to_others(self, result: Result, number: int) -> Truth:
        keys = self._keys(result)
        if any(self._certain[key] for key in keys):
            return True
        if any(self._possible[key] for key in keys) or self._unlinked or (not keys and number):
            return None
        if self._vague or any(self._may_be_another(key, number) for key in keys):
            return None
        return False

    def _count(self, result: Result, is_one: Truth, step: int) -> None:
        if is_one is False:
            return
        keys = self._keys(result)
        for key in keys:
            self._possible[key] += step
            if is_one is True:
                self._certain[key] += step
        self._unlinked += 0 if keys else step
        self._vague += step if any(map(_is_vague, keys)) else 0

    def _may_be_another(self, key: str, number: int) -> bool:
        """Whether a key that is none of those of the others may still name what one of them does."""
        absent = key.startswith(NOT_THERE) and self._encounters
        return absent or (_is_vague(key) and bool(number))

    def _keys(self, result: Result) -> frozenset[str]:
        if self._relation.how == "practitioner":
            return frozenset(result.practitioners)
        return frozenset() if result.encounter is None else frozenset({result.encounter})

    # ---- why it is open ---------------------------------------------------------------------------------------------

    def _own(self, result: Result) -> tuple[Cause, ...]:
        keys = self._keys(result)
        if any(key.startswith(NOT_THERE) for key in keys):
            what = f"{result.reported} names an {self._relation.how} that is not in the input"
            return (Cause(Reason.NO_RECORD, what),)
        if keys or not self._others:
            return ()
        return (Cause(Reason.NO_RECORD, f"{result.reported} names no {self._relation.how}"),)

    def _of_others(self, result: Result) -> tuple[Cause, ...]:
        if not self._keys(result) and self._others:
            return ()
        causes: dict[Cause, None] = {}
        for other, is_one in self._others:
            if is_one is None:
                causes.update(dict.fromkeys(other.causes))
            if len(causes) >= 3:
                break
        if not self._closed or not causes:
            causes[Cause(Reason.NO_RECORD)] = None
        return tuple(causes)


def _is_vague(key: str) -> bool:
    """Whether it names what is not in the input, and not as an encounter by its id: other words may name the same.

    A business identifier does, and so does a role, which is somebody's who has an id of another type.
    """
    if not key.startswith(NOT_THERE):
        return "|" in key
    return re.fullmatch(r"Encounter/[^/|:#]+", key[len(NOT_THERE) :]) is None
