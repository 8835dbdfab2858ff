"""A difference for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from guidelang.diff import effect as effects
from guidelang.diff.build import asides, by_part, data_remarks, is_changed, local, others, place, verdict, witnesses
from guidelang.diff.document import (
    AdviceChangeDocument,
    DiffDocument,
    EditionDocument,
    EffectDocument,
    TextChangeDocument,
)
from guidelang.trace.page import Hanging, Indented
from guidelang.trace.phrases import clean

HASH_DIGITS = 12
_KINDS = {"added": "green", "removed": "red", "changed": "yellow", "renamed": "cyan", "split": "cyan", "merged": "cyan"}
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~", "split": "~", "merged": "~"}


def diff_page(document: DiffDocument) -> RenderableType:
    """The page: what it means first, then the text, part by part."""
    return Group(*_parts(document))


def _parts(document: DiffDocument) -> Iterator[RenderableType]:
    yield _edition("old", document.old)
    yield _edition("new", document.new)
    yield Hanging(Text(clean(verdict(document)), style="bold red" if document.changed else "bold green"), 2)
    if document.meaning is not None:
        changed = [each for each in document.meaning.advice if is_changed(each)]
        same = [each.advice for each in document.meaning.advice if not is_changed(each)]
        yield Text(f"\nMeaning ({len(changed)})", style="bold")
        for change in changed:
            yield from _advice(change)
        if same:
            yield Indented(Hanging(Text(clean(f"same: {', '.join(same)}"), style="dim"), 2))
    if document.effect is not None:
        yield from _effect(document.effect)
    remarks = list(data_remarks(document))
    if remarks:
        yield Text("\nData", style="bold")
    for words, names in remarks:
        yield Indented(Hanging(Text(clean(f"{words}: {', '.join(names)}")), 2))
    if document.local_changes:
        yield Text(f"\nLocal changes ({len(document.local_changes)})", style="bold")
    for local_change, changes in local(document):
        named = Text(clean(local_change.name), style="bold")
        named.append(clean(f": {local_change.reason}"), style="not bold")
        yield Indented(Hanging(named, 2))
        for each in changes:
            yield Indented(_change(each), 4)
    yield Text(f"\nText ({others(document)})", style="bold")
    for title, changes in by_part(document):
        yield Indented(Text(title, style="bold"))
        for each in changes:
            yield Indented(_change(each), 4)


def _edition(word: str, edition: EditionDocument) -> Text:
    text = Text(f"{word}  ", style="dim")
    text.append(clean(f"{edition.name} {edition.version}"), style="bold not dim")
    text.append(clean(f"  #{edition.hash[:HASH_DIGITS]}  {edition.given}"))
    return text


def _change(change: TextChangeDocument) -> RenderableType:
    text = Text(f"{_SIGNS[change.kind]} ", style=_KINDS[change.kind])
    text.append(clean(change.sentence), style="default")
    text.append(clean(f"  {place(change)}"), style="dim default")
    return Hanging(text, 2)


def _advice(change: AdviceChangeDocument) -> Iterator[RenderableType]:
    title = Text(clean(change.advice), style="bold")
    title.append(clean(f": {change.words}"), style="not bold")
    yield Indented(Hanging(title, 2))
    for aside in asides(change):
        yield Indented(Hanging(Text(clean(aside), style="dim"), 2), 4)
    for words, witness in witnesses(change):
        yield Indented(Hanging(Text(clean(f"{words}: {witness.summary}, on {witness.as_of}")), 2), 4)


def _effect(effect: EffectDocument) -> Iterator[RenderableType]:
    yield Text(clean(f"\nEffect ({effects.heading(effect)})"), style="bold")
    for line in effects.headlines(effect):
        yield Indented(Hanging(Text(clean(line)), 2))
    header, rows = effects.table(effect, short=True)
    if rows:
        table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="dim")
        for at, name in enumerate(header):
            table.add_column(name, justify="right" if at else "left", overflow="fold", no_wrap=at > 0)
        for row in rows:
            table.add_row(*(clean(cell) for cell in row))
        yield Indented(table)
        if any("?" in name for name in header):
            yield Indented(Text("?  undecided", style="dim"))
    same = effects.unchanged_pieces(effect)
    if same:
        yield Indented(Hanging(Text(clean(f"as before: {', '.join(same)}"), style="dim"), 2))
    if reasons := [(each.advice, told) for each in effect.advice if (told := list(effects.reasons(each)))]:
        yield Indented(Text("Reasons, counted", style="bold"))
        for advice, told in reasons:
            yield Indented(Hanging(Text(clean(advice)), 2), 4)
            for line in told:
                yield Indented(Hanging(Text(clean(line), style="dim"), 2), 6)
    if responsible := list(effects.responsible(effect)):
        yield Indented(Text("What may be responsible, by the text", style="bold"))
        for words, changes in responsible:
            yield Indented(Hanging(Text(clean(words)), 2), 4)
            for change in changes:
                yield Indented(Hanging(Text(clean(change), style="dim"), 2), 6)
