"""Advice that contradicts other advice, and advice that adds up, for any patient: of one guideline or of two.

What is opposed, and what adds up, is what `run.conflicts` says of one patient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from guidelang.network.ir import AdviceDefinition, Network, RuleDefinition
from guidelang.prove.advice import in_scope
from guidelang.prove.findings import Finding, patient_of
from guidelang.prove.prover import Encodings, Evaluations, Open, Prover, Question, Shown
from guidelang.prove.smt import Bool, at_least
from guidelang.run.conflicts import conflicts, stacks
from guidelang.run.outcome import Advice, Status


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of advice of one rule of one of the guidelines."""

    guideline: int
    rule: RuleDefinition
    advice: Advice
    owner: str = ""  # the guideline's name, where there are several

    def __str__(self) -> str:
        advice = self.advice
        words = f"{advice.kind} {'against ' if advice.against else ''}{advice.action} {advice.target}"
        to = f" to {advice.to}" if advice.to else ""
        return f"{words}{to} ({self.owner and f'{self.owner}: '}{self.rule.name})"


def pieces_of(networks: Sequence[Network]) -> list[Piece]:
    """All pieces of advice of all rules."""
    return [
        Piece(i, network.rules[name], _advice(network.rules[name], given), network.name if len(networks) > 1 else "")
        for i, network in enumerate(networks)
        for name in sorted(network.rules)
        for given in network.rules[name].advice
    ]


def opposed_pairs(networks: Sequence[Network]) -> list[tuple[Piece, Piece]]:
    """Pairs that contradict each other, where no rule overrides the other; of several guidelines only across them."""
    by_target: dict[str, list[Piece]] = {}
    for piece in pieces_of(networks):
        for target in dict.fromkeys((piece.advice.target, piece.advice.to or piece.advice.target)):
            by_target.setdefault(target, []).append(piece)
    found: dict[tuple[int, int], tuple[Piece, Piece]] = {}
    for pieces in by_target.values():
        for first, second in combinations(pieces, 2):
            across = first.guideline != second.guideline
            if (len(networks) > 1) == across and _contradict(first, second):
                found.setdefault((id(first), id(second)), (first, second))
    return list(found.values())


def turn_round(network: Network, first: RuleDefinition, second: RuleDefinition) -> bool:
    """Whether two rules advise opposed things, such as more and less of one target."""
    pieces = [piece for piece in pieces_of([network]) if piece.rule in (first, second)]
    return any(_contradict(one, other) for one, other in combinations(pieces, 2) if one.rule is not other.rule)


def conflict(prover: Prover, first: Piece, second: Piece) -> Finding | None:
    """A patient who gets both pieces of advice; None if that is proved to be nobody."""
    answer = prover.find(_both(prover.networks, (first, second), 2))
    rules = (first.rule.name, second.rule.name)
    message = f"{first} contradicts {second}"
    if isinstance(answer, Shown):
        expects = [f"conflict {first.advice.target}"] if first.guideline == second.guideline else list(rules)
        return Finding("conflict", message, rules, patient_of(answer, f"conflict of {' and '.join(rules)}", expects))
    if isinstance(answer, Open):
        return Finding("undecided", f"whether {message} for anybody: {answer.why}", rules)
    return None


def stacked(networks: Sequence[Network]) -> list[tuple[str, str, tuple[Piece, ...]]]:
    """Quantities with the pieces of advice that push them one way, if two or more do."""
    by_push: dict[tuple[str, str], dict[int, Piece]] = {}
    for first, second in combinations(pieces_of(networks), 2):
        if first.rule is second.rule and len(networks) > 1:
            continue
        for stack in stacks((first.advice, second.advice), _merged(networks)):
            pushing = by_push.setdefault((stack.quantity, stack.direction), {})
            pushing |= {id(first): first, id(second): second}
    return [
        (quantity, direction, tuple(pieces.values()))
        for (quantity, direction), pieces in sorted(by_push.items(), key=lambda item: item[0])
        if len(networks) == 1 or len({piece.guideline for piece in pieces.values()}) > 1
    ]


def stack(prover: Prover, quantity: str, direction: str, pieces: tuple[Piece, ...]) -> Finding | None:
    """A patient who gets as many of them as anybody is known to; None if nobody gets two."""
    undecided: Finding | None = None
    for count in range(len(pieces), 1, -1):
        answer = prover.find(_both(prover.networks, pieces, count))
        if isinstance(answer, Shown):
            given = [piece for piece in pieces if _applies(answer.evaluations, piece)]
            rules = tuple(dict.fromkeys(piece.rule.name for piece in given))
            message = f"{len(given)} pieces of advice {_PUSHES[direction]} {quantity}: {'; '.join(map(str, given))}"
            title = f"{len(given)} pieces {_PUSHES[direction]} {quantity}"
            return Finding("stack", message, rules, patient_of(answer, title, list(rules)))
        if isinstance(answer, Open):
            rules = tuple(dict.fromkeys(piece.rule.name for piece in pieces))
            undecided = undecided or Finding(
                "undecided", f"whether {count} pieces of advice {_PUSHES[direction]} {quantity}: {answer.why}", rules
            )
    return undecided


_PUSHES = {"lowers": "lower", "raises": "raise"}


def _both(networks: Sequence[Network], pieces: Sequence[Piece], count: int) -> Question:
    def terms(encodings: Encodings) -> Sequence[Bool]:
        given = [encodings[piece.guideline].condition(piece.rule.applies).true for piece in pieces]
        scopes = [in_scope(encodings[i]).true for i in sorted({piece.guideline for piece in pieces})]
        return [*scopes, at_least(count, given)]

    def shows(evaluations: Evaluations) -> bool | None:
        return sum(1 for piece in pieces if _applies(evaluations, piece)) >= count or None

    roots = tuple(
        (network.scope, *(piece.rule.applies for piece in pieces if piece.guideline == i))
        for i, network in enumerate(networks)
    )
    return Question([terms], shows, roots)


def _applies(evaluations: Evaluations, piece: Piece) -> bool:
    return evaluations[piece.guideline].statuses.get(piece.rule.name) == Status.APPLIES


def _contradict(first: Piece, second: Piece) -> bool:
    names = {first.rule.name: first.rule, second.rule.name: second.rule}
    across = first.guideline != second.guideline
    rules = _unrelated(names) if across else names
    return bool(conflicts((first.advice, second.advice), rules))


def _unrelated(rules: Mapping[str, RuleDefinition]) -> Mapping[str, RuleDefinition]:
    """Of two guidelines no rule overrides one of the other, whatever their names."""
    return {name: replace(rule, overrides=()) for name, rule in rules.items()}


def _merged(networks: Sequence[Network]) -> Network:
    """A network that has the interventions and facts of all, for their effects."""
    first = networks[0]
    interventions = {name: each for network in reversed(networks) for name, each in network.interventions.items()}
    facts = {name: each for network in reversed(networks) for name, each in network.facts.items()}
    return replace(first, interventions=interventions, facts=facts)


def _advice(rule: RuleDefinition, given: AdviceDefinition) -> Advice:
    return Advice(
        kind=given.kind,
        against=given.against,
        action=given.action,
        target=given.target,
        to=given.to,
        text="",
        strength=rule.strength,
        certainty=rule.certainty,
        grade=rule.grade,
        urgency=rule.urgency,
        cautions=(),
        rules=(rule.name,),
        cites=(),
    )
