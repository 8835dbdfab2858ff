"""A deck of boundary patients from nothing: few examples that cover all of a guideline that can be covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from guidelang.testing.coverage.coverage import Loaded, Progress, day_of
from guidelang.testing.coverage.missing import Found, Sought, seek
from guidelang.testing.coverage.offers import Offer, deck_text, offers
from guidelang.testing.coverage.plan import Plan
from guidelang.testing.coverage.records import record_offers


@dataclass(frozen=True, slots=True)
class Deck:
    """The examples, the file that they make, and how many items nobody covers or may cover."""

    offers: tuple[Offer, ...]
    text: str
    covered: int
    unreachable: int
    undecided: int


def generate(loaded: Loaded, *, seconds: float = 5.0, on_progress: Progress = lambda _done, _total: None) -> Deck:
    """A deck for one guideline; what its own examples cover plays no part."""
    plan = loaded.plan
    day = day_of(plan.guideline)
    plain = [item for item in plan.items if item.code is None]
    sought = seek(plan, plain, as_of=day, seconds=seconds, on_progress=on_progress)
    good, bad = offers(plan, fewest(plan, sought), loaded.files, loaded.value_sets)
    recorded, unwritten = record_offers(plan, (item for item in plan.items if item.code is not None), day)
    good += recorded
    covered = sum(len(offer.items) for offer in good)
    undecided = len(sought.undecided) + sum(len(each.items) for each in bad) + len(unwritten)
    title = f"Boundary patients of {plan.guideline.name}, made by `guidelang test --generate`."
    text = "".join(deck_text(plan, good, title))
    return Deck(tuple(good), text, covered, len(sought.unreachable), undecided)


def fewest(plan: Plan, sought: Sought) -> list[Found]:
    """Few of the patients who together cover as much, in the order of the text that each is about.

    Greedily those who cover most of what none before covers; then without each whom the others make up for. An item is
    the reason of the plainest patient who covers it: the one who covers least.
    """
    items = [item for each in sought.found for item in each.items]
    covers = [{item.key for item in plan.covered(each.evaluation, items)} for each in sought.found]
    chosen = _without_spare(covers, _greedy(covers))
    owner: dict[str, int] = {}
    for i in sorted(chosen, key=lambda i: (len(covers[i]), i)):
        for key in covers[i]:
            owner.setdefault(key, i)
    made = {i: [item for item in plan.items if owner.get(item.key) == i] for i in chosen}
    place = {item.key: i for i, item in enumerate(plan.items)}
    order = sorted((i for i in chosen if made[i]), key=lambda i: place[made[i][0].key])
    return [Found(sought.found[i].draft, sought.found[i].evaluation, tuple(made[i])) for i in order]


def _greedy(covers: Sequence[Set[str]]) -> list[int]:
    waiting = set().union(*covers)
    chosen: list[int] = []
    while waiting:
        best = max(range(len(covers)), key=lambda i: (len(covers[i] & waiting), -i))
        chosen.append(best)
        waiting -= covers[best]
    return chosen


def _without_spare(covers: Sequence[Set[str]], chosen: Sequence[int]) -> list[int]:
    """The chosen ones, without those all of whose items others cover too; those who cover most go first."""
    times = Counter(key for i in chosen for key in covers[i])
    kept = list(chosen)
    for i in sorted(chosen, key=lambda i: (-len(covers[i]), i)):
        if all(times[key] > 1 for key in covers[i]):
            kept.remove(i)
            times.subtract(covers[i])
    return kept
