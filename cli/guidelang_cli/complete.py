"""What the shell offers when Tab is pressed. A fault here must never disturb a command line: it offers nothing then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from guidelang.diagnostics import GuidelineError
from guidelang_cli.paths import completions

PATIENT_SUFFIXES = (".json", ".ndjson", ".jsonl", ".yaml", ".yml", ".csv", ".tsv")


def guidelines_and_files(incomplete: str) -> list[str]:
    """Shipped guidelines, their editions, and *.guide files and folders."""
    from guidelang.model.locate import shipped_editions, shipped_guidelines

    try:
        shipped = list({**shipped_guidelines(), **shipped_editions()})
    except OSError:
        shipped = []
    return [*_starting(shipped, incomplete), *guideline_files(incomplete)]


def guidelines_vocabularies_and_files(incomplete: str) -> list[str]:
    """Shipped vocabularies too."""
    return [*guidelines_and_files(incomplete), *vocabularies(incomplete)]


def guideline_files(incomplete: str) -> list[str]:
    return _files(incomplete, (".guide",))


def patient_files(incomplete: str) -> list[str]:
    return _files(incomplete, PATIENT_SUFFIXES)


def vocabularies(incomplete: str) -> list[str]:
    from guidelang.model.locate import vocabulary_names

    return _starting(vocabulary_names(), incomplete)


def rules(ctx: typer.Context, incomplete: str) -> list[str]:
    """The rules of the guideline that stands earlier on the command line."""
    return _of_guideline(ctx, incomplete, "rules")


def explainable(ctx: typer.Context, incomplete: str) -> list[str]:
    """Rules, derived facts, facts and the scope of the guideline that stands earlier on the command line."""
    return _of_guideline(ctx, incomplete, "explainable")


def parameter_settings(ctx: typer.Context, incomplete: str) -> list[str]:
    """`NAME=` for each parameter of the guideline that stands earlier on the command line."""
    return _of_guideline(ctx, incomplete, "parameters")


def _of_guideline(ctx: typer.Context, incomplete: str, what: str) -> list[str]:
    from guidelang.guideline import load

    # After an option that still lacks its value, the words before it are read but not yet taken apart.
    where = ctx.params.get("guideline") or next(iter(ctx.args), None)
    if not isinstance(where, str) or where == "-":
        return []
    try:
        loaded = load(where)
    except (GuidelineError, OSError):
        return []
    if what == "parameters":
        return _starting([f"{name}=" for name in loaded.parameters], incomplete)
    names = list(loaded.rules)
    return _starting(
        [*names, *loaded.network.derived, *loaded.facts, "scope"] if what == "explainable" else names, incomplete
    )


def _files(incomplete: str, suffixes: tuple[str, ...]) -> list[str]:
    def entries(folder: str) -> list[tuple[str, bool]]:
        try:
            return [(entry.name, entry.is_dir()) for entry in Path(folder or ".").iterdir()]
        except OSError:
            return []

    return completions(incomplete, entries, suffixes)


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
