"""A guideline, the one that it adapts, the one that this adapts …: each with its files.

What an adapting guideline states beside its head stands in changes, so that nothing is changed without a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.locate import base_of, head_of, shipped_guidelines
from guidelang.source import Source
from guidelang.syntax import parse, tree

_FREE = (tree.Guideline, tree.Part, tree.Use, tree.System, tree.Adapt, tree.LocalChange, tree.Example)
"""What an adapting guideline states outside of changes: it changes nothing by itself."""

_ADDED = (tree.Parameter, tree.Fact, tree.Codes, tree.Intervention, tree.Define, tree.Score, tree.Table, tree.Rule)


@dataclass(frozen=True, slots=True)
class Level:
    """One guideline: its head, its own files, and its `adapt`, if it has one."""

    head: tree.Guideline
    adapt: tree.Adapt | None
    files: tuple[tree.File, ...]

    @property
    def changes(self) -> list[tree.LocalChange]:
        return [each for file in self.files for each in file.statements if isinstance(each, tree.LocalChange)]


def levels_of(
    head: tree.Guideline, files: Sequence[tree.File], report: Report, against: tuple[Source, ...] = ()
) -> list[Level] | None:
    """The guideline first, then what it adapts, down to one that adapts nothing.

    None, with an error in the report, if a guideline that is adapted is not there (G220) or of another version (G221).
    `against` are files that stand in place of the guideline that the first one adapts, whatever their version.
    """
    levels = [_level(head, files, report)]
    while (adapt := levels[-1].adapt) is not None:
        sources = (against if len(levels) == 1 else ()) or _sources(adapt, report)
        if not sources:
            return None
        parsed = [parse(source, report) for source in sources]
        found = next((s for s in parsed[0].statements if isinstance(s, tree.Guideline)), None)
        if found is None:
            return None
        if found.name.name in {level.head.name.name for level in levels}:
            report.error(
                "G223",
                f"`{found.name}` would adapt itself",
                adapt.base.span,
                suggestion="give what is adapted another name than what it adapts: they are two guidelines",
            )
            return None
        levels.append(_level(found, parsed, report))
    return levels


def _level(head: tree.Guideline, files: Sequence[tree.File], report: Report) -> Level:
    adapts = [each for file in files for each in file.statements if isinstance(each, tree.Adapt)]
    for again in adapts[1:]:
        report.error(
            "G223",
            "a guideline adapts one other guideline",
            again.span,
            notes=[Note("here it adapts one", adapts[0].span)],
        )
    level = Level(head, adapts[0] if adapts else None, tuple(files))
    if level.adapt is None:
        for change in level.changes[:1]:
            report.error(
                "G223",
                "this change is one of no guideline",
                change.name.span,
                expected="`adapt` with the guideline and its version before the changes, e.g. "
                "`adapt calciphylaxis version 1.0.0`",
            )
    elif any(isinstance(each, tree.Vocabulary) for each in files[0].statements):
        report.error("G223", "a vocabulary adapts no guideline", level.adapt.span)
    else:
        _check_outside(level, report)
    return level


def _check_outside(level: Level, report: Report) -> None:
    """Nothing is changed outside of a change. Where a file has syntax errors, the line before may be at fault."""
    assert level.adapt is not None
    if level.head.applies_to is not None:
        report.error(
            "G223",
            f"the scope is that of `{level.adapt.base}`",
            level.head.applies_to.span,
            suggestion="narrow it in a change: `applies only to` and the condition",
        )
    faulty = {d.span.source.name for d in report.findings if d.code.startswith("G1") and d.span is not None}
    for file in level.files:
        for statement in file.statements:
            if isinstance(statement, _FREE) or file.span.source.name in faulty:
                continue
            report.error(
                "G223",
                "this stands in no change, so nobody learns why",
                statement.name.span if isinstance(statement, (*_ADDED, tree.Vocabulary)) else statement.span,
                expected="a change with its reason, and `set`, `replace` or `add` before the statement",
            )


def _sources(adapt: tree.Adapt, report: Report) -> tuple[Source, ...]:
    name, user = adapt.base.name, adapt.span.source
    found = base_of(name, adapt.version, user, report)
    if found.sources:
        return found.sources
    if found.versions:
        there = ", ".join(f"{name} {version}" for version in found.versions)
        here = user.name if head_of(user) is not None and not user.name.startswith("<") else "FILE"
        report.error(
            "G221",
            f"there is no version {adapt.version} of `{name}`",
            adapt.span,
            expected=f"a version that is there: {there}",
            suggestion=f"see whether the changes still fit: `guidelang check {here} --against {name}"
            f"@{found.versions[0]}`; then write that version here",
        )
    else:
        names = list(shipped_guidelines())
        report.error(
            "G220",
            f"there is no guideline `{name}` to adapt",
            adapt.base.span,
            expected=f"a guideline of that name in this folder, in a folder `{name}` here or beside it, "
            f"or a shipped one: {', '.join(names)}",
            suggestion=did_you_mean(name, names),
        )
    return ()
