"""The one way in which this stage asks anything: is there a patient for whom that holds?

    proved    nobody among all patients there are (`prove.every`)
    shown     a plain patient, written down and run: what was asked holds of what the executor said
    open      neither: the solver ran out of time, or whom it suspects cannot be written down

A timeout is open, never proved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import facts_below, facts_of
from guidelang.network.ir import Aggregate, EventDay, LastN, Network, NodeId
from guidelang.prove.ask import Nobody, Somebody, Undecided, ask
from guidelang.prove.draft import Draft
from guidelang.prove.encode import Encoding
from guidelang.prove.every import EveryPatient
from guidelang.prove.plain import OutOfReach, PlainPatient
from guidelang.prove.read_model import draft_of, values_of
from guidelang.prove.runner import Runner
from guidelang.prove.search import days_of_change, names_months, search
from guidelang.prove.shrink import shrink
from guidelang.prove.smt import Bool
from guidelang.prove.usual import Usual, usual_of
from guidelang.run.evaluation import Evaluation

Encodings: TypeAlias = tuple[Encoding, ...]
Conditions: TypeAlias = Callable[[Encodings], Sequence[Bool]]
Evaluations: TypeAlias = tuple[Evaluation, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one network, or of several that see the same patient.

    Attributes:
        conditions: the same thing as terms, the most telling patients first; the last is all that is asked.
        shows: what the executor said of a patient, where that is what was asked; else None.
        roots: for each network the nodes that the question stands on.
    """

    conditions: Sequence[Conditions]
    shows: Callable[[Evaluations], Hashable | None]
    roots: tuple[tuple[NodeId, ...], ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """There is no such patient."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Such a patient, and what became of the patient."""

    draft: Draft
    evaluations: Evaluations


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody knows. `why` is for a reader."""

    why: str


Answer: TypeAlias = Proved | Shown | Open

TIME = "the solver ran out of time"
NOT_WRITTEN = "a patient may exist, but none was found that can be written down"


class Prover:
    """Asks questions of one network or of several.

    Args:
        as_of: the evaluation day of the patients that are shown.
        seconds: how long the solver may think about one question to it.
    """

    def __init__(self, networks: Sequence[Network], as_of: dt.date, seconds: float = 10.0) -> None:
        self.networks = tuple(networks)
        self.as_of = as_of
        self._seconds = seconds
        self._days = _days_to_try(networks, as_of)
        self._runners = {day: tuple(Runner(network, day) for network in networks) for day in self._days}
        self._histories = histories_of(networks)

    def run(self, draft: Draft) -> Evaluations:
        """What becomes of a patient."""
        content = draft.content()
        return tuple(runner.run(content) for runner in self._runners[draft.as_of])

    def run_record(self, bundle: Mapping[str, object], as_of: dt.date) -> Evaluations | None:
        """What becomes of a FHIR record; None if it cannot be read as that of one patient."""
        found = tuple(runner.run_record(bundle) for runner in self._runners[as_of])
        return None if None in found else tuple(each for each in found if each is not None)

    def find(self, question: Question) -> Answer:
        """A patient for whom it holds, a proof that there is none, or neither."""
        proof = self.prove(question.conditions[-1])
        return proof if isinstance(proof, Proved) else self.show(question) or proof

    def prove(self, conditions: Conditions, *, alike: bool = False) -> Proved | Open:
        """A proof that there is nobody; whoever there may be is not looked for.

        With `alike` it is a proof about patients of whom all editions read the same.
        """
        suspicion = self._ask(EveryPatient(alike=alike), conditions)
        if isinstance(suspicion, Nobody):
            return Proved()
        return Open(TIME if isinstance(suspicion, Undecided) else NOT_WRITTEN)

    def show(self, question: Question) -> Shown | None:
        """A patient for whom it holds, if one is found."""

        def holds(draft: Draft) -> bool:
            return question.shows(self.run(draft)) is not None

        usual = usual_of(self.networks, question.roots)
        for draft in self._drafts(question):
            shown = self._shown(draft, question, usual)
            if shown is not None:
                return shown
        facts = {
            fact
            for network, roots in zip(self.networks, question.roots, strict=True)
            for root in roots
            for fact in facts_below(network, root)
        }
        for unusable in (False, True):  # what nobody knows makes a patient harder to read, so it is tried last
            found = search(
                self.networks,
                self.as_of,
                facts=facts,
                limits=usual.limits,
                holds=holds,
                seconds=self._seconds,
                unusable=unusable,
            )
            if found is not None:
                return self._shown(found, question, usual)
        return None

    def _shown(self, draft: Draft, question: Question, usual: Usual) -> Shown | None:
        """The patient made plain, who still shows the very same thing."""
        shown = question.shows(self.run(draft))

        def holds(other: Draft) -> bool:
            answer = question.shows(self.run(other))
            return answer is not None and (shown is None or answer == shown)

        plain = shrink(draft, holds, usual, days_of_change(self.networks, draft.as_of))
        return None if plain is None else Shown(plain, self.run(plain))

    def _drafts(self, question: Question) -> Iterable[Draft]:
        """Those whom the solver finds: points first, intervals where points do not do, at last on other days."""
        ways = [(self.as_of, False, False), (self.as_of, True, False), (self.as_of, True, True)]
        ways += [(day, False, False) for day in self._days[1:]]
        for day, intervals, censored in ways:
            for conditions in question.conditions:
                space = PlainPatient(day, self._histories, self.networks, intervals=intervals, censored=censored)
                try:
                    found = self._ask(space, conditions)
                except OutOfReach:
                    continue
                if isinstance(found, Somebody):
                    yield draft_of(found, space, self.networks)

    def _ask(self, space: EveryPatient, conditions: Conditions) -> Somebody | Nobody | Undecided:
        terms = conditions(tuple(Encoding(network, space) for network in self.networks))
        values = values_of(space) if isinstance(space, PlainPatient) else ()
        return ask([*terms, *space.constraints], self._seconds, round_values=values)


def _days_to_try(networks: Sequence[Network], as_of: dt.date) -> tuple[dt.date, ...]:
    """The evaluation day, and where months are counted some on which they are short or long."""
    others = [dt.date(as_of.year, 3, 15), dt.date(as_of.year, 9, 15), dt.date(as_of.year, 3, 31)]
    return tuple(dict.fromkeys([as_of, *(others if names_months(networks) else ())]))


def histories_of(networks: Iterable[Network]) -> Mapping[str, int]:
    """How many results each fact is given whose history somebody asks for."""
    found: dict[str, int] = {}
    for network in networks:
        for node in network.nodes.values():
            match node:
                case LastN(count=count) | Occurs(count=count):
                    needed = min(max(3, count + 1), 8)
                case Aggregate() | Lasting():
                    needed = 3
                case EventDay(fact=fact) if network.facts[fact].type != "date":
                    needed = 1
                case _:
                    continue
            for fact in facts_of(node):
                if fact in network.facts and network.facts[fact].patient_field is None:
                    found[fact] = max(needed, found.get(fact, 0))
    return found
