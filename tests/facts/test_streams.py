"""Inputs larger than memory should hold: a patient at a time, and lines of an export where they stand."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from guidelang.facts import Progress, Reading, inputs, lines

from .guideline import AS_OF, PHOSPHORUS, WARFARIN, bundle, codes, names, network, observation, patient, point, read

PATIENTS = 40
RESULTS = 60


def resources() -> list[dict[str, Any]]:
    """Of many patients, each scattered over the list; every result differs."""
    people = [patient() | {"id": f"p{n}"} for n in range(PATIENTS)]
    results = [
        observation("2777-1", f"{n % 9 + 1}.{number:02}", when="2024-05-20")
        | {"id": f"o{n}-{number}", "subject": {"reference": f"Patient/p{n}"}, "note": [{"text": "x" * 500}]}
        for number in range(RESULTS)
        for n in range(PATIENTS)
    ]
    return [*people[: PATIENTS // 2], *results, *people[PATIENTS // 2 :]]


def export(folder: Path, content: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "export.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in content), encoding="utf-8")
    return path


def peak_of(source: Path) -> int:
    """Bytes at most held by a reading whose patients nobody keeps."""
    reading = Reading.of(network(PHOSPHORUS), source, as_of=AS_OF)
    tracemalloc.start()
    count = sum(1 for _ in reading.patients())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == PATIENTS
    return peak


def test_an_export_is_read_as_the_same_list_in_memory_is(tmp_path: Path) -> None:
    content = resources()
    expected = read(content, PHOSPHORUS, WARFARIN)
    for source in (export(tmp_path, content), tmp_path):
        found = read(source, PHOSPHORUS, WARFARIN)
        assert found.patients == expected.patients
        assert not found.report.findings


def test_an_export_takes_a_fraction_of_its_size(tmp_path: Path) -> None:
    path = export(tmp_path, resources())
    assert peak_of(path) < path.stat().st_size


def test_a_folder_takes_what_its_largest_file_takes(tmp_path: Path) -> None:
    size = 0
    for n in range(PATIENTS):
        results = [
            observation("2777-1", 5) | {"id": f"o{k}", "note": "x" * 500, "subject": {"reference": f"Patient/p{n}"}}
            for k in range(RESULTS)
        ]
        path = tmp_path / f"{n}.json"
        path.write_text(json.dumps(bundle(patient() | {"id": f"p{n}"}, *results)), encoding="utf-8")
        size = path.stat().st_size
    assert peak_of(tmp_path) < 12 * size


def test_files_of_single_resources_are_read_again_when_they_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(json.dumps(observation("2777-1", 6)), encoding="utf-16")
    (tmp_path / "2.json").write_text(json.dumps(patient()), encoding="utf-8-sig")
    (found,) = read(tmp_path, PHOSPHORUS).patients
    assert found.states["phosphorus"].value == point("6")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_lines_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.ndjson"
    content = [patient(), observation("2777-1", 6)]
    path.write_text("\n\n".join(json.dumps(each) for each in content), encoding=encoding)
    (found,) = read(path, PHOSPHORUS).patients
    assert found.states["phosphorus"].value == point("6")


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b'{"patient": "a"}\n{"patient": "\xe9"}\n', ":2", "not UTF-8"),
        (b'{"patient": "a"}\n' * 100_000 + b'{"patient": "\xe9"}\n', ":100001", "not UTF-8"),
        (b'{"patient": "a"}\n\n{"patient": "\x00"}\n', ":3", "null bytes"),
        (b'{"patient": "a"}\n\xe2\x82', ":2", "not UTF-8"),
        (b" \n\n", "", "empty"),
        (b"\x1f\x8b\x08\x00", "", "compressed"),
        ('{"patient": "a"}'.encode("utf-16-le"), "", "UTF-16"),
    ],
)
def test_an_export_that_is_no_text_gives_nobody(tmp_path: Path, content: bytes, place: str, words: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(content)
    found = read(path)
    assert not found.patients
    (finding,) = found.report.findings
    assert (finding.code, finding.file) == ("G601", f"{path}{place}")
    assert words in finding.message


def test_lines_have_a_limit_and_their_file_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"patient": "a"}\n' + '{"patient": "' + "b" * 200 + '"}\n{"patient": "c"}\n{', encoding="utf-8")
    monkeypatch.setattr(inputs, "LARGEST", 100)
    found = read(path)
    assert names(found.patients) == ["a", "c"]
    assert [problem.resource for problem in found.problems] == [f"{path}:2", f"{path}:4"]
    assert "too long" in found.problems[0].message


def test_a_file_that_changes_while_it_is_read_gives_no_wrong_patient(tmp_path: Path) -> None:
    path = export(tmp_path, resources())
    reading = Reading.of(network(PHOSPHORUS), path, as_of=AS_OF)
    patients = reading.patients()
    assert next(patients).patient == "p0"
    path.write_text("{}\n", encoding="utf-8")
    assert list(patients) == []
    assert codes(reading.report) == ["G600"]
    assert "changed" in reading.report.findings[0].message


def test_a_stored_line_that_is_gone_is_not_taken_for_another(tmp_path: Path) -> None:
    path = export(tmp_path, [patient()])
    (line,) = lines.lines_of(path, 1000, lambda _: None)
    assert line.stored is not None
    assert line.stored.load() == patient()
    path.unlink()
    with pytest.raises(lines.Changed):
        line.stored.load()


def test_progress_tells_done_of_total(tmp_path: Path) -> None:
    def told(source: Any) -> list[Progress]:
        found: list[Progress] = []
        read(source, PHOSPHORUS, on_progress=found.append)
        assert all(0 <= each.done <= each.total for each in found)
        return found

    folder = tmp_path / "files"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.json").write_text(json.dumps({"patient": name}), encoding="utf-8")
    assert told(folder) == [Progress(n, 3, "files") for n in (1, 2, 3)]
    path = export(tmp_path / "export", resources())
    size = path.stat().st_size
    for source in (path, path.parent):
        found = told(source)
        assert [p.total for p in found if p.unit == "bytes"][-1] == size
        assert Progress(size, size, "bytes") in found
        assert [p for p in found if p.unit == "patients"] == [
            Progress(n, PATIENTS, "patients") for n in range(PATIENTS)
        ]
    table = tmp_path / "t.csv"
    table.write_text("patient,phosphorus\na,6 mg/dL\nb,\n", encoding="utf-8")
    assert told(table) == [Progress(n, 2, "rows") for n in (0, 1)]
