"""Trees of why without days and entries: for a reader who knows for which day the patients were evaluated.

Moved dates hide nothing from that reader, since each entry tells how old it is.
"""

from __future__ import annotations

import re

from guidelang.trace.document import IntervalDocument, WhyNode
from guidelang.trace.redact.sentences import REMOVED

_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?\b", re.ASCII)
_SET_BY_SITE = "set by the site"


def outline(node: WhyNode) -> WhyNode:
    """A redacted tree with nothing left but conditions, values that are no days, and words of reasons."""
    hidden = _has_day(node.value, node.interval) or (node.kind == "parameter" and _SET_BY_SITE in node.details)
    return node.model_copy(
        update={
            "value": REMOVED if hidden else node.value,
            "interval": None if hidden else node.interval,
            "results": [],
            "details": [],
            "children": [outline(child) for child in node.children],
        }
    )


def _has_day(value: str | None, between: IntervalDocument | None) -> bool:
    texts = (value, *(() if between is None else (between.low, between.high)))
    return any(text is not None and _DAY.match(text) for text in texts)
