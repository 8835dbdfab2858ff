"""`guidelang new`: a guideline to begin with."""

from __future__ import annotations

import re
import string
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model import load as load_model
from guidelang.model.locate import vocabulary_names
from guidelang.source import Source
from guidelang.syntax import format_source
from guidelang.syntax.grammar import reserved_words
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import vocabularies
from guidelang_cli.paths import is_device, looks_like_path

NAME = "new"
EXAMPLES = (
    "guidelang new potassium",
    "guidelang new anemia --vocabulary nephrology",
    "guidelang new anemia --folder guidelines",
)
_NAME = re.compile(r"[^\W\d_]\w*")


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the guideline, of its folder and its file.")],
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where to make the folder.", show_default="here")
    ] = Path(),
    vocabulary: Annotated[
        str | None,
        typer.Option(
            "--vocabulary",
            metavar="NAME",
            help="A vocabulary to use, shipped or your own.",
            autocompletion=vocabularies,
        ),
    ] = None,
) -> None:
    """Write a guideline to begin with, with comments and examples, that passes `check` and `test`."""
    _check_name(name, "NAME")
    if vocabulary is not None:
        _check_name(vocabulary, "--vocabulary")
    home = folder / name
    if home.is_file() or home.is_symlink() or (home.is_dir() and any(home.iterdir())):
        raise typer.BadParameter(f"`{home}` is there already; nothing was written", param_hint="NAME")
    words = {"name": name, "title": name.replace("_", " ").capitalize()}
    use = f"\nuse vocabulary {vocabulary}\n" if vocabulary else ""
    guideline = home / f"{name}.guide"
    text = _checked(_filled("guideline.txt", {**words, "use": use}), guideline, vocabulary)
    try:
        home.mkdir(parents=True, exist_ok=True)
        _write(guideline, text)
        _write(home / "README.md", _filled("README.txt", words))
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        raise typer.BadParameter(f"cannot write in `{home}`: {told}", param_hint="--folder") from error
    terminal.write(f"{guideline}\n{home / 'README.md'}\n")
    where = f'"{home}"' if " " in str(home) else str(home)  # as shells of every system have it
    terminal.tell(
        f"Next: open {guideline}; its comments say what each part is for. Then\n"
        f"  guidelang check {where}\n"
        f"  guidelang test {where}"
    )


def _check_name(name: str, what: str) -> None:
    """A usage error unless it is a name of the language that every system can keep as a file."""
    if looks_like_path(name) or "\\" in name or ":" in name:
        raise typer.BadParameter(f"`{name}` is a path; give a name, and the place with --folder", param_hint=what)
    if not _NAME.fullmatch(name):
        better = re.sub(r"^[\W\d_]+", "", re.sub(r"\W+", "_", name)).strip("_")
        told = f"; did you mean `{better}`?" if better else ""
        raise typer.BadParameter(
            f"`{name}` is no name: a letter, then letters, digits and underscores{told}", param_hint=what
        )
    if name in reserved_words():
        raise typer.BadParameter(f"`{name}` is a word of the language and no name", param_hint=what)
    if is_device(name):
        raise typer.BadParameter(f"Windows can keep no file of the name `{name}`", param_hint=what)


def _filled(template: str, words: dict[str, str]) -> str:
    text = resources.files("guidelang_cli").joinpath("template", template).read_text(encoding="utf-8")
    return string.Template(text).substitute(words)


def _checked(text: str, path: Path, vocabulary: str | None) -> str:
    """The text in its one layout, if it is sound where it will stand; ends the command if it is not."""
    report = Report()
    source = Source(str(path), text)
    load_model(source, report)
    if report.has_errors:
        if any(d.code == "G206" for d in report.findings) and vocabulary is not None:
            suggestion = did_you_mean(vocabulary, vocabulary_names())
            told = f"there is no vocabulary `{vocabulary}`" + (f"; {suggestion}" if suggestion else "")
            raise typer.BadParameter(told, param_hint="--vocabulary")
        raise inputs.stop(report.findings)
    return format_source(source, report) or text


def _write(path: Path, text: str) -> None:
    """Writes a file that must not be there yet."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
