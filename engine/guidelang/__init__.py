"""guidelang: a language and an engine for clinical guidelines.

    import guidelang

    guideline = guidelang.load("calciphylaxis")
    result = guideline.evaluate({"phosphorus": "6.8 mg/dL", "dialysis": True}, as_of="2024-06-01")
    print(result)                          # the page a clinician reads
    print(result.why("lower_phosphorus"))  # the tree of why

Importing this module is quick; what loading a guideline needs is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from guidelang.version import __version__

if TYPE_CHECKING:
    from guidelang.diagnostics import Diagnostic, GuidelineError, Report
    from guidelang.guideline import Guideline, load
    from guidelang.lint import Level
    from guidelang.result import Explanation, Result
    from guidelang.run.outcome import Advice, Missing, Outcome, ScopeStatus, Status
    from guidelang.trace.document import ExplainDocument, TraceDocument
    from guidelang.trace.redact import Redaction

__all__ = [
    "Advice",
    "Diagnostic",
    "ExplainDocument",
    "Explanation",
    "Guideline",
    "GuidelineError",
    "Level",
    "Missing",
    "Outcome",
    "Redaction",
    "Report",
    "Result",
    "ScopeStatus",
    "Status",
    "TraceDocument",
    "__version__",
    "load",
]

_HOME = {
    "Advice": "guidelang.run.outcome",
    "Diagnostic": "guidelang.diagnostics",
    "ExplainDocument": "guidelang.trace.document",
    "Explanation": "guidelang.result",
    "Guideline": "guidelang.guideline",
    "GuidelineError": "guidelang.diagnostics",
    "Level": "guidelang.lint",
    "Missing": "guidelang.run.outcome",
    "Outcome": "guidelang.run.outcome",
    "Redaction": "guidelang.trace.redact",
    "Report": "guidelang.diagnostics",
    "Result": "guidelang.result",
    "ScopeStatus": "guidelang.run.outcome",
    "Status": "guidelang.run.outcome",
    "TraceDocument": "guidelang.trace.document",
    "load": "guidelang.guideline",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
