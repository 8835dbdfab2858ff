"""An adapting guideline against another version of what it adapts: which changes still fit, and which to read again.

A change that no longer fits is an error where it stands, as it is whenever the guideline is loaded. One that fits, but
touches what is not what it was when the change was written, is a warning (G225) with what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guidelang.diagnostics import Diagnostic, Note, Report, Severity
from guidelang.diff.edition import Edition
from guidelang.diff.local import about
from guidelang.diff.text import compare_text
from guidelang.model.adaptation import Adaptation, LocalChange, Touched
from guidelang.model.changes import key_of, name_span
from guidelang.model.loading import load
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
        adapted = "no guideline" if adapt is None else f"`{adapt.base}`"
        raise ValueError(
            f"`{where}` adapts {adapted}, and `{other}` is {'no guideline' if base is None else base.name}"
        )
    value_sets = value_sets_of((*files, *bases), valuesets)
    model = load(files, report, value_sets=value_sets, against=bases)
    changes = [each for each in statements if isinstance(each, tree.LocalChange)]
    misfits = [each for each in changes if _has_error(each, report)]
    anew: list[LocalChange] = []
    if model is not None and model.adaptation is not None:
        before = base_of(adapt.base.name, adapt.version, files[0], Report()).sources
        old, new = (_edition(sources, valuesets) for sources in (before, bases))
        anew = list(_to_read(model, old, new, report))
    return Against(
        f"{head.name} {head.version}",
        f"{base.name} {base.version}",
        len(changes),
        len(misfits),
        len(anew),
        report.sorted(),
    )


def _to_read(model: Guideline, old: Edition | None, new: Edition | None, report: Report) -> Iterator[LocalChange]:
    """The changes that touch what was changed between the editions, with a warning each."""
    adaptation = model.adaptation
    assert adaptation is not None
    texts = compare_text(old, new) if old is not None and new is not None else ()
    if old is None:
        report.warning(
            "G225",
            f"the version of `{adaptation.base}` that was adapted is not at hand, so nothing is compared with it",
            adaptation.span,
            suggestion="put it into a folder beside this one, and read each change again where it is not",
        )
    for change in adaptation.changes:
        warned = False
        for touched in change.touched:
            if change.guideline != model.name or (touched.sort, touched.how) == ("example", "amended"):
                continue
            sentences = [each.sentence for each in about(touched, texts)]
            now = None if new is None else _declared(touched, new)
            if now is not None and _says_so(touched, now, model):
                report.warning(
                    "G225",
                    f"`{adaptation.base}` {adaptation.version} says so itself",
                    touched.span,
                    notes=[Note("here", name_span(now))],
                    suggestion="this part of the change is no longer needed",
                )
                warned = True
            elif sentences:
                report.warning(
                    "G225",
                    f"`{adaptation.base}` {adaptation.version} has changed what is {touched.how} here",
                    touched.span,
                    expected="; ".join(sentences),
                    notes=[] if now is None else [Note("as it is now", name_span(now))],
                    suggestion=_advice(adaptation, touched),
                )
                warned = True
        if warned:
            yield change


def _advice(adaptation: Adaptation, touched: Touched) -> str:
    if touched.how == "amended":
        return "read it again: what is amended now stands beside other conditions"
    return f"read it again; if it still stands, write `version {adaptation.version}` after `adapt {adaptation.base}`"


def _says_so(touched: Touched, now: tree.Statement, model: Guideline) -> bool:
    """Whether the other version declares what the change makes of the one that was adapted."""
    if touched.how == "set" and isinstance(now, tree.Parameter):
        mine = model.symbols.parameters.get(touched.name)
        return mine is not None and mine.declaration.value == now.value
    if touched.how != "replaced":
        return False
    return any(statement == now for file in model.files for statement in file.statements if statement is not now)


def _declared(touched: Touched, edition: Edition) -> tree.Statement | None:
    for file in edition.model.files:
        for statement in file.statements:
            if key_of(statement) == (touched.sort, touched.name):
                return statement
    return None


def _edition(sources: tuple[Source, ...], valuesets: Iterable[str | Path]) -> Edition | None:
    model = load(sources, Report(), value_sets=value_sets_of(sources, valuesets)) if sources else None
    return None if model is None else Edition(sources[0].name, model, compile_network(model))


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
