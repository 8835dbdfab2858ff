"""`--lint CODE=LEVEL`: how loud each lint is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from guidelang.diagnostics import did_you_mean
from guidelang.explanations import explanations
from guidelang_cli.options import named

if TYPE_CHECKING:
    from guidelang.lint import Level

LintOption = Annotated[
    list[str] | None,
    typer.Option("--lint", metavar="CODE=LEVEL", help="How loud a lint is: off, hint, warning or error. Repeatable."),
]


def lint_levels(settings: list[str] | None) -> dict[str, Level]:
    """`--lint CODE=LEVEL` settings. Only findings of group G9 have levels."""
    from guidelang.lint import Level  # with it comes all that checks a guideline
    from guidelang.lint.levels import GROUP

    levels: dict[str, Level] = {}
    lints = [code for code in explanations() if code.startswith(GROUP)]
    for name, word in named(settings, "--lint", "LEVEL").items():
        code = name.upper()
        if code not in lints:
            more = did_you_mean(code, lints) if code not in explanations() else f"only codes {GROUP}.. have a level"
            told = f"there is no lint `{name}`" + (f"; {more}" if more else "")
            raise typer.BadParameter(told, param_hint="--lint")
        if word not in list(Level):
            raise typer.BadParameter(f"`{word}` is none of {', '.join(Level)}", param_hint="--lint")
        levels[code] = Level(word)
    return levels
