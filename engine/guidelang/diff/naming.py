"""Which name of the old edition is which name of the new one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pairs:
    """Declarations of one sort: those in both editions, by old and new name, and those in one alone."""

    both: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def renamed(self) -> dict[str, str]:
        return {old: new for old, new in self.both if old != new}


@dataclass(frozen=True, slots=True)
class Names:
    """Old name to new name, by name space; filled sort by sort, since content is compared name for name.

    `expression` has facts, derived facts, conclusions and parameters, `targets` interventions.
    """

    expression: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)

    def spaces(self) -> tuple[dict[str, str], ...]:
        return (self.expression, self.lists, self.targets, self.rules, self.sources, self.systems, self.choices)

    def any(self, old: str, new: str) -> bool:
        """Whether a name was paired with another one, whatever it names: its place says what that may be."""
        return any(space.get(old) == new for space in self.spaces())

    def reversed(self) -> Names:
        return Names(*({new: old for old, new in space.items()} for space in self.spaces()))
