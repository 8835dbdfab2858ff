"""What a fault can reach, and what that stands on: the rest of a guideline is neither compiled nor run for a mutant.

A fault in a statement reaches the statements that use it, those that use these, and so on: its cone. What becomes of
the cone stands on all that the cone uses: the slice. A slice is a guideline of its own, of a few statements, in which
the cone means what it means in the whole.

No cone goes on into an invariant: some stand on all rules, and would draw them all into every slice. Whether a fault
reaches one is asked by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from guidelang.syntax import tree
from guidelang.testing.mutation.parts import everything

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Slices:
    """The statements of a guideline by what they use.

    Attributes:
        statements: of all files, in their order, without the examples.
    """

    def __init__(self, files: Sequence[tree.File]) -> None:
        self.statements = [s for file in files for s in file.statements if not isinstance(s, tree.Example)]
        self._number = {id(statement): number for number, statement in enumerate(self.statements)}
        self._index()
        self._cones: dict[int, frozenset[int]] = {}
        self._slices: dict[int, frozenset[int]] = {}

    def cone(self, statement: tree.Statement) -> frozenset[int]:
        """The statements that a fault in one reaches, itself among them, by number."""
        number = self._number[id(statement)]
        if number not in self._cones:
            self._cones[number] = _closed([number], self._users)
        return self._cones[number]

    def slice(self, statement: tree.Statement) -> frozenset[int]:
        """The cone with everything that it uses or names."""
        number = self._number[id(statement)]
        if number not in self._slices:
            self._slices[number] = _closed([*self.cone(statement), *self._everywhere], self._named)
        return self._slices[number]

    def reaches_invariant(self, statement: tree.Statement) -> bool:
        """Whether an invariant stands on something that a fault in a statement reaches, or is the statement."""
        return isinstance(statement, tree.Invariant) or not self._claimed.isdisjoint(self.cone(statement))

    def _index(self) -> None:
        providers: dict[str, set[int]] = defaultdict(set)
        advising: dict[str, set[int]] = defaultdict(set)
        overriding: dict[str, set[int]] = defaultdict(set)
        rules: set[int] = set()
        self._everywhere: set[int] = set()
        for number, statement in enumerate(self.statements):
            for name in provided(statement):
                providers[name].add(number)
            if isinstance(statement, tree.Rule):
                rules.add(number)
                for advice in statement.advice:
                    for target in (advice.target, advice.to):
                        if isinstance(target, tree.Identifier):
                            advising[target.name].add(number)
                for other in statement.overrides:
                    overriding[other.name].add(number)
            elif isinstance(statement, tree.Guideline | tree.Vocabulary | tree.Part | tree.System | tree.Use):
                self._everywhere.add(number)
        heads = {n for n in self._everywhere if isinstance(self.statements[n], tree.Guideline)}
        self._named: list[set[int]] = []
        self._users: list[set[int]] = [set() for _ in self.statements]
        self._claimed: set[int] = set()
        for number, statement in enumerate(self.statements):
            overridden = {id(each) for each in statement.overrides} if isinstance(statement, tree.Rule) else set()
            used: set[int] = set()
            named: set[int] = set()
            for node in everything(statement):
                if isinstance(node, tree.Recommended):
                    used |= advising[node.target.name]
                elif isinstance(node, tree.Text):
                    named |= {each for name in _PLACEHOLDER.findall(node.text) for each in providers[name]}
                elif isinstance(node, tree.Name | tree.Identifier | tree.ListRef):
                    (named if id(node) in overridden else used).update(providers[node.name])
            if isinstance(statement, tree.Rule):
                used |= overriding[statement.name.name] | heads
                for advice in statement.advice:
                    named |= advising[advice.target.name]  # whether advice is given is a question to all of them
            elif isinstance(statement, tree.Invariant):
                used |= rules | heads
            if isinstance(statement, tree.Invariant):
                self._claimed |= used
            else:
                for each in used - {number}:
                    self._users[each].add(number)
            self._named.append((used | named) - {number})


def provided(statement: tree.Statement) -> set[str]:
    """The names that others use a statement by."""
    name = getattr(statement, "name", None)
    names = {name.name} if isinstance(name, tree.Identifier) else set()
    if isinstance(statement, tree.Rule):
        names |= {each.name for each in statement.concludes}
    if isinstance(statement, tree.Fact) and statement.kind is not None:
        names.add(statement.kind.name)  # facts of one kind share their conversions
    return names


def _closed(start: Iterable[int], following: Sequence[set[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(following[number])
    return frozenset(found)
