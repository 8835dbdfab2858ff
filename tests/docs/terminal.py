"""Commands of the documents: `guidelang …`, `cat FILE`, `echo $?`, with `| head -n N` and pipes into guidelang.

They run in this process, in a folder of their own that holds the page's files and the shipped guidelines.
"""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from guidelang_cli.main import main

from .documents import ROOT, Block, blocks

ELLIPSIS = "…"
_HASH = re.compile(r"(?<=#)[0-9a-f]{12}\b|(?<=^hash )[0-9a-f]{64}$", re.MULTILINE)


@contextmanager
def working_folder(page: Path, folder: Path) -> Iterator[None]:
    """Goes to a folder with the files that a page shows under a name."""
    for block in blocks(page):
        if block.file is not None:
            (folder / block.file).parent.mkdir(exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
    (folder / "guidelines").symlink_to(ROOT / "guidelines")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}):
            yield
    finally:
        os.chdir(before)


def session(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block as it is written, and the lines that stand below it."""
    command: list[str] = []
    output: list[str] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ ") or (command and not output and command[-1].endswith("\\\n")):
            if line.startswith("$ ") and command:
                yield "".join(command), "".join(output)
                command, output = [], []
            command.append(line)
        else:
            output.append(line)
    if command:
        yield "".join(command), "".join(output)


class Shell:
    """Runs commands one after the other; `$?` is the exit code of the one before."""

    def __init__(self) -> None:
        self.code = 0

    def run(self, written: str) -> str:
        """What a command prints on both streams, in their order."""
        command = written.removeprefix("$ ").replace("\\\n", " ").strip()
        terminal = io.StringIO()
        text: str | None = None
        stages = _split(command)
        for number, words in enumerate(stages):
            last = number == len(stages) - 1
            out = terminal if last else io.StringIO()
            self._stage(words, text, out, terminal)
            text = out.getvalue()
        return terminal.getvalue()

    def _stage(self, words: Sequence[str], text: str | None, out: io.StringIO, err: io.StringIO) -> None:
        match words:
            case ["guidelang", *arguments]:
                self.code = _guidelang(arguments, text or "", out, err)
            case ["cat", file]:
                out.write(Path(file).read_text(encoding="utf-8"))
                self.code = 0
            case ["head", "-n", count]:
                out.write("".join((text or "").splitlines(keepends=True)[: int(count)]))
            case ["echo", "$?"]:
                out.write(f"{self.code}\n")
            case _:
                raise AssertionError(f"the documents know no command {shlex.join(words)}")


def _split(command: str) -> list[list[str]]:
    words = shlex.split(command)
    stages: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            stages.append([])
        else:
            stages[-1].append(word)
    return stages


def _guidelang(arguments: Sequence[str], text: str, out: io.StringIO, err: io.StringIO) -> int:
    given = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err), mock.patch("sys.stdin", given):
        return main(arguments)


def matches(expected: str, got: str) -> bool:
    """Whether an output is the expected one; `…` alone on a line stands for any lines, within one for any words."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ELLIPSIS else re.escape(line).replace(re.escape(ELLIPSIS), ".*?")
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, got) is not None


def recorded(got: str) -> str:
    """An output as the documents keep it: the hash of a guideline changes with each of its rules."""
    return _HASH.sub(ELLIPSIS, got)
