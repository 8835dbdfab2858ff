"""A value set as a guideline uses it, and what a file says about one before it is known to be whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.diagnostics import did_you_mean
from guidelang.terminology.code import Code, ListedCode
from guidelang.terminology.form import is_spoiled
from guidelang.terminology.system import BUILT_IN_SYSTEMS, named_system, word_for


@dataclass(frozen=True, slots=True)
class ValueSet:
    """All codes of one version of a published value set; never empty, never a part of it."""

    url: str
    version: str | None
    title: str | None
    codes: tuple[ListedCode, ...]
    notes: tuple[str, ...] = ()  # what somebody who uses it should know


@dataclass(frozen=True, slots=True)
class Part:
    """An `include` or `exclude` of a definition: the codes that it lists and that are in each set it names.

    Attributes:
        codes: None where nothing is listed, so that all codes of the named sets count.
        sets: canonical URLs, with the version after `|` where one is named.
        system: a whole code system, or what the named sets have of it.
        problem: why nobody can say from the file alone which codes these are.
    """

    codes: tuple[ListedCode, ...] | None = None
    sets: tuple[str, ...] = ()
    system: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """What one file says about one value set.

    Attributes:
        codes: all of its codes, where the file lists them all; None where it does not.
        problem: why it does not.
        include, exclude: how the set is defined, for sets whose codes the file does not list.
        contradiction: what of the file contradicts itself, so that it is open which codes are meant.
        notes: what somebody who uses it should know.
    """

    url: str
    version: str | None
    title: str | None
    file: str
    codes: tuple[ListedCode, ...] | None
    problem: str | None = None
    include: tuple[Part, ...] = ()
    exclude: tuple[Part, ...] = ()
    contradiction: str | None = None
    notes: tuple[str, ...] = ()


LackWord: TypeAlias = Literal["missing", "incomplete", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a value set cannot be used. `detail` says more, as prose; it may be empty."""

    url: str
    version: str | None
    what: LackWord
    detail: str

    @property
    def name(self) -> str:
        return self.url if self.version is None else f"{self.url} version {self.version}"


def listed_code(system: str, code: str, display: str | None) -> ListedCode | str:
    """A code as a file has it, or what is wrong with it."""
    uri = named_system(system)
    if uri is None:
        near = did_you_mean(system, BUILT_IN_SYSTEMS)
        return f"`{system}` is no code system: give its URI" + (f"; {near}" if near else "")
    found = Code(uri, code)
    if is_spoiled(found):
        return f"the code `{code}` of {word_for(uri)} is a number as a spreadsheet writes it"
    return ListedCode(found, display)


def unique(codes: tuple[ListedCode, ...]) -> tuple[ListedCode, ...]:
    """Each code once, with the first of its labels, in canonical order: how a file orders them says nothing."""
    found: dict[Code, ListedCode] = {}
    for listed in codes:
        found.setdefault(listed.code, listed)
    return tuple(found[code] for code in sorted(found))
