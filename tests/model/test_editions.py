"""Several editions of one guideline in one folder: which one a name means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import guidelang
from guidelang.diagnostics import GuidelineError, Report
from guidelang.model.locate import each_edition, editions_of, shipped_editions, shipped_guidelines, sources_of
from guidelang.testing import run_examples

RULE = """
use vocabulary nephrology

rule lower_phosphorus
    when phosphorus {operator} 5.5 mg/dL
    recommend reduce phosphorus

example "of edition {version}"
    on 2024-06-01
    given phosphorus 5.5 mg/dL
    expect {expected}
"""


def edition(home: Path, mark: str, version: str, clauses: str, operator: str = ">=") -> None:
    (home / mark).mkdir(parents=True)
    expected = "lower_phosphorus" if operator == ">=" else "not lower_phosphorus"
    text = f"# guideline other version 9\nguideline trial version {version}\n{clauses}"
    text += RULE.format(operator=operator, version=version, expected=expected)
    (home / mark / "trial.guide").write_text(text, encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "trial"
    edition(
        folder,
        "2003",
        "1.0.0",
        '    title "Effective 2001-01-01"\n    effective 2003-01-01\n    retired 2009-06-30\n',
        ">",
    )
    edition(folder, "2009", "2.0.0", "    effective 2009-07-01\n    retired 2012-12-31\n")
    edition(folder, "2012", "2.10.0", "    effective 2013-01-01\n")
    edition(folder, "2099", "3.0.0", "    effective 2099-01-01\n")
    (folder / "patients").mkdir()
    (folder / "README.md").write_text("four editions", encoding="utf-8")
    return folder


def code(where: str | Path) -> str:
    report = Report()
    assert sources_of(where, report) == ()
    (finding,) = report.findings
    return finding.code


@pytest.mark.parametrize(
    ("mark", "version"),
    [("2003", "1.0.0"), ("2099", "3.0.0"), ("1.0.0", "1.0.0"), ("1", "1.0.0"), ("2.10", "2.10.0"), ("2", "2.10.0")],
)
def test_a_mark_is_the_folder_the_version_or_the_beginning_of_it(home: Path, mark: str, version: str) -> None:
    assert guidelang.load(f"trial@{mark}").version == version
    assert guidelang.load(f"{home}@{mark}").version == version


@pytest.mark.parametrize("mark", ["2.1", "20", "2010", "x", "4"])
def test_an_unknown_edition_is_refused_with_those_there_are(home: Path, mark: str) -> None:
    with pytest.raises(GuidelineError) as refused:
        guidelang.load(f"trial@{mark}")
    (finding,) = refused.value.diagnostics
    assert finding.code == "G010"
    assert finding.expected is not None
    assert "trial@2003 (version 1.0.0, from 2003-01-01), trial@2009" in finding.expected


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2002-12-31", "1.0.0"),  # none is in force yet: the next
        ("2003-01-01", "1.0.0"),
        ("2009-06-30", "1.0.0"),
        ("2009-07-01", "2.0.0"),
        ("2012-12-31", "2.0.0"),
        ("2013-01-01", "2.10.0"),
        ("2098-12-31", "2.10.0"),
        ("2099-01-01", "3.0.0"),
    ],
)
def test_a_bare_name_is_the_newest_that_is_effective(home: Path, day: str, version: str) -> None:
    assert guidelang.load("trial", as_of=day).version == version
    assert guidelang.load(home, as_of=dt.date.fromisoformat(day)).version == version


def test_without_a_day_it_is_today(home: Path) -> None:
    assert dt.date.today() < dt.date(2099, 1, 1)
    assert guidelang.load(home).version == "2.10.0"


def test_a_file_of_an_edition_is_that_edition(home: Path) -> None:
    assert guidelang.load(home / "2003" / "trial.guide").version == "1.0.0"
    assert guidelang.load(home / "2003").version == "1.0.0"


def test_the_cache_keeps_the_editions_apart(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDELANG_CACHE", str(tmp_path / "kept"))
    for _ in range(2):
        assert [guidelang.load(home, as_of=day).version for day in ("2003-01-01", "2013-01-01")] == ["1.0.0", "2.10.0"]
        assert guidelang.load("trial@2009").version == "2.0.0"


def test_an_edition_that_is_new_in_the_folder_is_seen(home: Path) -> None:
    assert guidelang.load(home).version == "2.10.0"
    edition(home, "2020", "2.11.0", "    effective 2020-01-01\n")
    assert guidelang.load(home).version == "2.11.0"


def test_the_examples_of_all_editions_are_run(home: Path) -> None:
    report = Report()
    results = run_examples(home, report)
    assert [r.name for r in results] == [f"of edition {v}" for v in ("1.0.0", "2.0.0", "2.10.0", "3.0.0")]
    assert all(r.passed for r in results)
    assert [r.name for r in run_examples("trial@2003", report)] == ["of edition 1.0.0"]
    assert report.findings == []


def test_a_folder_with_a_guideline_of_its_own_has_no_editions(home: Path) -> None:
    (home / "trial.guide").write_text("guideline trial version 7\n", encoding="utf-8")
    assert editions_of(home) == ()
    assert each_edition(home) == (home,)
    assert guidelang.load(home).version == "7"


def test_a_folder_of_several_guidelines_is_no_folder_of_editions(home: Path) -> None:
    other = (
        (home / "2012" / "trial.guide").read_text(encoding="utf-8").replace("guideline trial", "guideline other_trial")
    )
    (home / "2012" / "trial.guide").write_text(other, encoding="utf-8")
    assert code(home) == "G005"
    for path in (home / "2003", home / "2009", home / "2012", home / "2099"):
        path.rename(path.with_name("of_" + path.name))
    assert code(home) == "G004"


def test_the_parts_of_an_edition_belong_to_it(home: Path) -> None:
    part = "part of trial\n\nrule check when phosphorus is missing recommend measure phosphorus\n"
    (home / "2009" / "more.guide").write_text(part, encoding="utf-8")
    assert set(guidelang.load("trial@2009").rules) == {"lower_phosphorus", "check"}
    assert guidelang.load(home / "2009" / "more.guide").version == "2.0.0"
    assert list(guidelang.load("trial@2012").rules) == ["lower_phosphorus"]


@pytest.mark.parametrize("place", ["trial/2003", "trial/2003/vocabulary", "trial/vocabulary", "vocabulary"])
def test_the_vocabulary_of_an_edition_may_lie_beside_all_of_them(home: Path, place: str) -> None:
    (home.parent / place).mkdir(exist_ok=True)
    shared = home.parent / place / "shared.guide"
    shared.write_text("vocabulary shared version 1\nparameter ceiling = 5.5 mg/dL\n", encoding="utf-8")
    file = home / "2003" / "trial.guide"
    text = file.read_text(encoding="utf-8").replace("> 5.5 mg/dL", "> ceiling")
    file.write_text(text.replace("use vocabulary nephrology", "use vocabulary nephrology\nuse vocabulary shared"))
    assert guidelang.load("trial@2003").parameters["ceiling"] == "5.5 mg/dL"


def test_a_guideline_without_editions_may_be_named_with_its_version() -> None:
    version = guidelang.load("calciphylaxis").version
    assert guidelang.load(f"calciphylaxis@{version}").version == version
    assert guidelang.load(f"calciphylaxis@{version.split('.')[0]}").version == version
    assert code("calciphylaxis@99") == "G010"
    assert code("nephrology@99") == "G010"
    assert code("calciphylaxys@1") == "G001"
    assert code("calciphylaxis@") == "G001"
    assert code("@2017") == "G001"


def test_a_path_with_the_sign_in_it_is_a_path(tmp_path: Path) -> None:
    edition(tmp_path, "me@home", "1.2.0", "")
    assert guidelang.load(tmp_path / "me@home").version == "1.2.0"
    assert guidelang.load(str(tmp_path / "me@home" / "trial.guide")).version == "1.2.0"
    assert guidelang.load(f"{tmp_path / 'me@home'}@1.2").version == "1.2.0"


def test_every_shipped_edition_is_loaded_by_its_name() -> None:
    for name in shipped_editions():
        assert name.partition("@")[0] in shipped_guidelines()
        assert sources_of(name, report := Report()), report.findings
