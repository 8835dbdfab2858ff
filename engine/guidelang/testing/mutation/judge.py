"""One mutant after the other: killed by an example, told apart by a patient, or proved to be no different."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from guidelang.network.ir import Network
from guidelang.prove.content import Content
from guidelang.prove.draft import Draft
from guidelang.prove.prover import Evaluations, Open, Proved, Prover, Shown
from guidelang.prove.written import example_block, summary
from guidelang.syntax import tree
from guidelang.testing.mutation.ask import ask
from guidelang.testing.mutation.bench import Bench, passes, read_example, shows
from guidelang.testing.mutation.mutants import NO_SETTINGS, Candidate, Settings, Workshop, settings_of
from guidelang.testing.mutation.observed import Differences, Seen, differences, differs, expectation
from guidelang.testing.mutation.verdict import Verdict
from guidelang.testing.patient import NoPatient

ANOTHER_DAY = dt.date(2024, 6, 1)
"""The evaluation day of examples that are offered, where a guideline has none of its own."""


@dataclass(slots=True)
class _Offer:
    """A patient who tells some mutants apart, and what the guideline says of the patient."""

    draft: Draft
    name: str
    expects: dict[str, None] = field(default_factory=dict)

    def block(self, more: str | None = None) -> str:
        expects = dict.fromkeys((*self.expects, more)) if more is not None else self.expects
        return example_block(self.draft, name=self.name, expects=[each for each in expects if each is not None])


@dataclass(slots=True)
class _Networks:
    """The networks of one mutant, made when they are asked for."""

    workshop: Workshop
    candidate: Candidate
    part: Network
    _reached: dict[Settings, Network | None] = field(default_factory=dict)
    _whole: dict[Settings, Network | None] = field(default_factory=dict)

    def reached(self, settings: Settings) -> Network | None:
        if settings == NO_SETTINGS:
            return self.part
        if settings not in self._reached:
            self._reached[settings] = self.workshop.part(self.candidate, settings)
        return self._reached[settings]

    def whole(self, settings: Settings) -> Network | None:
        if settings not in self._whole:
            self._whole[settings] = self.workshop.made(self.candidate, settings)
        return self._whole[settings]


@dataclass(frozen=True, slots=True)
class _Survivor:
    """A mutant that somebody tells apart; the offer's block is written when all mutants are judged."""

    offer: _Offer


