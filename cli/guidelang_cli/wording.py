"""Usage errors that the library for command lines finds, in the words of this program."""

from __future__ import annotations

import re
from typing import cast

import typer
from typer.core import TyperCommand

from guidelang.diagnostics import did_you_mean

UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)
"""What every mistake in the typing is one of; the library keeps it where its version pleases."""

_NO_CHOICE = re.compile(r"(?:Value error, )?(?P<given>'.*'|\".*\") is not one of (?P<choices>.*?)\.?", re.DOTALL)


class Command(TyperCommand):
    """A command whose usage errors say what was expected and what is nearest."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own
        quiet = "--redact" in args
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            told = error.message
            if match := _NO_CHOICE.fullmatch(told):
                told = no_choice(
                    match["given"][1:-1], [c.strip("'") for c in match["choices"].split(", ")], quiet=quiet
                )
            elif quiet:
                told = re.sub(r" \(.*\)\.?\Z", "", told, flags=re.DOTALL)  # extra arguments, which may name a patient
            error.message = told
            raise


def no_choice(given: str, choices: list[str], *, quiet: bool = False) -> str:
    """That a word is none of those that may stand here; `quiet` does not repeat it."""
    suggestion = did_you_mean(given, choices)
    listed = f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else "".join(choices)
    told = f"{'what stands here' if quiet else f'`{given}`'} is unknown; expected {listed}"
    return told + (f"; {suggestion}" if suggestion else "")
