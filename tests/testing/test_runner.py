"""The runner: what it runs, in one process or several, what it publishes, and when it runs again."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from guidelang.source import Source
from guidelang.testing.document import ExamplesDocument, examples_document
from guidelang.testing.junit import junit_xml
from guidelang.testing.runner import TestRun, run
from guidelang.testing.watched import Stamps, files_behind, stamps, wait_for_change

RULE = """
fact ill is yes or no
rule treat
    when ill
    recommend start rest
intervention rest
"""


def guide(folder: Path, name: str, *examples: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.guide"
    blocks = "".join(f'example "{e}"\n    on 2024-06-01\n    given ill\n    expect {e}\n' for e in examples)
    path.write_text(f"guideline {name} version 1\n{RULE}{blocks}", encoding="utf-8")
    return path


def names(done: TestRun) -> list[tuple[str, str, bool]]:
    return [(case.guideline, case.name, case.passed) for case in done.cases]


def test_a_folder_is_all_guidelines_in_it_and_below(tmp_path: Path) -> None:
    guide(tmp_path / "one", "a", "treat")
    guide(tmp_path / "two", "b", "not treat")
    guide(tmp_path / "two", "c", "treat")
    guide(tmp_path / "more" / "d" / "2003", "d", "treat")
    guide(tmp_path / "more" / "d" / "2017", "d", "not treat")
    guide(tmp_path / ".hidden", "e", "treat")
    done = run([tmp_path])
    assert names(done) == [
        ("d", "treat", True),
        ("d", "not treat", False),
        ("a", "treat", True),
        ("b", "not treat", False),
        ("c", "treat", True),
    ]
    assert (done.passed, len(done.failed)) == (3, 2)


def test_a_guideline_is_run_once_however_often_it_is_named(tmp_path: Path) -> None:
    path = guide(tmp_path, "a", "treat")
    part = tmp_path / "a.examples.guide"
    part.write_text('part of a\nexample "x"\n    on 2024-06-01\n    given not ill\n    expect not treat\n')
    assert names(run([path, part, tmp_path])) == [("a", "treat", True), ("a", "x", True)]


def test_a_guideline_with_errors_does_not_keep_others_from_being_run(tmp_path: Path) -> None:
    good = guide(tmp_path / "good", "a", "treat")
    bad = guide(tmp_path / "bad", "b", "nonsense")
    done = run([bad, good])
    assert names(done) == [("a", "treat", True)]
    assert [finding.code for finding in done.report.findings] == ["G201"]


def test_who_has_no_examples_is_known(tmp_path: Path) -> None:
    bare = guide(tmp_path / "bare", "a")
    other = guide(tmp_path / "other", "b", "treat")
    done = run([bare, other])
    assert [Path(name).name for name in done.without] == ["a.guide"]


def test_processes_give_what_one_gives_in_the_same_order(tmp_path: Path) -> None:
    many = guide(tmp_path / "many", "a", "treat")
    head = many.read_text(encoding="utf-8")
    givens = {str(number): "ill" if number % 7 else "not ill" for number in range(60)}
    blocks = (f'example "{n}"\n    on 2024-06-01\n    given {g}\n    expect treat\n' for n, g in givens.items())
    many.write_text(head + "".join(blocks), encoding="utf-8")
    few = guide(tmp_path / "few", "b", "treat", "not treat")
    alone, together = run([many, few]), run([many, few], jobs=4)
    assert [(case.name, case.passed, case.failed, case.span) for case in together.cases] == [
        (case.name, case.passed, case.failed, case.span) for case in alone.cases
    ]
    assert len(alone.cases) == 63
    assert alone.failed
    assert together.report.findings == alone.report.findings


# ---- documents -------------------------------------------------------------------------------------------------------


@pytest.fixture
def done(tmp_path: Path) -> TestRun:
    path = guide(tmp_path, "a", "treat")
    text = 'example "bad \x07 & <b>"\n    on 2024-06-01\n    given not ill\n    expect treat, recommend start rest\n'
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return run([path, guide(tmp_path / "wrong", "b", "nonsense")])


def test_the_document_follows_its_schema(done: TestRun) -> None:
    text = examples_document(done.cases).model_dump_json()
    read = ExamplesDocument.model_validate_json(text)
    assert (read.passed, read.failed) == (1, 1)
    (file,) = read.files
    assert (file.guideline, file.version) == ("a", "1")
    bad = file.examples[1]
    assert (bad.passed, bad.as_of) == (False, "2024-06-01")
    assert [failure.rule for failure in bad.failures] == ["treat", "treat"]
    assert bad.failures[0].why[:2] == ["treat does not apply", "  when ill = no (asserted by the record)"]


# What the schemas of Jenkins and the reader of GitLab know: the attributes of each element, and what it may hold.
_JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), {"testsuite"}),
    "testsuite": ({"name", "tests"}, {"failures", "errors", "time", "skipped", "timestamp", "hostname"}, {"testcase"}),
    "testcase": ({"name", "classname", "time"}, {"file", "line"}, {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, set(), set()),
    "error": ({"message", "type"}, set(), set()),
}


def check(element: ET.Element) -> None:
    needed, allowed, inside = _JUNIT[element.tag]
    assert needed <= set(element.attrib) <= needed | allowed, element.attrib
    for name in ("tests", "failures", "errors", "line"):
        assert element.get(name, "0").isdigit()
    assert TypeAdapter(float).validate_python(element.get("time", "0")) >= 0
    for child in element:
        assert child.tag in inside
        check(child)


def test_junit_is_what_its_readers_expect(done: TestRun) -> None:
    root = ET.fromstring(junit_xml(done.cases, done.report.findings))
    check(root)
    for each in (root, *root):
        for counted, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert each.get(counted) == str(len(list(each.iter(tag)))), (each.attrib, tag)
    good, bad, wrong = root.iter("testcase")
    assert (good.get("classname"), good.get("name"), len(good)) == ("a 1", "treat", 0)
    assert bad.get("name") == "bad \ufffd & <b>"
    (failure,) = bad
    assert failure.get("message") == "expected `treat` to apply, but it does not apply (and 1 more)"
    assert failure.text is not None
    assert "\n    when ill = no (asserted by the record)\n" in failure.text
    assert "treat does not apply (shown above)" in failure.text
    (error,) = wrong
    assert (error.tag, error.get("type")) == ("error", "G201")


# ---- watching --------------------------------------------------------------------------------------------------------


def test_the_files_behind_a_guideline(tmp_path: Path) -> None:
    path = guide(tmp_path, "a", "treat")
    (tmp_path / "words.guide").write_text("vocabulary words version 1\nfact sad is yes or no\n", encoding="utf-8")
    more = 'use vocabulary words\nexample "x"\n    on 2024-06-01\n    given patient "p/1.yaml"\n    expect treat\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    behind = {file.absolute() for file in files_behind([str(path)])}
    assert behind == {path, tmp_path, tmp_path / "words.guide", tmp_path / "p" / "1.yaml"}


def test_a_change_is_noticed_once_it_has_come_to_rest(tmp_path: Path) -> None:
    path = guide(tmp_path, "a", "treat")
    before = stamps(files_behind([path]))
    steps = iter(
        [
            lambda: None,
            lambda: path.write_text("", encoding="utf-8"),
            lambda: path.write_text("guideline a version 1\n", encoding="utf-8"),
            lambda: (tmp_path / "a.examples.guide").write_text("part of a\n", encoding="utf-8"),
        ]
    )
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        next(steps, lambda: None)()

    assert wait_for_change(before, sleep=sleep) == [tmp_path, path]
    assert len(slept) == 5
    assert next(steps, None) is None


def test_a_file_that_is_gone_and_comes_back_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "p1.yaml"
    before: Stamps = stamps([path])

    def sleep(_: float) -> None:
        if not path.exists():
            path.touch()

    assert wait_for_change(before, sleep=sleep) == [path]


def test_a_text_is_run_too() -> None:
    text = f'guideline a version 1\n{RULE}example "x"\n    on 2024-06-01\n    given ill\n    expect treat\n'
    assert names(run([Source("a", text)])) == [("a", "x", True)]
