"""Why, why not, what is missing and what would decide it: an evaluation made readable for people and programs.

`trace_document` turns an evaluation into the published document (`TraceDocument`; `guidelang schema trace` prints its
schema), and `explain_document` answers for one rule, derived fact or the scope at length. Everything that is rendered,
as text or otherwise, is rendered from these documents, so a program reads no less than a person.

Nothing is decided here: truths come from the evaluation. What is added is what a reader needs to trust them: which
branch decided, which entry of the record it came from, comparisons that the reported precision leaves at the border
(`precision`), and the facts worth finding out first (`deciding`).
"""

from guidelang.trace.build import SCOPE, explain_document, trace_document
from guidelang.trace.deciding import Bound, DecidingSet, DecidingSets, MeasureFirst, deciding_sets, measure_first
from guidelang.trace.document import ExplainDocument, TraceDocument, WhyNode
from guidelang.trace.precision import Borderline, Precision
from guidelang.trace.why import Why

__all__ = [
    "SCOPE",
    "Borderline",
    "Bound",
    "DecidingSet",
    "DecidingSets",
    "ExplainDocument",
    "MeasureFirst",
    "Precision",
    "TraceDocument",
    "Why",
    "WhyNode",
    "deciding_sets",
    "explain_document",
    "measure_first",
    "trace_document",
]
