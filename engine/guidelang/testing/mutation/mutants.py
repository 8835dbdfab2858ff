"""A guideline and its mutants: every fault that leaves a guideline, one at a time.

Nothing is read twice: of a mutant only the statement with the fault is parsed anew, and what the fault reaches is
checked and compiled with it. What does not check is no mutant: nobody could have put it into use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from guidelang.diagnostics import Report
from guidelang.model.loading import read_files, resolve
from guidelang.network import Network, compile_network
from guidelang.source import Source
from guidelang.syntax import parse, print_parameter_value, tree
from guidelang.terminology import ValueSets
from guidelang.testing.mutation.change import Change
from guidelang.testing.mutation.slices import Slices
from guidelang.testing.mutation.statements import clauses_of, converts_of, statement_changes

Settings: TypeAlias = tuple[tuple[str, str], ...]
"""Parameters that a site sets, as the language writes them."""

NO_SETTINGS: Settings = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fault, and the statement that it is in: by the number of its file and its number there."""

    change: Change
    file: int
    statement: int

    @property
    def source(self) -> Source:
        """The whole text of the file with the fault in it."""
        return self.change.applied()


class Workshop:
    """A guideline that faults are made in. It is itself never changed.

    Args:
        sources: the files of the guideline, its head first.
        vocabulary: makes faults in the vocabularies too, in what the guideline uses of them.

    Attributes:
        network: the guideline's own network; None if it has errors, which the report then holds.
    """

    def __init__(
        self,
        sources: tuple[Source, ...],
        report: Report,
        *,
        value_sets: ValueSets | None = None,
        vocabulary: bool = False,
    ) -> None:
        self._value_sets = value_sets
        self._vocabulary = vocabulary
        read = read_files(sources, report)
        self.files = () if read is None else read.files
        self._adaptation = None if read is None else read.adaptation
        adapted = 0 if self._adaptation is None else len(self._adaptation.scopes)
        self._own = max(len(sources), adapted)  # whoever adapts a guideline signs all of it
        self.guideline = resolve(list(self.files), report, None, value_sets, self._adaptation) if self.files else None
        self.slices = Slices(self.files)
        self._originals: dict[Settings, Network | None] = {}
        self._sliced: dict[frozenset[int], Network | None] = {}
        if self.guideline is not None:
            self._originals[NO_SETTINGS] = compile_network(self.guideline)

    @property
    def network(self) -> Network:
        found = self._originals[NO_SETTINGS]
        assert found is not None  # asked for only where the guideline has no errors
        return found

    @property
    def examples(self) -> list[tree.Example]:
        """The examples of the guideline, in the order of the text."""
        assert self.guideline is not None
        return self.guideline.symbols.examples

    def candidates(self) -> list[Candidate]:
        """All faults, in the order of the text. Whether one leaves a guideline shows when it is made."""
        converts = converts_of(self.files)
        found: list[Candidate] = []
        for number, file in enumerate(self.files):
            if number >= self._own and not self._vocabulary:
                break
            clauses = clauses_of(file)
            for index, statement in enumerate(file.statements):
                if number >= self._own and not self._uses(statement):
                    continue
                changes = statement_changes(statement, clauses[index], converts)
                found += [Candidate(change, number, index) for change in _once(changes)]
        return found

    def original(self, settings: Settings = NO_SETTINGS) -> Network | None:
        """The guideline itself, as a site with these parameters has it."""
        if settings not in self._originals:
            self._originals[settings] = self._compiled({}, None, dict(settings))
        return self._originals[settings]

    def made(self, candidate: Candidate, settings: Settings = NO_SETTINGS) -> Network | None:
        """The network of a mutant, as a site with these parameters has it; None if it is no guideline."""
        statement = self.statement(candidate)
        if statement is None:
            return None
        return self._compiled({id(self._of(candidate)): statement}, None, dict(settings))

    def part(self, candidate: Candidate, settings: Settings = NO_SETTINGS, *, fault: bool = True) -> Network | None:
        """What the fault reaches and what that stands on, with the fault or without it; None if it is no guideline."""
        own = self._of(candidate)
        slice_ = self.slices.slice(own)
        inside = {each.name.name for n in slice_ if isinstance(each := self.slices.statements[n], tree.Parameter)}
        parameters = {name: value for name, value in settings if name in inside}
        if not fault:
            if slice_ not in self._sliced:
                self._sliced[slice_] = self._compiled({}, slice_, parameters)
            return self._sliced[slice_]
        statement = self.statement(candidate)
        return None if statement is None else self._compiled({id(own): statement}, slice_, parameters)

    def statement(self, candidate: Candidate) -> tree.Statement | None:
        """The statement with the fault, parsed anew from its text; None if it cannot be read."""
        own = self.files[candidate.file].statements[candidate.statement].span
        span, text = candidate.change.span, own.source.text
        end = max(own.end, span.end)
        piece = text[own.start : span.start] + candidate.change.text + text[span.end : end]
        report = Report()
        statements = parse(Source(own.source.name, piece), report).statements
        return statements[0] if len(statements) == 1 and not report.has_errors else None

    def reaches_invariant(self, candidate: Candidate) -> bool:
        """Whether an invariant may come out otherwise."""
        return self.slices.reaches_invariant(self._of(candidate))

    def _of(self, candidate: Candidate) -> tree.Statement:
        return self.files[candidate.file].statements[candidate.statement]

    def _compiled(
        self, others: Mapping[int, tree.Statement], among: frozenset[int] | None, parameters: Mapping[str, str]
    ) -> Network | None:
        """The network of some statements, or of all: others in the place of some, and without the examples."""
        files: list[tree.File] = []
        number = 0
        for file in self.files:
            kept: list[tree.Statement] = []
            for statement in file.statements:
                if not isinstance(statement, tree.Example):
                    if among is None or number in among:
                        kept.append(others.get(id(statement), statement))
                    number += 1
            files.append(replace(file, statements=tuple(kept)))
        guideline = resolve(files, Report(), parameters, self._value_sets, self._adaptation)
        return None if guideline is None else compile_network(guideline, hashed=False)

    def _uses(self, statement: tree.Statement) -> bool:
        """Whether the guideline uses what a vocabulary declares there."""
        name = getattr(statement, "name", None)
        network = self.network
        parameters = {parameter.name for parameter in network.parameters}
        return isinstance(name, tree.Identifier) and (
            name.name in network.facts or name.name in network.derived or name.name in parameters
        )


def settings_of(example: tree.Example) -> Settings:
    """The parameters that an example sets, as the language writes them."""
    return tuple(sorted((s.parameter.name, print_parameter_value(s.value)) for s in example.settings))


def _once(changes: Iterator[Change]) -> Iterator[Change]:
    """Each text once, whatever faults lead to it."""
    seen: set[str] = set()
    for change in changes:
        text = change.applied().text
        if text not in seen and text != change.span.source.text:
            seen.add(text)
            yield change
