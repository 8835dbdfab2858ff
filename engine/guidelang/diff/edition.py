"""An edition: one guideline, checked and compiled, and how its places are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from guidelang.model.symbols import Guideline
from guidelang.network.ir import Network
from guidelang.source import Span
from guidelang.syntax import tree


@dataclass(frozen=True)
class Edition:
    """One of the two guidelines that are compared.

    Attributes:
        name: as the user named it: a path, `ckd_mbd@2017`, `HEAD~1:guidelines/calciphylaxis`.
        model: the checked guideline, whose trees are compared by text.
        network: the compiled guideline, which is compared by meaning.
        folders: a folder that files were read from, and how it is shown instead (`HEAD~1:guidelines`).
    """

    name: str
    model: Guideline
    network: Network
    folders: tuple[tuple[str, str], ...] = ()

    def place(self, span: Span | None) -> str | None:
        """`file:line`, as a reader finds it again."""
        return None if span is None else f"{shown(span.source.name, self.folders)}:{span.line}"

    @cached_property
    def own(self) -> tuple[tree.Statement, ...]:
        """What the guideline's own files state; of a vocabulary that is compared itself, what that one states."""
        files = self.model.files
        if self.model.vocabulary is not None:
            return files[0].statements
        return tuple(
            statement
            for file in files
            if not any(isinstance(each, tree.Vocabulary) for each in file.statements)
            for statement in file.statements
        )

    @cached_property
    def vocabularies(self) -> dict[str, tree.Vocabulary]:
        """The vocabularies that were loaded, but for one that is itself compared."""
        found = [each for file in self.model.files for each in file.statements if isinstance(each, tree.Vocabulary)]
        return {each.name.name: each for each in found if each.name.name != self.model.name}


def shown(name: str, folders: tuple[tuple[str, str], ...]) -> str:
    """The name of a file, with the folder that it was read from replaced by what stands for it."""
    for folder, instead in folders:
        if name.startswith(folder):
            return instead + name[len(folder) :].replace("\\", "/")
    return name
