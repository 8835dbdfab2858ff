"""What the fate of a mutant stands on, as a key: an edit elsewhere in the guideline does not change it.

A mutant that was judged need not be judged again before its slice changes, or an example that expects something of its
cone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.model.examples import patient_file
from guidelang.syntax import tree
from guidelang.testing.mutation.mutants import Candidate, Workshop
from guidelang.testing.mutation.slices import provided


@dataclass(frozen=True, slots=True)
class Key:
    """Under what the verdict of a mutant is kept.

    Attributes:
        own: the mutant alone: whether somebody tells it from the guideline.
        judged: with the examples that may kill it.
        whole: with all of the guideline as well, where examples ask about conflicts and stacks, which are between rules
            that need not use each other, or where an invariant may be broken, which is in no slice.
    """

    own: str
    judged: str
    whole: str


class Keys:
    """The keys of the mutants of one guideline.

    Args:
        examples: those that pass.
        make: what else takes part, such as the version of the program.
    """

    def __init__(self, workshop: Workshop, examples: Sequence[tree.Example], make: str) -> None:
        self._workshop = workshop
        self._slices = workshop.slices
        self._make = make
        self._examples = [(each, _digest(f"{each!r} {_file_of(each)}")) for each in examples]
        self._digests = [_digest(repr(statement)) for statement in self._slices.statements]
        self._all = _digest("".join(sorted([*self._digests, *(digest for _, digest in self._examples)])))
        self._known: dict[tuple[int, int], tuple[str, str, bool]] = {}

    def of(self, candidate: Candidate) -> Key:
        """The keys of a mutant."""
        statement = self._workshop.files[candidate.file].statements[candidate.statement]
        at = candidate.file, candidate.statement
        if at not in self._known:
            self._known[at] = self._of_statement(statement)
        below, judges, together = self._known[at]
        change, start = candidate.change, statement.span.start
        fault = f"{change.kind} {change.span.start - start} {change.span.end - start} {change.text}"
        judged = _digest(f"{below} {judges} {together} {fault}")  # a verdict of when nothing else judged is another
        return Key(_digest(f"{below} {fault}"), judged, _digest(f"{judged} {self._all}") if together else judged)

    def _of_statement(self, statement: tree.Statement) -> tuple[str, str, bool]:
        reached = [self._slices.statements[each] for each in self._slices.cone(statement)]
        below = "".join(sorted(self._digests[each] for each in self._slices.slice(statement)))
        judges, together = self._judges(reached)
        together |= self._slices.reaches_invariant(statement)
        return _digest(f"{self._make} {statement.span.text} {below}"), "".join(judges), together

    def _judges(self, reached: Sequence[tree.Statement]) -> tuple[list[str], bool]:
        """The examples that expect something of these statements, and whether one asks about rules together."""
        rules = [each for each in reached if isinstance(each, tree.Rule)]
        names = {name for each in reached for name in provided(each)}
        targets = {advice.target.name for rule in rules for advice in rule.advice}
        everyone = any(isinstance(each, tree.Guideline) for each in reached)
        together = False
        found: list[str] = []
        for example, digest in self._examples:
            concerned = everyone
            for expectation in example.expects:
                match expectation:
                    case tree.ExpectAdvice(target=target):
                        concerned |= target.name in targets
                    case tree.ExpectConflict() | tree.ExpectStack():
                        together |= bool(rules)
                    case tree.ExpectScope():
                        continue
                    case _:
                        concerned |= expectation.name is not None and expectation.name.name in names
            if concerned:
                found.append(digest)
        return found, together


def _file_of(example: tree.Example) -> str:
    """The file with the patient of an example, by its size and the time of its last change."""
    path = patient_file(example)
    if path is None or not path.is_file():
        return ""
    found = path.stat()
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
