"""`--engine duckdb`: the same files as with polars, said in `run.json`, and a word where DuckDB is not installed."""

from __future__ import annotations

import json
import sys
from importlib import util
from importlib.machinery import ModuleSpec
from pathlib import Path

import polars as pl
import pytest

from guidelang_cli.main import main
from tests.cli.commands import process
from tests.cohort.test_cohort import TEXT

OPTIONS = ["--as-of", "2024-06-01", "--why", "--long"]


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("small.guide").write_text(TEXT, encoding="utf-8")
    values = ("5.5", "5.49", "1.78 mmol/L", "<2.0", "", "unknown", "99")
    rows = [f"p{n},{values[n % 7]},{('yes', '')[n % 2]}" for n in range(40)]
    Path("patients.csv").write_text("\n".join(["patient,phosphorus,warfarin", *rows, ""]), encoding="utf-8")
    return ["cohort", "small.guide", "--data", "patients.csv", *OPTIONS]


def test_the_files_are_those_of_polars(options: list[str]) -> None:
    documents = {}
    for engine in ("polars", "duckdb"):
        assert main([*options, "--out", engine, "--engine", engine]) == 0
        documents[engine] = json.loads(Path(engine, "run.json").read_text(encoding="utf-8"))
        assert documents[engine]["engine"] == engine
    assert documents["polars"]["counts"] == documents["duckdb"]["counts"]
    assert "duckdb" in documents["duckdb"]["versions"]
    for name in ("outcomes", "outcomes_long", "why", "facts"):
        ours, theirs = (pl.read_parquet(f"{engine}/{name}.parquet") for engine in ("polars", "duckdb"))
        assert ours.equals(theirs), name
        assert ours.schema == theirs.schema, name


def test_it_has_to_be_installed(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def found(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "duckdb" else util.find_spec(name, package)

    monkeypatch.setattr(sys.modules["guidelang_cli.cohort"], "find_spec", found)
    assert main([*options, "--out", "out", "--engine", "duckdb"]) == 2
    assert "duckdb must be installed: pip install 'guidelang[cohort]'" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_process_ends_with_its_code_and_in_silence(options: list[str], tmp_path: Path) -> None:
    record = {"resourceType": "Patient", "id": "p1", "birthDate": "1950-01-01"}
    (tmp_path / "lines.ndjson").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (tmp_path / "nobody.ndjson").write_text('{"resourceType": "Observation"}\n', encoding="utf-8")
    lines = [*options[:2], "--as-of", "2024-06-01", "--out", "out", "-q", "--data"]
    for arguments, code in (
        ([*options, "--out", "out", "--engine", "duckdb", "-q"], 0),
        ([*lines, "lines.ndjson"], 0),
        ([*lines, "nobody.ndjson"], 1),
    ):
        ended = process(*arguments)
        assert ended.returncode == code, ended
        assert b"leaked" not in ended.stderr
        assert (ended.stderr == b"") is (code == 0), ended.stderr
