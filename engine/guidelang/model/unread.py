"""What follows only from a statement that could not be read, and is therefore not said.

A declaration with a syntax error declares nothing, one whose value has a fault has no type, and a vocabulary that is
not found holds nothing. That a name of theirs is then unknown elsewhere is no second mistake, and advice to declare it
would mislead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from guidelang.diagnostics import Diagnostic, Report
from guidelang.source import Source, Span
from guidelang.syntax import tree

_ABOUT_UNKNOWN_NAMES = frozenset({"G201", "G208", "G209", "G213", "G404"})
_NO_VOCABULARY = "G206"
_DECLARES = (
    "codes", "conclude", "define", "fact", "intervention", "parameter", "rule", "score", "source", "system", "table",
)  # fmt: skip
_DECLARATION = re.compile(
    rf"^[ \t]*(?:(?:set|replace|add)[ \t]+)?(?:{'|'.join(_DECLARES)})[ \t]+([^\W\d][\w-]*)", re.MULTILINE
)
_NEXT_NAME = re.compile(r"[ \t]+([^\W\d]\w*)")


def drop_consequences(files: Iterable[tree.File], unresolved: Set[str], report: Report) -> None:
    """Takes out of the report that a name is unknown which a statement declares that could not be read.

    `unresolved` are names that are declared with a fault, so that nothing is known of them.
    """
    report.findings[:] = [finding for finding in report.findings if not _is_about(finding, unresolved)]
    if any(finding.code == _NO_VOCABULARY for finding in report.findings):
        # any name may be one of the vocabulary that was not found; only a near miss of a known one is a fault for sure
        report.findings[:] = [finding for finding in report.findings if not _may_be_in_vocabulary(finding)]
    faults = [finding for finding in report.findings if finding.code.startswith("G1") and finding.span is not None]
    if not faults:
        return
    written = {name for file in files for name in _DECLARATION.findall(file.span.source.text)}
    unread = {name.replace("-", "_") for name in written}  # a hyphen is a fault, and told as one
    unread.update(name for fault in faults if (name := _misspelled_declaration(fault)) is not None)
    unread -= {name for file in files for statement in file.statements for name in _names(statement)}
    report.findings[:] = [finding for finding in report.findings if not _is_about(finding, unread)]


def _names(statement: tree.Statement) -> Iterator[str]:
    """The names that a statement declares."""
    match statement:
        case tree.Guideline() | tree.Vocabulary():
            yield from (source.name.name for source in statement.sources)
        case tree.Rule():
            yield statement.name.name
            yield from (name.name for name in statement.concludes)
        case (
            tree.Fact() | tree.Define() | tree.Score() | tree.Table() | tree.Parameter() | tree.Codes()
            | tree.Intervention() | tree.System()
        ):  # fmt: skip
            yield statement.name.name


def stand_in_head(source: Source) -> tree.Guideline:
    """A head for a file whose own could not be read, so that the rest of it is checked in the same run."""
    nowhere = Span(source, 0, 0)
    return tree.Guideline(span=nowhere, name=tree.Identifier("unread", span=nowhere), version="0")


def _misspelled_declaration(fault: Diagnostic) -> str | None:
    """`weight` of `fcat weight is …`."""
    if fault.span is None or not any(f"`{word}`" in (fault.suggestion or "") for word in _DECLARES):
        return None
    found = _NEXT_NAME.match(fault.span.source.text, fault.span.end)
    return found[1] if found else None


def _may_be_in_vocabulary(finding: Diagnostic) -> bool:
    near = finding.suggestion is not None and finding.suggestion.startswith("did you mean")
    return finding.code in _ABOUT_UNKNOWN_NAMES and not near


def _is_about(finding: Diagnostic, names: Set[str]) -> bool:
    if finding.code not in _ABOUT_UNKNOWN_NAMES or finding.span is None:
        return False
    return finding.span.text.strip("{}") in names
