"""Documents as pages to pass on: one self-contained HTML page, or Markdown.

An HTML page loads nothing and runs nothing: no script, no font, no image from anywhere, and a policy in its head that
forbids the browser to. Whatever a record or guideline says is escaped by the templates (autoescape is on, and nothing
is marked as safe but what this package writes itself).
"""

from guidelang.trace.pages.html import (
    explain_fragment,
    explain_page,
    guideline_fragment,
    trace_fragment,
    trace_page,
)
from guidelang.trace.pages.markdown import explain_markdown, trace_markdown

__all__ = [
    "explain_fragment",
    "explain_markdown",
    "explain_page",
    "guideline_fragment",
    "trace_fragment",
    "trace_markdown",
    "trace_page",
]
