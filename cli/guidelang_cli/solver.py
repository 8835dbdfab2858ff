"""What commands share that ask the solver something."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

SOLVER = "z3"

SecondsOption = Annotated[
    float,
    typer.Option("--seconds", metavar="N", min=0.01, help="How long the solver may think about one question."),
]


def has_solver() -> bool:
    """Whether the solver is installed."""
    return find_spec(SOLVER) is not None


def require_solver() -> None:
    """A usage error where the solver is not installed."""
    if not has_solver():
        raise typer.BadParameter(
            "proofs need z3, which is not installed; pip install 'guidelang[prove]' brings it", param_hint="prove"
        )
