"""The documents taken apart: fenced blocks, tables and links, with their places.

What a fenced block is stands after its backticks:

    guide                       a whole file: no findings, and its examples pass
    guide preamble              the same; every fragment of its page is appended to it, and of pages without one to the
                                preamble of language.md
    guide fragment              statements without a head
    guide error G201 …          a file or fragment with exactly these errors; `warning`, `hint`: these and no errors
    ndjson NAME saved           an export that later blocks read
    yaml | json | csv           facts, read by the preamble's guideline in language.md, by calciphylaxis elsewhere
    … saved                     a file that commands read, and nothing else
    json | yaml record yes F    a patient (without the Patient) of whom F is yes (`no`, `unknown`) by the guide before
    console                     commands after `$ `, with what they print; `…` stands for what is left out
    python                      a doctest; the blocks of a page share their names
    sh, text, lark              shown and not run
    … wrong, … right            an example of a diagnostic, run by tests/diagnostics

A name with a point in it (`guide first.guide`) is that of the file in which commands and Python find the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SPECIFICATION = ROOT / "docs" / "language.md"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its words (`guide`, `error`, `G201`), its text, and the line of its first backticks."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def file(self) -> str | None:
        return next((word for word in self.words[1:] if "." in word), None)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(word for word in self.words if re.fullmatch(r"G\d{3}", word))

    @property
    def is_whole_file(self) -> bool:
        return bool(re.match(r"(#[^\n]*\n|\s)*(guideline|vocabulary|part)\b", self.text))

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True)
class Row:
    """A row of a table whose cells stand under `header`, without their backquotes."""

    page: Path
    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, tuple(found["info"].split()), found["text"])
        for found in _FENCE.finditer(text)
        if not {"wrong", "right"} & set(found["info"].split())
    ]


def all_blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def preamble(page: Path = SPECIFICATION) -> str:
    """The head and vocabulary that fragments of a page are appended to: its own, else that of the specification."""
    own = [block for block in blocks(page) if block.words == ("guide", "preamble")]
    return own[0].text if own else preamble()


def guide_text(block: Block) -> str:
    """A guide block as a file: a fragment follows the preamble."""
    return block.text if block.is_whole_file else f"{preamble(block.page)}\n{block.text}"


def guide_before(block: Block) -> Block:
    """The guide block that a record is shown for."""
    return [b for b in blocks(block.page) if b.language == "guide" and b.line < block.line][-1]


def rows(page: Path, *header: str) -> Iterator[Row]:
    """The rows of all tables with this header."""
    found = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("|"):
            found = False
            continue
        cells = tuple(cell.strip().strip("`") for cell in line.strip().strip("|").split("|"))
        if cells == header:
            found = True
        elif found and set(line) - set("|- :"):
            yield Row(page, number, header, cells)


def links(page: Path) -> Iterator[tuple[int, str]]:
    """The line and target of each link, outside of fenced blocks."""
    text = page.read_text(encoding="utf-8")
    prose = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in _LINK.finditer(prose):
        yield prose.count("\n", 0, found.start()) + 1, found["target"]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
