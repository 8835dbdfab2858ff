"""HTML from the templates beside this file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.trace import local, phrases
from guidelang.trace.document import ExplainDocument, GuidelineDocument, TraceDocument
from guidelang.trace.first import no_set
from guidelang.trace.lines import line
from guidelang.trace.pages.scale import WIDTH, sign
from guidelang.trace.pages.view import PatientView, problem_groups, site_settings

if TYPE_CHECKING:
    from jinja2 import Environment

    from guidelang.network.ir import Network

TEMPLATES = Path(__file__).parent / "templates"
HASH_DIGITS = 12


def trace_page(documents: Iterable[TraceDocument]) -> str:
    """One self-contained page for one patient or for several of one run; several have a table of contents.

    Raises:
        ValueError: if there is no document.
    """
    views = [PatientView(document) for document in documents]
    if not views:
        raise ValueError("there is no patient to show")
    return render(
        "trace.html.jinja",
        guideline=views[0].document.guideline,
        patients=views,
        site=site_settings(views),
    )


def explain_page(document: ExplainDocument) -> str:
    """One self-contained page about a rule, a derived fact or the scope."""
    return render("explain.html.jinja", guideline=document.guideline, document=document)


def trace_fragment(document: TraceDocument) -> str:
    """What a notebook shows of a result: advice, conflicts, what is open. No page of its own; its style comes along."""
    return render("trace_fragment.html.jinja", guideline=document.guideline, patient=PatientView(document))


def explain_fragment(document: ExplainDocument) -> str:
    """What a notebook shows of an explanation."""
    return render("explain_fragment.html.jinja", guideline=document.guideline, document=document)


def guideline_fragment(guideline: GuidelineDocument, network: Network) -> str:
    """What a notebook shows of a guideline: its rules and its facts."""
    return render("guideline_fragment.html.jinja", guideline=guideline, network=network)


def render(template: str, folder: Path = TEMPLATES, **values: object) -> str:
    """A page from a template in a folder, which may extend `base.html.jinja`: the same style, the same safety."""
    style, digest = _style()
    page = environment(folder).get_template(template).render(style=style, style_digest=digest, **values)
    return page.strip() + "\n"


@lru_cache(maxsize=1)
def _style() -> tuple[str, str]:
    """The style sheet, and its digest as a content security policy names it."""
    text = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache
def environment(folder: Path) -> Environment:
    """Templates of a folder, which may extend those of this package: texts are escaped and cleaned."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(list(dict.fromkeys((folder, TEMPLATES)))),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= _FILTERS
    made.globals |= {"hash_digits": HASH_DIGITS, "scale_width": WIDTH, "redacted_words": phrases.REDACTED}
    return made


def _safe(value: object) -> object:
    """Texts without control characters and bidirectional overrides; nothing for None. What is Markup is our own."""
    if value is None:
        return ""
    return phrases.clean(value) if type(value) is str else value


def _breakable(name: str) -> object:
    """A long name, with leave to break it behind each underscore."""
    from markupsafe import Markup, escape

    return Markup("_<wbr>").join(escape(part) for part in phrases.clean(name).split("_"))


_FILTERS: Mapping[str, object] = {
    "tree": line,
    "breakable": _breakable,
    "headline": phrases.headline,
    "violation": phrases.violation,
    "grading": phrases.grading,
    "citations": phrases.citations,
    "missing": phrases.missing,
    "no_set": no_set,
    "sign": sign,
    "spaced": lambda name: name.replace("_", " "),
    "problem_groups": problem_groups,
    "interval": phrases.interval,
    "measure": phrases.measure,
    "adapted": local.heading,
    "change": lambda change: list(local.told(change)),
    "changes": local.of_rules,
}
