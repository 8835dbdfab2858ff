"""The commands that help with a guideline before its first patient: new, facts, graph."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from importlib import resources
from pathlib import Path

import pytest

from guidelang.diagnostics import Report
from guidelang.model import shipped_editions, shipped_guidelines, vocabulary_names
from guidelang.source import Source
from guidelang.syntax import parse, tree

from .commands import Shell

DAY = ("--as-of", "2024-06-01")


@pytest.fixture
def here(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(shell.folder)
    return shell.folder


@pytest.mark.parametrize("options", [(), ("--vocabulary", "nephrology")], ids=["alone", "with a vocabulary"])
@pytest.mark.parametrize("name", ["anemia", "anämie_2"])
def test_what_new_writes_passes_check_test_and_fmt(
    shell: Shell, here: Path, name: str, options: tuple[str, ...]
) -> None:
    made = shell.run("new", name, *options)
    assert (made.code, made.out.splitlines()) == (0, [str(Path(name, f"{name}.guide")), str(Path(name, "README.md"))])
    checked = shell.run("check", name)
    assert (checked.code, checked.out) == (0, f"{name} 0.1.0: 2 rules, no findings\n")
    tested = shell.run("test", name)
    assert (tested.code, tested.out.endswith(" passed, 0 failed\n"), tested.err) == (0, True, "")
    assert shell.run("fmt", "--check", name).code == 0
    assert f"guidelang test {name}" in made.err
    assert name in (here / name / "README.md").read_text(encoding="utf-8")


def test_list_tells_what_is_shipped(shell: Shell) -> None:
    found = json.loads(shell.run("list", "--format", "json").out)
    named = [(each["sort"], each["name"] + (f"@{each['edition']}" if each["edition"] else "")) for each in found]
    names = {sort: [name for of, name in named if of == sort] for sort in ("guideline", "vocabulary")}
    assert names == {"guideline": list(shipped_editions()), "vocabulary": vocabulary_names()}
    for each in found:
        file = parse(Source(each["path"], Path(each["path"]).read_text(encoding="utf-8")), Report())
        (head,) = (s for s in file.statements if isinstance(s, tree.Guideline | tree.Vocabulary))
        assert head.title is not None
        assert (head.name.name, head.version, head.title.text) == (each["name"], each["version"], each["title"])
        assert each["patients"] is None or Path(each["patients"]).is_dir()
    text = shell.run("list")
    assert (text.code, text.err) == (0, "")
    assert text.out.index("Guidelines\n  calciphylaxis ") < text.out.index("Vocabularies\n  kidney_stages ")
    told = " ".join(text.out.split())
    assert all(each["title"] in told for each in found)


def test_facts_of_a_vocabulary_are_all_that_it_declares(shell: Shell) -> None:
    listed = json.loads(shell.run("facts", "nephrology", "--format", "json").out)
    names = {fact["name"] for fact in listed["facts"]}
    text = (shipped_guidelines()["calciphylaxis"].parent / "vocabulary" / "nephrology.guide").read_text(
        encoding="utf-8"
    )
    assert names == {"deceased", *re.findall(r"^fact (\w+)", text, re.MULTILINE)}
    page = shell.run("facts", "nephrology").out
    assert f"\n{len(names)} facts\n" in page
    assert "read by" not in page
    assert "did you mean `nephrology`?" in shell.run("facts", "nefrology").err


def test_new_overwrites_nothing(shell: Shell, here: Path) -> None:
    assert shell.run("new", "anemia", "--folder", "work").code == 0
    file = here / "work" / "anemia" / "anemia.guide"
    file.write_text("mine", encoding="utf-8")
    again = shell.run("new", "anemia", "--folder", "work")
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    assert file.read_text(encoding="utf-8") == "mine"
    (here / "taken").write_text("", encoding="utf-8")
    assert shell.run("new", "taken").code == 2
    (here / "empty").mkdir()
    assert shell.run("new", "empty").code == 0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("my-rules", "did you mean `my_rules`?"),
        ("2nd_try", "did you mean `nd_try`?"),
        ("work/anemia", "--folder"),
        ("C:anemia", "--folder"),
        ("C:\\work\\anemia", "--folder"),
        ("rule", "word of the language"),
        ("con", "Windows"),
        ("..", "no name"),
    ],
)
def test_new_refuses_what_is_no_name(shell: Shell, here: Path, name: str, told: str) -> None:
    ended = shell.run("new", name)
    assert ended.code == 2
    assert told in ended.err
    assert list(here.iterdir()) == []


def test_new_with_a_vocabulary_that_is_not_there(shell: Shell, here: Path) -> None:
    ended = shell.run("new", "anemia", "--vocabulary", "nefrology")
    assert ended.code == 2
    assert "did you mean `nephrology`?" in ended.err
    assert not (here / "anemia").exists()


def test_facts_in_each_format(shell: Shell, guideline: str) -> None:
    assert "phosphorus\n  value      quantity in mg/dL" in shell.run("facts", guideline).out
    rows = list(csv.DictReader(io.StringIO(shell.run("facts", guideline, "--format", "csv").out)))
    assert {row["fact"] for row in rows} == {"deceased", "dialysis", "lesion", "phosphorus"}
    assert json.loads(shell.run("facts", guideline, "--format", "json").out)["guideline"] == "trial"
    assert json.loads(shell.run("facts", guideline, "--format", "fhir").out)["resourceType"] == "Library"


def test_results_go_to_a_file(shell: Shell, guideline: str, patient: str) -> None:
    for arguments in (
        ("facts", guideline, "--format", "csv"),
        ("run", guideline, patient, *DAY),
        ("graph", guideline, "--format", "dot"),
    ):
        printed = shell.run(*arguments)
        file = shell.folder / "result.txt"
        written = shell.run(*arguments, "--output", str(file))
        assert (written.code, written.out) == (0, "")
        assert file.read_text(encoding="utf-8") == printed.out
    ended = shell.run("facts", guideline, "--output", str(shell.folder / "no" / "folder"))
    assert ended.code == 2
    assert "cannot write" in ended.err


def test_the_name_of_the_file_says_what_is_written(shell: Shell, guideline: str, patient: str) -> None:
    commands = {
        "html": ("run", guideline, patient, *DAY),
        "md": ("run", guideline, patient, *DAY),
        "json": ("run", guideline, patient, *DAY),
        "csv": ("facts", guideline),
    }
    begins = {"html": "<!DOCTYPE html>", "md": "# A trial", "json": "{", "csv": "fact,label"}
    for ending, arguments in commands.items():
        file = shell.folder / f"result.{ending}"
        assert shell.run(*arguments, "--output", str(file)).code == 0
        assert file.read_text(encoding="utf-8").startswith(begins[ending])


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("graph", "--output", "x.png"), ".svg, .mmd"),
        (("run", "p1.yaml", "--output", "x.pdf"), ".html, "),
        (("facts", "--output", "x.html"), ".csv, .json or .txt"),
        (("run", "p1.yaml", "--output", "x.html", "--format", "json"), "`*.html` is html, and --format says json"),
        (("graph", "--output", "x.svg", "--format", "dot"), "`*.svg` is svg, and --format says dot"),
        (("run", "p1.yaml", "--output", "maria.smith", "--redact"), "the ending is nothing that can be written"),
    ],
)
def test_a_name_that_means_nothing_or_something_else_is_refused(
    shell: Shell, guideline: str, patient: str, command: tuple[str, ...], told: str
) -> None:
    assert patient == str(shell.folder / "p1.yaml")
    name, *rest = (str(shell.folder / word) if "." in word else word for word in command)
    ended = shell.run(name, guideline, *rest)
    assert (ended.code, ended.out) == (2, "")
    assert told in " ".join(ended.err.split())
    assert "smith" not in ended.err
    assert not list(shell.folder.glob("x.*"))


def test_graph_of_a_patient_and_of_a_rule(shell: Shell, guideline: str, patient: str) -> None:
    drawn = shell.run("graph", guideline, "--patient", patient, *DAY, "--rule", "dress", "--format", "mermaid")
    assert drawn.code == 0
    assert "dress<br/>? undecided" in drawn.out
    assert "lower_phosphorus" not in drawn.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rule", "dres"), "did you mean `dress`?"),
        (("--patient", "none.yaml"), "there is no file"),
        (("--format", "png"), "mermaid"),
    ],
)
def test_graph_usage(shell: Shell, guideline: str, arguments: tuple[str, ...], told: str) -> None:
    ended = shell.run("graph", guideline, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_without_graphviz_there_is_mermaid_and_a_remark(
    shell: Shell, guideline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    drawn = shell.run("graph", guideline)
    assert drawn.code == 0
    assert drawn.out.startswith("flowchart LR\n")
    assert "Graphviz is not installed" in drawn.err
    assert shell.run("-q", "graph", guideline).err == ""
    file = shell.folder / "picture.svg"
    refused = shell.run("graph", guideline, "--output", str(file))  # no Mermaid in a file that is called SVG
    assert (refused.code, refused.out, file.exists()) == (1, "", False)
    assert "install Graphviz" in refused.err


def test_the_name_of_the_file_says_the_format(shell: Shell, guideline: str) -> None:
    for name, begin in (("a.mmd", "flowchart"), ("a.DOT", "digraph"), ("a.gv", "digraph")):
        assert shell.run("graph", guideline, "--output", str(shell.folder / name)).code == 0
        assert (shell.folder / name).read_text(encoding="utf-8").startswith(begin)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (the program `dot`) is not installed")
def test_graph_is_svg_where_graphviz_is(shell: Shell, guideline: str) -> None:
    assert "<svg" in shell.run("graph", guideline).out


def test_a_template_is_data_of_the_package() -> None:
    folder = resources.files("guidelang_cli").joinpath("template")
    assert {file.name for file in folder.iterdir()} >= {"guideline.txt", "README.txt"}
