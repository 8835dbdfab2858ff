"""`--explain CODE`: what a diagnostic means, at length."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from guidelang.diagnostics import did_you_mean
from guidelang.explanations import Explanation, explanations
from guidelang_cli import terminal

_FENCE = re.compile(r"^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def page(explanation: Explanation) -> str:
    """An explanation as a terminal shows it: examples are indented, under what they are."""
    text = _FENCE.sub(_example, explanation.text)
    return f"{explanation.code}: {explanation.title}\n\n{text}\n"


def _example(found: re.Match[str]) -> str:
    words = found["info"].split()
    file = next((word for word in words if "." in word), None)
    title = "Wrong" if "wrong" in words else "Right" if "right" in words else None
    lines = "".join(f"    {line}\n" if line else "\n" for line in found["text"].splitlines())
    return f"{', '.join(filter(None, (title, file)))}:\n\n{lines}".rstrip()


def _explain(code: str | None) -> None:
    if code is None:
        return
    known = explanations()
    found = known.get(code.strip().upper())
    if found is None:
        suggestion = did_you_mean(code.strip().upper(), known) or f"the codes are {min(known)} to {max(known)}"
        raise typer.BadParameter(f"there is no code `{code}`; {suggestion}", param_hint="--explain")
    terminal.write(page(found))
    raise typer.Exit


ExplainOption = Annotated[
    str | None,
    typer.Option(
        "--explain",
        metavar="CODE",
        callback=_explain,
        is_eager=True,
        help="Tell what a code such as G201 means, with a wrong and a right example, and exit.",
    ),
]
