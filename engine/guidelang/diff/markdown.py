"""A difference as Markdown: what a merge request shows as a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from guidelang.diff import effect as effects
from guidelang.diff.build import asides, by_part, data_remarks, is_changed, local, others, place, verdict, witnesses
from guidelang.diff.document import AdviceChangeDocument, DiffDocument, EffectDocument
from guidelang.trace.pages.markdown import escaped
from guidelang.trace.phrases import clean

HASH_DIGITS = 12


def diff_markdown(document: DiffDocument) -> str:
    """The page as Markdown (CommonMark); patients are folded where the reader knows HTML's `details`."""
    return "\n".join(_lines(document)).strip() + "\n"


def sentence(text: str) -> str:
    """A sentence whose pieces of the language stand in backquotes; everything else means nothing in Markdown."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # a backquote of the text itself
        return escaped(text)
    return "".join(_piece(piece, number % 2 == 1) for number, piece in enumerate(pieces))


def code(text: str) -> str:
    """A code span, whatever stands in it."""
    one_line = " ".join(clean(text).split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", one_line)), default=0))
    blank = " " if one_line.startswith("`") or one_line.endswith("`") else ""
    return f"{fence}{blank}{one_line}{blank}{fence}" if one_line else ""


def _piece(text: str, quoted: bool) -> str:
    if quoted:
        return code(text)
    before, after = (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]) if text.strip() else (text, "")
    return f"{before}{escaped(text)}{after}"


def _lines(document: DiffDocument) -> Iterator[str]:
    old, new = document.old, document.new
    name = old.name if old.name == new.name else f"{old.name} and {new.name}"
    yield f"# {escaped(name)}: {escaped(old.version)} to {escaped(new.version)}\n"
    yield f"**{escaped(verdict(document))}.**\n"
    for word, edition in (("Old", old), ("New", new)):
        yield f"- {word}: {code(edition.given)} (#{edition.hash[:HASH_DIGITS]})"
    if document.meaning is not None:
        yield "\n## Meaning\n"
        for change in document.meaning.advice:
            if is_changed(change):
                yield from _advice(change)
        same = [escaped(each.advice) for each in document.meaning.advice if not is_changed(each)]
        if same:
            yield f"- Same: {', '.join(same)}"
    if document.effect is not None:
        yield from _effect(document.effect)
    remarks = list(data_remarks(document))
    if remarks:
        yield "\n## Data\n"
    for words, names in remarks:
        yield f"- {words}: {', '.join(map(escaped, names))}"
    if document.local_changes:
        yield f"\n## Local changes ({len(document.local_changes)})"
    for local_change, changes in local(document):
        yield f"\n**{escaped(local_change.name)}**: {escaped(local_change.reason)}\n"
        for each in changes:
            yield f"- {sentence(each.sentence)} ({code(place(each))})"
    yield f"\n## Text ({others(document)})"
    for title, changes in by_part(document):
        yield f"\n### {title}\n"
        for each in changes:
            yield f"- {sentence(each.sentence)} ({code(place(each))})"


def _advice(change: AdviceChangeDocument) -> Iterator[str]:
    yield f"- **{escaped(change.advice)}**: {escaped(change.words)}"
    told = "; ".join(map(escaped, asides(change)))
    if told:
        yield f"  ({told})"
    for words, witness in witnesses(change):
        yield f"\n  <details><summary>{_in_html(f'{words}: {witness.summary}, on {witness.as_of}')}</summary>\n"
        yield from _block("yaml" if witness.example else "json", witness.patient)  # of a record there is no example
        yield from _block("text", witness.example) if witness.example else ()
        yield "  </details>"


def _effect(effect: EffectDocument) -> Iterator[str]:
    yield f"\n## Effect\n\n{escaped(effects.heading(effect))}.\n"
    for line in effects.headlines(effect):
        yield f"- {sentence(line)}"
    header, rows = effects.table(effect)
    if rows:
        yield f"\n| {' | '.join(header)} |"
        yield f"| --- |{' ---: |' * (len(header) - 1)}"
        yield from (f"| {' | '.join(map(escaped, row))} |" for row in rows)
    same = effects.unchanged_pieces(effect)
    if same:
        yield f"\nAs before: {', '.join(map(escaped, same))}"
    if reasons := [(each.advice, told) for each in effect.advice if (told := list(effects.reasons(each)))]:
        yield "\n### Reasons, counted\n"
        for advice, told in reasons:
            yield f"- {escaped(advice)}"
            yield from (f"  - {escaped(line)}" for line in told)
    if responsible := list(effects.responsible(effect)):
        yield "\n### What may be responsible, by the text\n"
        for words, changes in responsible:
            yield f"- {escaped(words)}"
            yield from (f"  - {sentence(change)}" for change in changes)


def _block(language: str, text: str) -> Iterator[str]:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    yield f"  {fence}{language}"
    yield from (f"  {clean(line)}" for line in text.splitlines())
    yield f"  {fence}\n"


def _in_html(text: str) -> str:
    return escape(clean(text))
