"""A network as a positive one: what can be derived on the two rails "known true" and "known false".

A signal is one condition on one rail; it is there or not, and unknown is the absence of both. Negation swaps rails, so
nothing is derived from an absence. Each connective takes one derivation on each rail:

```
            known true                          known false
and         all operands known true             one operand known false
or          one operand known true              all operands known false
at least n  n operands known true               more than m - n of m operands known false
```

`certainly`, `is known` and `first known of` are not monotone: they are given like literals, once what they stand on is
settled (`network.strata`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from guidelang.network.ir import LITERALS, NON_MONOTONE, And, AtLeast, Network, Node, NodeId, Not, Or
from guidelang.run.words import Words

Signal: TypeAlias = str

MAX_PATTERNS = 2
"""Of a rule in durable_rules: a join has two premises, and longer conjunctions are trees of joins.

durable_rules takes 16 patterns in a rule, but is not safe with that many. When a fact of a rule that has fired is
retracted, it is struck from the rule's frame, and the search for it reads one entry past the frame's sixteen for each
fact struck before. With two facts that is one entry, which lies in the next frame of the rule: never used, as the rule
fires once a patient, and in order again at its next firing. With more the search can leave the frames, overwrite
foreign memory, and end the process after some ten thousand patients.
"""

MAX_JOINED = 3
"""Premises of a conjunction that is joined; of a longer one they are counted, as for `at least n of`.

A pattern takes some 16 kB for as long as the process lives, so a tree of joins costs as much for each premise as a
counter does for all of them.
"""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one signal is derived.

    Attributes:
        signal: what is known once it fires. Where it only announces a given condition, the same as its premise.
        premises: signals with how often each counts.
        needed: None if all premises are joined; else how many must be known.
    """

    signal: Signal
    premises: tuple[tuple[Signal, int], ...]
    needed: int | None


@dataclass(frozen=True, slots=True)
class Rails:
    """The signals and derivations of a network.

    Attributes:
        signals: the signal of each condition and truth. Conditions that always agree may share one.
        meaning: what a signal says; nothing for one that is a piece of a longer conjunction.
        always: signals of conditions without operands, known from the start.
        derivations: in the order of the network, premises before what follows from them.
    """

    signals: dict[tuple[NodeId, bool], Signal]
    meaning: dict[Signal, tuple[NodeId, bool]]
    always: tuple[Signal, ...]
    derivations: tuple[Derivation, ...]


def rails(network: Network, words: Words) -> Rails:
    """Put a network on its two rails.

    Args:
        words: tells the conditions that readers know by name. Each gets a derivation of its own, also where it is
            given or the same as another, so that the rule network reports it.
    """
    return _Builder(network, words).build()


class _Builder:
    def __init__(self, network: Network, words: Words) -> None:
        self._network = network
        self._words = words
        self._signals: dict[tuple[NodeId, bool], Signal] = {}
        self._meaning: dict[Signal, tuple[NodeId, bool]] = {}
        self._always: list[Signal] = []
        self._derivations: list[Derivation] = []

    def build(self) -> Rails:
        index = 0
        for node_id, node in self._network.nodes.items():
            if not isinstance(node, (*LITERALS, *NON_MONOTONE, Not, And, Or, AtLeast)):
                continue
            same = self._same_as(node) if not self._words.names(node_id) else None
            for truth in (True, False):
                if same is not None:
                    operand, keeps = same
                    self._signals[node_id, truth] = self._signals[operand, truth is keeps]
                    continue
                signal = f"{index}{'t' if truth else 'f'}"
                self._signals[node_id, truth] = signal
                self._meaning[signal] = (node_id, truth)
                self._derive(node_id, node, truth, signal)
            index += 1
        return Rails(self._signals, self._meaning, tuple(self._always), tuple(self._derivations))

    def _same_as(self, node: Node) -> tuple[NodeId, bool] | None:
        """The condition that this one always agrees with (True) or contradicts (False)."""
        match node:
            case Not(operand=operand):
                return operand, False
            case And(operands=(operand,)) | Or(operands=(operand,)):
                return operand, True
            case _:
                return None

    def _derive(self, node_id: NodeId, node: Node, truth: bool, signal: Signal) -> None:
        match node:
            case Not(operand=operand):
                self._all(signal, [self._signals[operand, not truth]])
            case And(operands=operands) | Or(operands=operands):
                below = [self._signals[operand, truth] for operand in operands]
                together = truth is isinstance(node, And)
                if together and not below:
                    self._given(node_id, signal, always=True)
                elif together:
                    self._all(signal, below)
                elif below:
                    self._some(signal, below, 1)
            case AtLeast(operands=operands, count=count):
                needed = count if truth else len(operands) - count + 1
                if needed <= 0:
                    self._given(node_id, signal, always=True)
                elif needed <= len(operands):
                    self._some(signal, [self._signals[operand, truth] for operand in operands], needed)
            case _:
                self._given(node_id, signal, always=False)

    def _given(self, node_id: NodeId, signal: Signal, *, always: bool) -> None:
        if always:
            self._always.append(signal)
        if self._words.names(node_id):
            self._derivations.append(Derivation(signal, ((signal, 1),), None))

    def _some(self, signal: Signal, premises: Iterable[Signal], needed: int) -> None:
        counted = Counter(premises) if needed > 1 else dict.fromkeys(premises, 1)
        self._derivations.append(Derivation(signal, tuple(counted.items()), needed))

    def _all(self, signal: Signal, premises: Iterable[Signal]) -> None:
        """A conjunction: joined two by two if it is short, else counted."""
        level = list(dict.fromkeys(premises))
        if len(level) > MAX_JOINED:
            self._some(signal, level, len(level))
            return
        while len(level) > MAX_PATTERNS:
            piece = f"{signal}-{len(level)}"
            self._derivations.append(Derivation(piece, tuple((each, 1) for each in level[:MAX_PATTERNS]), None))
            level = [piece, *level[MAX_PATTERNS:]]
        self._derivations.append(Derivation(signal, tuple((each, 1) for each in level), None))
