"""`guidelang whatif`: its pages, its JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Shell

DAY = ("--as-of", "2024-06-01")


@pytest.fixture
def patient(tmp_path: Path) -> str:
    file = tmp_path / "p.yaml"
    file.write_text("patient: p\ndialysis: yes\ncalciphylaxis: yes\nphosphorus: 6.8 mg/dL\n", encoding="utf-8")
    return str(file)


def test_markdown_and_text_say_the_same(shell: Shell, patient: str) -> None:
    given = ("whatif", "calciphylaxis", patient, *DAY, "--set", "phosphorus=5.2 mg/dL")
    text, markdown = (shell.run(*given, "--format", form).out for form in ("text", "markdown"))
    for told in ("6.8 mg/dL → 5.2 mg/dL", "Advice lost", "lower_phosphorus: applies → does not apply"):
        assert told in text
        assert told in markdown


def test_json_has_the_difference(shell: Shell, patient: str) -> None:
    ended = shell.run("whatif", "calciphylaxis", patient, *DAY, "--avoid", "reduce phosphorus", "--format", "json")
    assert ended.code == 0
    document = json.loads(ended.out)
    assert document["sought"]["answer"] == "found"
    assert [each["target"] for each in document["advice_lost"]] == ["phosphorus"]


def test_nothing_changes(shell: Shell, patient: str) -> None:
    ended = shell.run("whatif", "calciphylaxis", patient, *DAY, "--set", "phosphorus=6.8")
    assert "Nothing changes" in ended.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "say what is otherwise"),
        (("--set", "phosphorus"), "is no FACT=VALUE"),
        (("--set", "phosphorous=5 mg/dL"), "did you mean `phosphorus`?"),
        (("--set", "warfarin=no", "--set", "warfarin=yes"), "set twice"),
        (("--want", "lower_phosphorus", "--avoid", "check_pth"), "either --want or --avoid"),
        (("--want", "lower_phosphorus", "--want", "check_pth"), "run it once for each --want"),
        (("--avoid", "lower_phosphorus", "--avoid", "check_pth"), "run it once for each --avoid"),
        (("--want", "lower_phosphorous"), "did you mean `lower_phosphorus`?"),
    ],
)
def test_what_was_typed_wrongly_is_a_usage_error(
    shell: Shell, patient: str, options: tuple[str, ...], told: str
) -> None:
    ended = shell.run("whatif", "calciphylaxis", patient, *DAY, *options)
    assert ended.code == 2
    assert told in ended.err
