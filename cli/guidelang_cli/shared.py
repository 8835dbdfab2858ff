"""Options that stand before a command or after it: `guidelang -q run …` and `guidelang run … -q` are the same."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Annotated

import typer

from guidelang_cli import terminal


def _be_quiet(wanted: bool) -> None:
    terminal.settings.quiet |= wanted


def _be_plain(wanted: bool) -> None:
    terminal.settings.color &= not wanted


QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", callback=_be_quiet, is_eager=True, help="Print results and errors only."),
]
NoColorOption = Annotated[
    bool,
    typer.Option("--no-color", callback=_be_plain, is_eager=True, help="Print no colors, as with NO_COLOR."),
]

_SHARED = {"quiet": QuietOption, "no_color": NoColorOption}
"""Their callbacks do all there is to do."""


def with_shared_options(command: Callable[..., None], guarded: Callable[..., None]) -> Callable[..., None]:
    """What runs a command, as a function that takes the shared options too; typer reads its signature."""
    hints = typing.get_type_hints(command, include_extras=True)

    def called(*arguments: object, **options: object) -> None:
        guarded(*arguments, **{name: value for name, value in options.items() if name not in _SHARED})

    parameters = [
        parameter.replace(annotation=hints[name]) for name, parameter in inspect.signature(command).parameters.items()
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in _SHARED.items()
    ]
    called.__signature__ = inspect.Signature([*parameters, *shared])  # type: ignore[attr-defined]  # read by inspect
    called.__annotations__ = {p.name: p.annotation for p in (*parameters, *shared)}
    return called
