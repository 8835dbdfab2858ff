"""What the solver is asked of a mutant that no example kills: is there a patient who tells it from the guideline?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeAlias

from guidelang.network.ir import Network, NodeId
from guidelang.prove.advice import in_scope
from guidelang.prove.encode import Encoding
from guidelang.prove.prover import Answer, Conditions, Encodings, Evaluations, Prover, Question
from guidelang.prove.smt import Bool, all_of, any_of, negated
from guidelang.prove.terms import Rails, Range, Term, Word
from guidelang.testing.mutation.observed import Differences, Seen, advised, differs

Pair: TypeAlias = tuple[Encoding, Encoding]


def ask(old: Network, new: Network, found: Differences, as_of: dt.date, seconds: float) -> tuple[Answer, Prover]:
    """Nobody, as a proof; somebody, who was run through both; or neither. And who answered."""
    prover = Prover((old, new), as_of, seconds)
    return prover.find(question(old, new, found.seen)), prover


def question(old: Network, new: Network, seen: Sequence[Seen]) -> Question:
    """Whether somebody sees a difference: one between yes and no first, then any."""
    outcomes = [each for each in seen if each.sort != "derived"]

    def conditions(among: Sequence[Seen], of: Callable[[Seen, Pair], Bool]) -> Conditions:
        def terms(encodings: Encodings) -> list[Bool]:
            pair = encodings[0], encodings[1]
            return [any_of([of(each, pair) for each in among])]

        return terms

    stages = [conditions(outcomes, _flips), conditions(outcomes, _differs)] if outcomes else [conditions(seen, _flips)]

    def shown(evaluations: Evaluations) -> tuple[str, str] | None:
        told = [(each.name, how) for each in seen if (how := differs(each, *evaluations[:2])) is not None]
        told.sort(key=lambda each: any(word in each[1] for word in ("undecided", "unknown")))
        return told[0] if told else None

    return Question(
        conditions=[*stages, conditions(seen, _differs)],
        shows=shown,
        roots=(_roots(old, seen), _roots(new, seen)),
    )


def _roots(network: Network, seen: Sequence[Seen]) -> tuple[NodeId, ...]:
    found: dict[NodeId, None] = {network.scope: None}
    for each in seen:
        match each.sort:
            case "rule" | "grade":
                found[network.rules[each.name].applies] = None
            case "derived":
                found[network.derived[each.name].node] = None
            case "advice":
                assert each.advice is not None
                rules = advised(network).get(each.advice, frozenset())
                found |= {network.rules[name].applies: None for name in sorted(rules)}
            case "scope":
                continue
    return tuple(found)


def _flips(seen: Seen, pair: Pair) -> Bool:
    """Yes for the one and no for the other."""
    match seen.sort:
        case "scope":
            return _opposed(*(in_scope(each) for each in pair))
        case "rule":
            rails = [each.condition(each.network.rules[seen.name].applies) for each in pair]
            return all_of((_both_in_scope(pair), _opposed(*rails)))
        case "advice" | "grade":
            return _differs(seen, pair)
        case "derived":
            terms = _derived(seen, pair)
            if isinstance(terms[0], Rails) and isinstance(terms[1], Rails):
                return _opposed(terms[0], terms[1])
            return all_of((_differs(seen, pair), *(each.known for each in terms)))


def _differs(seen: Seen, pair: Pair) -> Bool:
    """Something else for the one than for the other, as an example sees it."""
    match seen.sort:
        case "scope":
            return _unlike(*(in_scope(each) for each in pair))
        case "rule":
            rules = [each.network.rules[seen.name] for each in pair]
            applies = [each.condition(rule.applies) for each, rule in zip(pair, rules, strict=True)]
            base = [each.condition(rule.base).false for each, rule in zip(pair, rules, strict=True)]
            overridden = all_of((applies[0].false, applies[1].false, _xor(*base)))
            return all_of((_both_in_scope(pair), any_of((_unlike(*applies), overridden))))
        case "advice":
            return all_of((_both_in_scope(pair), _xor(*(_given(seen, each) for each in pair))))
        case "grade":
            given = (each.condition(each.network.rules[seen.name].applies).true for each in pair)
            return all_of((_both_in_scope(pair), *given))
        case "derived":
            return _other_value(*_derived(seen, pair))


def _given(seen: Seen, encoding: Encoding) -> Bool:
    """Whether a piece of advice is in the list that a reader sees, where `recommend` leads over `suggest`."""
    assert seen.advice is not None
    kind, against, action, target = seen.advice
    found: dict[str | None, dict[str, list[Bool]]] = {}
    for rule in encoding.network.rules.values():
        for each in rule.advice:
            if (each.against, each.action, each.target) == (against, action, target):
                given = found.setdefault(each.to, {}).setdefault(each.kind, [])
                given.append(encoding.condition(rule.applies).true)
    pieces = []
    for given_by in found.values():
        recommended = any_of(given_by.get("recommend", ()))
        suggested = all_of((any_of(given_by.get("suggest", ())), negated(recommended)))
        pieces.append(recommended if kind == "recommend" else suggested)
    return any_of(pieces)


def _derived(seen: Seen, pair: Pair) -> tuple[Term, Term]:
    def term(encoding: Encoding) -> Term:
        derived = encoding.network.derived[seen.name]
        if derived.type == "yes_no":
            return encoding.condition(derived.node)
        return encoding.value(derived.node)

    return term(pair[0]), term(pair[1])


def _other_value(a: Term, b: Term) -> Bool:
    if isinstance(a, Rails) and isinstance(b, Rails):
        return _unlike(a, b)
    if isinstance(a, Range) and isinstance(b, Range):
        unlike = any_of((a.low != b.low, a.high != b.high))
    elif isinstance(a, Word) and isinstance(b, Word):
        unlike = a.code != b.code
    else:
        raise AssertionError(f"{a} and {b} are of one name and of two types")
    return any_of((_xor(a.known, b.known), all_of((a.known, b.known, unlike))))


def _both_in_scope(pair: Pair) -> Bool:
    return all_of(in_scope(each).true for each in pair)


def _opposed(a: Rails, b: Rails) -> Bool:
    return any_of((all_of((a.true, b.false)), all_of((a.false, b.true))))


def _unlike(a: Rails, b: Rails) -> Bool:
    return any_of((_xor(a.true, b.true), _xor(a.false, b.false)))


def _xor(a: Bool, b: Bool) -> Bool:
    return any_of((all_of((a, negated(b))), all_of((negated(a), b))))
