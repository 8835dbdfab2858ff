"""A command line that is read without typer means what it means to typer."""

from __future__ import annotations

import shlex
from importlib import import_module
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from guidelang_cli.main import COMMANDS
from guidelang_cli.quick import plain_arguments

WORDS = st.sampled_from(
    [
        "calciphylaxis", "p.yaml", "-", "--", "rule", "", "--as-of", "2024-06-01", "--as-of=2024-06-01", "--engine",
        "direct", "--engine=durable", "--format=json", "--format", "xml", "json", "--param", "a=1", "--param=b=2",
        "--complete=medication", "--attest=a.yaml", "--patient", "--patient=p1", "--patient=", "--brief", "--brief=1",
        "--time-zone=UTC", "--check", "--diff", "--fix", "--source=a=b", "--help", "-h", "--as", "-x", "trace",
    ]
)  # fmt: skip


def as_typer_reads(name: str, words: list[str]) -> dict[str, Any] | None:
    """What typer calls the command with; None if it refuses."""
    import functools

    seen: list[dict[str, Any]] = []
    command = import_module(f"guidelang_cli.{name}").command

    @functools.wraps(command)
    def noted(**values: object) -> None:
        seen.append(values)

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name)(noted)
    app.callback()(lambda: None)
    CliRunner().invoke(app, [name, *words])
    return seen[0] if seen else None


@given(st.sampled_from(COMMANDS), st.lists(WORDS, max_size=6))
def test_what_is_read_plainly_is_what_typer_reads(name: str, words: list[str]) -> None:
    plain = plain_arguments(import_module(f"guidelang_cli.{name}").command, words)
    if plain is None:
        return
    read = as_typer_reads(name, words)
    assert read is not None, f"typer refuses {words}"
    # typer gives an empty list, or None, for what was not given
    assert {key: value or None for key, value in plain.items()} == {key: value or None for key, value in read.items()}


@pytest.mark.parametrize(
    "line",
    [
        "run calciphylaxis p.json",
        "run calciphylaxis p.json - --as-of 2024-06-01 --engine direct --format json --brief",
        "run calciphylaxis p.json --param a=1 --param b=2 --complete medication --patient=p1",
        "explain calciphylaxis p.json start_cinacalcet --attest a.yaml --time-zone Europe/Berlin",
        "check a b --source review=article.txt",
        "test a --format=json",
        "fmt a.guide --check --diff",
        "network calciphylaxis",
        "schema trace",
    ],
)
def test_common_command_lines_are_read_plainly(line: str) -> None:
    name, *words = shlex.split(line)
    plain = plain_arguments(import_module(f"guidelang_cli.{name}").command, words)
    assert plain is not None
    read = as_typer_reads(name, words)
    assert read is not None
    assert {key: value or None for key, value in plain.items()} == {key: value or None for key, value in read.items()}
