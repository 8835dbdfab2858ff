"""All proofs about a guideline, and those about two for the same patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from guidelang.network.ir import Network
from guidelang.prove.borders import at_border, borders
from guidelang.prove.findings import Finding, Proofs, Settled
from guidelang.prove.invariants import refuted
from guidelang.prove.opposed import conflict, opposed_pairs, stack, stacked
from guidelang.prove.prover import Prover
from guidelang.prove.usefulness import (
    constant_condition,
    dead_rule,
    idle_parts,
    implied_rule,
    named_conditions,
    rules_with_likes,
)

OnProof: TypeAlias = Callable[[int, int], None]
Work: TypeAlias = tuple[str, Callable[[], Iterable[Finding | None]]]


def prove(
    networks: Sequence[Network],
    *,
    as_of: dt.date,
    seconds: float = 10.0,
    on_progress: OnProof | None = None,
) -> Proofs:
    """Everything that can be proved about one guideline; about several, what their advice is to each other.

    Args:
        as_of: the evaluation day of patients who are shown. Proofs hold for every day.
        seconds: how long the solver may think about one question; what takes longer is undecided.
        on_progress: is told how many of how many steps are done.
    """
    prover = Prover(networks, as_of, seconds)
    work = [*_about_advice(prover), *(_about_one(prover) if len(networks) == 1 else ())]
    findings: list[Finding] = []
    counts: dict[str, list[int]] = {}
    for done, (question, step) in enumerate(work, start=1):
        found = list(step())
        real = [finding for finding in found if finding is not None]
        findings += real
        asked = counts.setdefault(question, [0, 0])
        asked[0] += 1
        asked[1] += not real
        if on_progress is not None:
            on_progress(done, len(work))
    ordered = sorted(findings, key=lambda f: (not f.is_error, f.kind, f.rules, f.message))
    return Proofs(
        guidelines=tuple(f"{network.name} {network.version}" for network in networks),
        findings=tuple(ordered),
        settled=tuple(Settled(question, asked, proved) for question, (asked, proved) in counts.items()),
    )


def _about_advice(prover: Prover) -> Iterable[Work]:
    for first, second in opposed_pairs(prover.networks):
        yield "opposed pieces of advice never meet", partial(_one, partial(conflict, prover, first, second))
    for quantity, direction, pieces in stacked(prover.networks):
        yield (
            "pieces of advice that push one quantity never meet",
            partial(_one, partial(stack, prover, quantity, direction, pieces)),
        )


def _about_one(prover: Prover) -> Iterable[Work]:
    network = prover.networks[0]
    for name in sorted(network.rules):
        yield "every rule applies to somebody", partial(_one, partial(dead_rule, prover, network.rules[name]))
    for invariant in network.invariants:
        yield "every invariant holds of everybody", partial(_one, partial(refuted, prover, invariant))
    for border in borders(network):
        yield "each limit belongs to one rule", partial(_one, partial(at_border, prover, border))
    for name in sorted(network.rules):
        yield (
            "every condition, exception and override matters to somebody",
            partial(idle_parts, prover, network.rules[name]),
        )
    for key, rule, likes in rules_with_likes(network):
        yield "no rule is implied by others", partial(_one, partial(implied_rule, prover, key, rule, likes))
    for node, words in named_conditions(network):
        yield "no condition is the same for everybody", partial(_one, partial(constant_condition, prover, node, words))


def _one(step: Callable[[], Finding | None]) -> Iterable[Finding | None]:
    yield step()
