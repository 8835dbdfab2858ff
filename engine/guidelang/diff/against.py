"""An adapting guideline against another version of what it adapts: which changes still fit, and which to read again.

A change that no longer fits is an error where it stands, as it is whenever the guideline is loaded. One that fits, but
touches what is not what it was when the change was written, or stands on something that means something else now, is a
warning (G225) with what changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from guidelang.diagnostics import Diagnostic, Note, Report, Severity
from guidelang.diff.change import TextChange
from guidelang.diff.edition import Edition
from guidelang.diff.local import about
from guidelang.diff.standing import Standing
from guidelang.diff.text import compare_text
from guidelang.model.adaptation import Adaptation, LocalChange, Touched
from guidelang.model.changes import key_of, name_span
from guidelang.model.loading import load, read_files
from guidelang.model.locate import base_of, sources_of, value_sets_of
from guidelang.model.symbols import Guideline
from guidelang.network import compile_network
from guidelang.source import Source, Span
from guidelang.syntax import parse, tree


@dataclass(frozen=True, slots=True)
class Against:
    """What became of the changes.

    Attributes:
        name: the adapting guideline, with its version.
        base: the other version of what it adapts, with its name.
        changes: how many changes there are; of these `misfits` no longer fit, and `anew` are to be read again.
        findings: all errors and warnings.
    """

    name: str
    base: str
    changes: int
    misfits: int
    anew: int
    findings: tuple[Diagnostic, ...]


def against(where: str | Path, other: str | Path, valuesets: Iterable[str | Path] = ()) -> Against:
    """Holds the changes of a guideline against another version of what it adapts.

    Args:
        where: the adapting guideline.
        other: the other version: a path, or a name such as `ckd_mbd@2017`.
        valuesets: files and folders with the value sets that code lists name.

    Raises:
        ValueError: if `where` adapts no guideline, or another one than `other` is.
    """
    report = Report()
    files, bases = sources_of(where, report), sources_of(other, report)
    if report.has_errors or not files or not bases:
        return Against(str(where), str(other), 0, 0, 0, report.sorted())
    parsed = [parse(source, Report()) for source in files]
    statements = [statement for file in parsed for statement in file.statements]
    adapt = next((each for each in statements if isinstance(each, tree.Adapt)), None)
    head, base = _head(statements), _head(parse(bases[0], Report()).statements)
    if adapt is None or head is None or base is None or base.name != adapt.base:
        named = "no guideline" if adapt is None else f"`{adapt.base}`"
        is_ = "no guideline" if base is None else f"`{base.name}`"
        raise ValueError(f"`{where}` adapts {named}, and `{other}` is {is_}")
    value_sets = value_sets_of((*files, *bases), valuesets)
    adapted = load(files, report, value_sets=value_sets, against=bases)
    changes = [each for each in statements if isinstance(each, tree.LocalChange)]
    misfits = [each for each in changes if _has_error(each, report)]
    read = read_files(files, Report(), bases)
    anew: list[LocalChange] = []
    if read is not None and read.adaptation is not None:
        before = base_of(adapt.base.name, adapt.version, files[0], Report()).sources
        old, new = (_edition(sources, valuesets) for sources in (before, bases))
        own = [each for each in read.adaptation.changes if each.guideline == head.name.name]
        wrong = {each.name.text for each in misfits}
        was = None if adapted is None else load(files, Report(), value_sets=value_sets_of(files, valuesets))
        pair = None if adapted is None or was is None else Standing(_compiled(files, was), _compiled(files, adapted))
        compared = _Compared(read.adaptation, read.files, old, new, pair)
        compared.tell_of_old(report)
        anew = [each for each in own if compared.warned(each, report) and each.name not in wrong]
    return Against(
        f"{head.name} {head.version}",
        f"{base.name} {base.version}",
        len(changes),
        len(misfits),
        len(anew),
        report.sorted(),
    )


@dataclass(frozen=True)
class _Compared:
    """What changed between the version that was adapted and the other one; in `files` the changes are made.

    In `adapted` they are made in both versions; it is None if they cannot be.
    """

    adaptation: Adaptation
    files: tuple[tree.File, ...]
    old: Edition | None
    new: Edition | None
    adapted: Standing | None

    @cached_property
    def texts(self) -> tuple[TextChange, ...]:
        return compare_text(self.old, self.new) if self.old is not None and self.new is not None else ()

    def tell_of_old(self, report: Report) -> None:
        """Says so where there is nothing to compare with."""
        if self.old is None:
            report.warning(
                "G225",
                f"the version of `{self.adaptation.base}` that was adapted is not at hand: nothing is compared with it",
                self.adaptation.span,
                suggestion="put it into a folder beside this one, and read each change again where it is not",
            )

    def warned(self, change: LocalChange, report: Report) -> bool:
        """Whether something that a change touches is not what it was; a warning for each such thing."""
        found = False
        for touched in change.touched:
            if touched.sort == "example" and touched.how in ("amended", "removed"):  # nothing is lost with it
                continue
            now = None if self.new is None else _declared(touched, self.new.model.files)
            if now is not None and touched.how in ("set", "replaced") and self._says_so(touched, now):
                report.warning(
                    "G225",
                    f"`{self.adaptation.base}` {self.adaptation.version} says so itself",
                    touched.span,
                    notes=[Note("here", name_span(now))],
                    suggestion="this part of the change is no longer needed",
                )
                found = True
                continue
            sentences = [each.sentence for each in about(touched, self.texts)]
            if sentences:
                report.warning(
                    "G225",
                    f"`{self.adaptation.base}` {self.adaptation.version} has changed what is {touched.how} here",
                    touched.span,
                    expected="; ".join(sentences),
                    notes=[] if now is None else [Note("as it is now", name_span(now))],
                    suggestion=_advice(self.adaptation, touched),
                )
                found = True
            found = self._stands_otherwise(touched, now, report) or found
        return found

    def _stands_otherwise(self, touched: Touched, now: tree.Statement | None, report: Report) -> bool:
        """Whether something that the touched thing stands on means something else now; a warning with all such things.

        What is removed stands on the versions as they are published; the rest on them with the changes made, where what
        the changes say themselves is the same in both.
        """
        if self.old is None or self.new is None or touched.sort == "example":  # examples are run, and tell by failing
            return False
        removed = touched.how == "removed"
        standing = Standing(self.old, self.new) if removed or self.adapted is None else self.adapted
        node = now if removed else _made(touched, self.files)
        own = () if removed else self._own
        moved = [] if node is None else [each for each in standing.changed(node) if each not in own]
        if not moved:
            return False
        told = [
            each
            for name in moved
            for each in self.texts
            if each.name == name and each.part != "example" and each.aspect not in ("label", "citation")
        ]
        places = {each.name: each for file in self.new.model.files for each in _named(file)}
        *others, last = (f"`{name}`" for name in moved)
        names = f"{', '.join(others)} and {last}" if others else last
        report.warning(
            "G225",
            f"{names}, on which this stands, {'has' if len(moved) == 1 else 'have'} changed in "
            f"`{self.adaptation.base}` {self.adaptation.version}",
            touched.span,
            expected="; ".join(each.sentence for each in told) or None,
            notes=[Note("as it is now", places[name].span) for name in moved if name in places],
            suggestion=f"read it again; if it still stands, {_take_it(self.adaptation)}",
        )
        return True

    @property
    def _own(self) -> frozenset[str]:
        """The names of what the changes declare: it is the same in both versions, whatever became of the rest."""
        how = ("set", "replaced", "added")
        return frozenset(each.name for change in self.adaptation.changes for each in change.touched if each.how in how)

    def _says_so(self, touched: Touched, now: tree.Statement) -> bool:
        """Whether the other version declares what the change makes of the one that was adapted."""
        mine = _declared(touched, self.files)
        if isinstance(mine, tree.Parameter) and isinstance(now, tree.Parameter):
            return mine.value == now.value
        return mine == now


def _advice(adaptation: Adaptation, touched: Touched) -> str:
    if touched.how == "amended":
        return "read it again: what is amended stands beside something else now"
    return f"read it again; if it still stands, {_take_it(adaptation)}"


def _take_it(adaptation: Adaptation) -> str:
    return f"write `version {adaptation.version}` after `adapt {adaptation.base}`"


def _made(touched: Touched, files: Iterable[tree.File]) -> tree.Node | None:
    """What a change makes of something: a declaration, or the condition of the scope."""
    for file in files:
        for statement in file.statements:
            if touched.sort == "scope" and isinstance(statement, tree.Guideline):
                return statement.applies_to
            if key_of(statement) == (touched.sort, touched.name) or statement.span == touched.span:
                return statement
    return None


def _named(file: tree.File) -> list[tree.Identifier]:
    names = [getattr(statement, "name", None) for statement in file.statements]
    return [name for name in names if isinstance(name, tree.Identifier)]


def _declared(touched: Touched, files: Iterable[tree.File]) -> tree.Statement | None:
    for file in files:
        for statement in file.statements:
            if key_of(statement) == (touched.sort, touched.name):
                return statement
    return None


def _edition(sources: tuple[Source, ...], valuesets: Iterable[str | Path]) -> Edition | None:
    model = load(sources, Report(), value_sets=value_sets_of(sources, valuesets)) if sources else None
    return None if model is None else _compiled(sources, model)


def _compiled(sources: tuple[Source, ...], model: Guideline) -> Edition:
    return Edition(sources[0].name, model, compile_network(model))


def _has_error(change: tree.LocalChange, report: Report) -> bool:
    """Whether an error stands in a change, or is one of what it touches."""
    places = (place for each in report.findings if each.severity is Severity.ERROR for place in _places(each))
    return any(
        place.source.name == change.span.source.name and change.span.start <= place.start < change.span.end
        for place in places
    )


def _places(finding: Diagnostic) -> list[Span]:
    return [*([finding.span] if finding.span is not None else []), *(note.span for note in finding.notes)]


def _head(statements: Iterable[tree.Statement]) -> tree.Guideline | None:
    return next((each for each in statements if isinstance(each, tree.Guideline)), None)