class Judge:
    """Judges mutants of one guideline.

    Args:
        seconds: how long the solver may think about one question.

    Attributes:
        examples: those that pass on the guideline, and so can judge.
        failing: the names of the others.
    """

    def __init__(self, workshop: Workshop, seconds: float = 10.0) -> None:
        self._workshop = workshop
        self._seconds = seconds
        self._whole = workshop.network
        self._whole_content = Content(self._whole)
        self._contents: dict[int, Content] = {}
        self.examples, self.failing = _passing(workshop)
        self._bench = Bench(self.examples)
        days = Counter(each.on.text for each in workshop.examples if each.on is not None)
        self._day = dt.date.fromisoformat(days.most_common(1)[0][0]) if days else ANOTHER_DAY

    def judge(self, candidates: list[Candidate], known: Mapping[int, Verdict]) -> list[Verdict | None]:
        """What becomes of some mutants, which may share the patients who tell them apart; None: it is no mutant.

        Args:
            known: what an earlier run found out of those that no example kills, by number. It is not believed: an
                example is run again, and only a proof is taken as it is.
        """
        offers: list[_Offer] = []
        found = [self._one(each, offers, known.get(number)) for number, each in enumerate(candidates)]
        return [_written(each) for each in found]

    def _one(self, candidate: Candidate, offers: list[_Offer], known: Verdict | None) -> Verdict | _Survivor | None:
        old, new = self._workshop.part(candidate, fault=False), self._workshop.part(candidate)
        if new is None:
            return None
        assert old is not None  # a part names nothing that is not in it
        if id(old) not in self._contents:
            self._contents[id(old)] = Content(old)
        found = differences(old, new, (self._contents[id(old)], Content(new)))
        networks = _Networks(self._workshop, candidate, new)
        killer = None if found.none else self._bench.killer(networks, found)
        if killer is not None:
            example, alone = killer
            return Verdict("killed", by=example.name.text, alone=alone)
        if self._workshop.reaches_invariant(candidate):
            whole = networks.whole(NO_SETTINGS)
            if whole is None:
                return None
            refuter = self._bench.refuter(networks)
            if refuter is not None:
                return Verdict("killed", by=refuter.name.text, alone=False)
            if found.none:  # but what only invariants ask for is in no part
                found = differences(self._whole, whole, (self._whole_content, Content(whole)))
        if found.none:
            return Verdict("equivalent", why="the same by construction")
        if candidate.change.kind == "code":
            return Verdict("unseen", why="no example has a record with the code; plain examples give facts, not codes")
        if any(old.facts[name].unit != new.facts[name].unit for name in found.facts):
            return Verdict("unseen", why="only a number that comes without its unit is read differently")
        if not found.seen:
            return Verdict("undecided", why="only an invariant stands on it", alone=False)
        return self._told_apart(old, new, found, offers, known)

    def _told_apart(
        self, old: Network, new: Network, found: Differences, offers: list[_Offer], known: Verdict | None
    ) -> Verdict | _Survivor:
        if known is not None and known.fate == "equivalent":
            return known
        if known is not None and known.example is not None:
            example = read_example(known.example)
            if example is not None and shows(example, self._whole, new):
                return known
        prover = Prover((old, new), self._day, self._seconds)
        for offer in offers:
            if self._said(offer, new, found, prover.run(offer.draft)):
                return _Survivor(offer)
        answer, prover = ask(old, new, found, self._day, self._seconds)
        match answer:
            case Proved():
                return Verdict("equivalent", why="proved for every patient")
            case Open(why=why):
                return Verdict("undecided", why=why, alone=False)
            case Shown(draft=draft, evaluations=evaluations):
                offer = _Offer(draft, self._name(found, draft))
                if self._said(offer, new, found, evaluations):
                    offers.append(offer)
                    return _Survivor(offer)
                told = f"{summary(draft)}; the language has no words for what differs"
                return Verdict("survived", why=told, alone=False)

    def _said(self, offer: _Offer, new: Network, found: Differences, evaluations: Evaluations) -> bool:
        """Whether an example with this patient tells a mutant apart; it then expects one thing more."""
        telling = [each for each in found.seen if differs(each, *evaluations[:2]) is not None]
        for seen in sorted(telling, key=lambda each: _is_open(each, evaluations)):
            words = expectation(seen, evaluations[0])
            if words is None:
                continue
            example = read_example(offer.block(words))
            if example is not None and shows(example, self._whole, new):
                offer.expects[words] = None
                return True
        return False

    def _name(self, found: Differences, draft: Draft) -> str:
        return f"{found.seen[0].name}: {summary(draft)}"


def _is_open(seen: Seen, evaluations: Evaluations) -> bool:
    how = differs(seen, *evaluations[:2]) or ""
    return "undecided" in how or "unknown" in how


def _written(found: Verdict | _Survivor | None) -> Verdict | None:
    if isinstance(found, _Survivor):
        offer = found.offer
        return Verdict("survived", example=offer.block(), why=summary(offer.draft), alone=False)
    return found


def _passing(workshop: Workshop) -> tuple[list[tree.Example], list[str]]:
    """The examples that pass on the guideline itself, and the names of those that do not."""
    bench = Bench(())
    passing, failing = [], []
    for example in workshop.examples:
        network = workshop.original(settings_of(example))
        try:
            passed = network is not None and passes(example, bench.evaluation(example, network))
        except NoPatient:
            passed = False
        if passed:
            passing.append(example)
        else:
            failing.append(example.name.text)
    return passing, failing
