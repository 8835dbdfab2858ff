"""Whatever a file holds: results or a message, exit code 0 or 1, and never a trace of the program."""

from __future__ import annotations

import io
import json
import random
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang import load
from guidelang.diagnostics import Report
from guidelang.facts import inputs
from guidelang.guideline import Guideline
from guidelang_cli.main import main

PATIENTS = Path(__file__).parents[2] / "guidelines" / "calciphylaxis" / "patients"
RECORD = (PATIENTS / "01-three-measures.json").read_bytes()
VALID = {
    "json": RECORD,
    "ndjson": b"\n".join(json.dumps(e["resource"]).encode() for e in json.loads(RECORD)["entry"]),
    "yaml": b"patient: p1\nphosphorus: 6.1 mg/dL\npth:\n  - {value: '>2500', unit: pg/mL, time: 2024-05-20}\n",
    "csv": b'patient,birth_date,phosphorus [mg/dL],pth,warfarin\np1,1957-03-20,6.1,"412 pg/mL",no\np2,,,unknown,yes\n',
    "tsv": b"patient\tphosphorus\np1\t6.1 mg/dL\n",
}
PIECES = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b"'", b",", b":", b"\n", b"\n---\n",
    b"\t", b"NaN", b"-Infinity", b".nan", b"1e999999", b"-0", b"9" * 5000, b"null", b"true", b"*a", b"&a ", b"<<: ",
    b"!!python/x ", b"2024-13-45", b"9999-12-31T23:59:60Z", b"0000", b"Patient/p1", b'"resourceType":', b'"Bundle"',
    b"\xe9", b"\\ud800", b"\x1b[31m", b"\xe2\x80\xa8", b"[" * 3000, b"%", b"=", b"{}", b"[[]]",
)  # fmt: skip


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load("calciphylaxis")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VALID)), st.integers(0, 2**32), st.integers(1, 6))
def test_mutated_inputs_give_results_or_findings(
    guideline: Guideline, tmp_path: Path, form: str, seed: int, changes: int
) -> None:
    path = tmp_path / f"patient.{form}"
    path.write_bytes(mutated(VALID[form], random.Random(seed), changes))
    report = Report()
    results = list(guideline.evaluate_all(path, as_of="2024-06-01", engine="direct", report=report))
    for result in results:
        assert str(result)
        json.loads(result.to_json())
    assert results or report.has_errors


def mutated(content: bytes, chance: random.Random, changes: int) -> bytes:
    """A content with pieces cut out, doubled, moved or replaced."""
    for _ in range(changes):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((0, 1, 1, 4, 20, 400)))
        middle = chance.choice((*PIECES, content[start:end] * 2, content[end : end + 40]))
        content = content[:start] + middle + content[end:]
    return content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.json", b"", "it is empty"),
        ("blank.yaml", b" \n\n", "it is empty"),
        ("cut.json", RECORD[: len(RECORD) // 2], "this is not JSON"),
        ("latin.json", RECORD.replace(b'"Patient"', b'"Pati\xe9nt"'), "not UTF-8"),
        ("utf16.json", RECORD.decode().encode("utf-16-le"), "UTF-16"),
        ("nan.json", b'{"phosphorus": NaN}', "`NaN` is no number"),
        ("packed.json", b"\x1f\x8b\x08\x00" + bytes(40), "compressed (gzip)"),
        ("deep.json", b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deeply"),
        ("deep_objects.json", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
        ("deep_halves.json", b'{"a":' + b"[" * 800 + b'"\\ud800"' + b"]" * 800 + b"}", "nested too deeply"),
        ("deep.yaml", b"a: " + b"[" * 2_000 + b"]" * 2_000, "nested too deeply"),
        ("deep_and_torn.yaml", b"a: " + b"[" * 2_000 + b"]" * 2_000 + b"\nb: ]", "nested too deeply"),
        ("twice.json", b'{"phosphorus": 1,\n "phosphorus": 2}', "twice.json:2:2"),
        ("columns.csv", b",".join(b"c%d" % n for n in range(10_000)) + b"\n", "10000 columns"),
        ("list.json", b"3", "no patient"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code = main(["run", "calciphylaxis", str(path), "--as-of", "2024-06-01"])
    captured = capsys.readouterr()
    assert (code, captured.out) == (1, "")
    assert captured.err.startswith("error[G6")
    assert words in captured.err
    assert len(captured.err) < 2000


@pytest.mark.parametrize(
    "number", ["1e999999", "-1e999999", "1e-999999", "9" * 1_000_000, "1." + "9" * 1_000_000, "1e99999999999999999999"]
)
def test_a_hostile_number_costs_nothing_and_is_not_used(guideline: Guideline, tmp_path: Path, number: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(f'{{"phosphorus": {number}}}', encoding="utf-8")
    tracemalloc.start()
    result = guideline.evaluate(path, as_of="2024-06-01", engine="direct")
    document = result.to_json()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.facts["phosphorus"].value is None
    assert result.problems
    assert len(document) < 1_000_000
    assert peak < 60_000_000


def test_a_byte_order_mark_and_utf16_with_one_are_read(guideline: Guideline, tmp_path: Path) -> None:
    expected = guideline.evaluate(json.loads(RECORD), as_of="2024-06-01", engine="direct").applies
    for content in (b"\xef\xbb\xbf" + RECORD, RECORD.decode().encode("utf-16")):
        path = tmp_path / "p.json"
        path.write_bytes(content)
        assert guideline.evaluate(path, as_of="2024-06-01", engine="direct").applies == expected


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # takes no room on most file systems
    tracemalloc.start()
    code = main(["run", "calciphylaxis", str(path), "--as-of", "2024-06-01"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == 1
    told = capsys.readouterr().err
    assert "error[G607]: it is too large: 200 MB; at most 100 MB are read" in told
    assert "one file a patient" in told
    assert "NDJSON" in told
    assert peak < 50_000_000


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(inputs, "LARGEST", 10)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RECORD)))
    assert main(["run", "calciphylaxis", "-", "--as-of", "2024-06-01"]) == 1
    assert "error[G607]" in capsys.readouterr().err
