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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from guidelang.network.ir import LITERALS, NON_MONOTONE, And, AtLeast, Network, Node, NodeId, Not, Or
from guidelang.run.words import Words

Signal: TypeAlias = str

MAX_PREMISES = 3
"""Of one conjunction in the rule network; a longer one becomes a tree.

durable_rules takes 16 patterns in a rule, but is not safe with that many: when the facts of a rule that has fired are
retracted, it strikes each from the rule's frame, and from the second on it reads past the frame for as many entries
as are struck already. With up to four patterns it always finds them in the unused frames that follow; with more it may
run on into foreign memory, and after some ten thousand patients the process dies.
"""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one signal is derived.

    Attributes:
        signal: what is known once it fires. Where it only announces a given condition, the same as its premise.
        premises: signals with how often each counts.
        needed: None if all premises are needed together; else how many must be known.
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
        """A conjunction of any length, as a tree of conjunctions that are short enough."""
        level = list(dict.fromkeys(premises))
        pieces = 0
        while len(level) > MAX_PREMISES:
            shorter: list[Signal] = []
            for chunk in _chunks(level, MAX_PREMISES):
                if len(chunk) == 1:
                    shorter.extend(chunk)
                    continue
                pieces += 1
                piece = f"{signal}-{pieces}"
                self._derivations.append(Derivation(piece, tuple((each, 1) for each in chunk), None))
                shorter.append(piece)
            level = shorter
        self._derivations.append(Derivation(signal, tuple((each, 1) for each in level), None))


def _chunks(items: list[Signal], size: int) -> Iterator[list[Signal]]:
    return (items[start : start + size] for start in range(0, len(items), size))
