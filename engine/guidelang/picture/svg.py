"""The one place that starts Graphviz."""

from __future__ import annotations

import shutil
import subprocess

LONGEST = 120
"""Seconds after which Graphviz is stopped; a guideline of a thousand rules takes a few."""


class NoGraphviz(Exception):
    """The program `dot` is not installed, or could not lay the picture out."""


def svg(dot_text: str) -> str:
    """The SVG of a digraph.

    Raises:
        NoGraphviz: if the program `dot` is not installed, or fails.
    """
    program = shutil.which("dot")
    if program is None:
        raise NoGraphviz("Graphviz is not installed: there is no program `dot`")
    try:
        done = subprocess.run(
            [program, "-Tsvg"], input=dot_text.encode(), capture_output=True, timeout=LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoGraphviz(f"Graphviz could not be run: {error}") from error
    if done.returncode != 0:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoGraphviz(f"Graphviz could not draw it: {told[0] if told else f'exit code {done.returncode}'}")
    return done.stdout.decode()
