"""Patients whom only a record shows: told by a code that one edition reads and the other does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.diff.verdict import Witness
from guidelang.network.ir import NodeId
from guidelang.prove.advice import in_scope
from guidelang.prove.draft import Draft
from guidelang.prove.prover import Encodings, Evaluations, Prover, Question
from guidelang.prove.record import bundle_of, differing_codes
from guidelang.prove.runner import Given
from guidelang.prove.smt import Bool
from guidelang.prove.terms import Rails
from guidelang.prove.written import summary

Way: TypeAlias = Literal["gained", "lost"]
WAYS: tuple[Way, Way] = ("gained", "lost")

Answers: TypeAlias = Callable[[Evaluations], tuple[Given, Given] | None]

_RANK: Mapping[Given, int] = {"no": 0, "undecided": 1, "yes": 2}


@dataclass(frozen=True, slots=True)
class Compared:
    """A piece of advice, or the scope, in two editions.

    Attributes:
        terms: whether a patient gets it, for the solver.
        answers: the same of what an executor said; None for who is not compared.
        roots: the nodes that it stands on.
        scoped: whether only those are compared who are in scope of both editions.
    """

    prover: Prover
    terms: Callable[[Encodings], tuple[Rails, Rails]]
    answers: Answers
    roots: tuple[tuple[NodeId, ...], tuple[NodeId, ...]]
    scoped: bool


def both_in_scope(encodings: Encodings, scoped: bool) -> list[Bool]:
    """That the patient is in scope of both editions, where only those are compared."""
    return [in_scope(encoding).true for encoding in encodings] if scoped else []


def moved(pair: tuple[Given, Given] | None, more: Way) -> tuple[Given, Given] | None:
    """From what to what the answer moved, if it moved that way."""
    if pair is None:
        return None
    difference = _RANK[pair[1]] - _RANK[pair[0]]
    return pair if (difference > 0 if more == "gained" else difference < 0) else None


def by_code(compared: Compared, facts: Iterable[str]) -> dict[Way, Witness]:
    """Somebody who gains and somebody who loses by the code that one of some facts is told by.

    Of each such code a patient is looked for to whom the fact matters, in the edition that reads it. The patient is
    written as a FHIR record with that code, and both editions are run on it.
    """
    found: dict[Way, Witness] = {}
    old, new = compared.prover.networks
    for fact in facts:
        for edition, reading, code in differing_codes(old.facts[fact], new.facts[fact]):
            for word in ("yes", "no"):
                draft = _somebody(compared, fact, edition, word)
                bundle = None if draft is None else bundle_of(draft, new, old, {fact: (reading, code)})
                if draft is None or bundle is None:
                    continue
                evaluations = compared.prover.run_record(bundle, draft.as_of)
                pair = None if evaluations is None else compared.answers(evaluations)
                for way in WAYS:
                    if pair is not None and way not in found and moved(pair, way) is not None:
                        found[way] = _witness(bundle, draft, pair, f"{fact} by code {code.code}")
    return found


def _somebody(compared: Compared, fact: str, edition: int, word: Given) -> Draft | None:
    """A patient of whom the fact is known, and who gets the advice of one edition or does not."""

    def conditions(encodings: Encodings) -> list[Bool]:
        encoding = encodings[edition]
        rails = compared.terms(encodings)[edition]
        known = encoding.space.fact(encoding.network, fact).known
        return [*both_in_scope(encodings, compared.scoped), rails.true if word == "yes" else rails.false, known]

    def shows(evaluations: Evaluations) -> bool | None:
        pair = compared.answers(evaluations)
        known = evaluations[edition].facts.states[fact].value is not None
        return (pair is not None and pair[edition] == word and known) or None

    shown = compared.prover.show(Question([conditions], shows, compared.roots))
    return None if shown is None else shown.draft


def _witness(bundle: Mapping[str, object], draft: Draft, pair: tuple[Given, Given], told: str) -> Witness:
    """An `example` has no codes, so there is none."""
    text = json.dumps(bundle, indent=2, ensure_ascii=False) + "\n"
    return Witness(bundle, draft.as_of, f"{summary(draft)}; {told}", pair[0], pair[1], text, "")
