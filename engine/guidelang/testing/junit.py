"""A run of examples as JUnit XML, in the form that GitLab, Jenkins and others read.

Nobody has laid that form down; what they all understand is a `testsuites` with a `testsuite` for each file, and in it a
`testcase` for each example, with one `failure` if it failed. What is wrong with a guideline, so that its examples could
not be run, is an `error`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

from guidelang.diagnostics import Diagnostic, Severity
from guidelang.testing.cases import Case, FailedExpectation
from guidelang.testing.document import by_file
from guidelang.testing.why_lines import why_lines
from guidelang.trace.document import WhyNode

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(cases: Sequence[Case], findings: Iterable[Diagnostic] = ()) -> str:
    """The XML document. `findings` are those of the guidelines; the errors among them become cases of their own."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    failed = sum(not case.passed for case in cases)
    root = ET.Element("testsuites", _counts(len(cases) + len(errors), failed, len(errors), cases, name="guidelang"))
    for file, some in by_file(cases):
        failed = sum(not case.passed for case in some)
        suite = ET.SubElement(root, "testsuite", _counts(len(some), failed, 0, some, name=file))
        for case in some:
            _case(suite, case)
    by_place: dict[str, list[Diagnostic]] = {}
    for error in errors:
        by_place.setdefault(error.span.source.name if error.span is not None else error.file or "", []).append(error)
    for file, found in by_place.items():
        suite = ET.SubElement(root, "testsuite", _counts(len(found), 0, len(found), (), name=file))
        for error in found:
            _error(suite, file, error)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(tests: int, failures: int, errors: int, cases: Sequence[Case], *, name: str) -> dict[str, str]:
    return {
        "name": _clean(name),
        "tests": str(tests),
        "failures": str(failures),
        "errors": str(errors),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _case(suite: ET.Element, case: Case) -> None:
    element = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": _clean(f"{case.guideline} {case.version}"),
            "name": _clean(case.name),
            "file": _clean(case.span.source.name),
            "line": str(case.span.line),
            "time": f"{case.seconds:.3f}",
        },
    )
    if case.passed:
        return
    more = f" (and {len(case.failed) - 1} more)" if len(case.failed) > 1 else ""
    failure = {"type": "expectation", "message": _clean(f"{case.failed[0].failure}{more}")}
    shown: list[WhyNode] = []
    told = [text for failed in case.failed for text in _told(failed, shown)]
    told += [f"not used: {remark}" for remark in case.remarks]
    ET.SubElement(element, "failure", failure).text = _clean("\n".join(told))


def _error(suite: ET.Element, file: str, error: Diagnostic) -> None:
    place = {"classname": _clean(file), "name": f"{error.code} the guideline", "file": _clean(file)}
    if error.span is not None:
        place["line"] = str(error.span.line)
    element = ET.SubElement(suite, "testcase", {**place, "time": "0.000"})
    told = [str(error.span) if error.span is not None else file, error.message]
    told += [f"expected: {error.expected}"] if error.expected else []
    told += [f"help: {error.suggestion}"] if error.suggestion else []
    cause = {"type": error.code, "message": _clean(error.message)}
    ET.SubElement(element, "error", cause).text = _clean("\n".join(told))


def _told(failed: FailedExpectation, shown: list[WhyNode]) -> Iterator[str]:
    """A failure with its trees, each where it comes first; `shown` takes them."""
    yield f"{failed.failure.span}: {failed.failure}"
    for why in failed.whys:
        told = why_lines(why)
        yield from (f"  {each}" for each in (told if why not in shown else [f"{told[0]} (shown above)"]))
        shown.append(why)


def _clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
