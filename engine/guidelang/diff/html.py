"""A difference as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from guidelang.diff import effect as effects
from guidelang.diff.build import asides, by_part, data_remarks, is_changed, local, others, place, verdict, witnesses
from guidelang.diff.document import DiffDocument, EffectDocument
from guidelang.trace.pages.html import render

TEMPLATES = Path(__file__).parent / "templates"


def diff_html(document: DiffDocument, chart: str | None = None) -> str:
    """The page, in the style of traces: it loads nothing and runs nothing.

    Args:
        chart: the effect as a picture (`data:` address).
    """
    advice = [] if document.meaning is None else document.meaning.advice
    return render(
        "diff.html.jinja",
        TEMPLATES,
        document=document,
        verdict=verdict(document),
        changed=[
            {"change": each, "asides": asides(each), "witnesses": list(witnesses(each))}
            for each in advice
            if is_changed(each)
        ],
        same=[each.advice for each in advice if not is_changed(each)],
        effect=None if document.effect is None else _effect(document.effect),
        chart=chart,
        data=list(data_remarks(document)),
        local=[
            (each, [{"pieces": quoted(change.sentence), "place": place(change)} for change in changes])
            for each, changes in local(document)
        ],
        others=others(document),
        parts=[
            (title, [{"pieces": quoted(each.sentence), "place": place(each)} for each in changes])
            for title, changes in by_part(document)
        ],
    )


def _effect(effect: EffectDocument) -> dict[str, object]:
    header, rows = effects.table(effect)
    return {
        "heading": effects.heading(effect),
        "lines": [quoted(line) for line in effects.headlines(effect)],
        "header": header,
        "rows": rows,
        "same": effects.unchanged_pieces(effect),
        "reasons": [(each.advice, told) for each in effect.advice if (told := list(effects.reasons(each)))],
        "responsible": [(words, [quoted(each) for each in changes]) for words, changes in effects.responsible(effect)],
    }


def quoted(sentence: str) -> list[str]:
    """A sentence taken apart at its backquotes: every second piece is of the language."""
    pieces = sentence.split("`")
    return pieces if len(pieces) % 2 else [sentence]
