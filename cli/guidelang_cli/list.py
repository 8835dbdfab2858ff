"""`guidelang list`: the guidelines and vocabularies that come with the package."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from guidelang.model.locate import Shipped, shipped
from guidelang.trace.page import Indented
from guidelang.trace.phrases import clean
from guidelang_cli import terminal
from guidelang_cli.options import Format, FormatOption

NAME = "list"
EXAMPLES = (
    "guidelang list",
    "guidelang facts nephrology",
    "guidelang list --format json",
)


def command(format_: FormatOption = Format.TEXT) -> None:
    """List the guidelines and vocabularies that are shipped.

    Wherever a guideline is asked for, its name is enough; so is that of a vocabulary for `facts` and `check`. Where
    there are several editions, the name alone stands for the one in force, and `NAME@EDITION` for one of them.
    """
    found = shipped()
    if format_ is Format.JSON:
        terminal.write_json(json.dumps([_document(each) for each in found], ensure_ascii=False, indent=2))
        return
    for number, (sort, heading) in enumerate((("guideline", "Guidelines"), ("vocabulary", "Vocabularies"))):
        if number:
            terminal.write("\n")
        terminal.show(Text(heading, style="bold"))
        terminal.show(Indented(_table([each for each in found if each.sort == sort])))


def _table(found: Sequence[Shipped]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column()
    for each in found:
        table.add_row(each.name + (f"@{each.edition}" if each.edition else ""), each.version, Text(clean(each.title)))
    return table


def _document(found: Shipped) -> dict[str, str | None]:
    return {
        "sort": found.sort,
        "name": found.name,
        "edition": found.edition,
        "version": found.version,
        "title": found.title,
        "path": str(found.path),
        "patients": _patients(found),
    }


def _patients(found: Shipped) -> str | None:
    """The folder with patients of a guideline, or of all its editions, if it has some."""
    places = (found.path.parent / "patients", *([found.path.parent.parent / "patients"] if found.edition else []))
    return next((str(place) for place in places if place.is_dir()), None)
