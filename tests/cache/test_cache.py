"""What is kept of a compiled guideline comes out as if it had been compiled, and nothing else ever does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import guidelang
from guidelang import cache
from guidelang.cache import store
from guidelang.cache.key import key_of
from guidelang.diagnostics import GuidelineError
from guidelang.model.locate import vocabularies_of
from guidelang.network.packed import pack, unpack
from guidelang.source import Source
from tests.shipped import sample_value_sets

HEAD = (
    "guideline asthma version 1\n\nuse vocabulary breathing\n\nparameter limit = 20 /min\n    plausible 1 to 60 /min\n"
)
RULE = "rule treat\n    when wheeze and rate > limit and rate < 90\n    recommend start reliever\n"
VOCABULARY = "vocabulary breathing version 1\n\nfact wheeze is yes or no\n\nfact rate is quantity in /min\n"
PART = "part of asthma\n\nrule review\n    when wheeze\n    recommend educate reliever\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache."""
    kept = tmp_path / "kept"
    monkeypatch.setenv("GUIDELANG_CACHE", str(kept))
    return kept


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a guideline that gives a hint."""
    home = tmp_path / "asthma"
    home.mkdir()
    (home / "asthma.guide").write_text(HEAD + RULE, encoding="utf-8")
    (home / "breathing.guide").write_text(VOCABULARY, encoding="utf-8")
    return home


def entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def same(one: guidelang.Guideline, other: guidelang.Guideline) -> bool:
    return one.network == other.network and one.diagnostics == other.diagnostics


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each guideline that is compiled."""
    from guidelang import guideline

    seen: list[str] = []
    compile_ = guideline._compiled

    def counted(*arguments: object, **named: object) -> guidelang.Guideline:
        made: guidelang.Guideline = compile_(*arguments, **named)  # type: ignore[arg-type]  # passed on
        seen.append(made.name)
        return made

    monkeypatch.setattr(guideline, "_compiled", counted)
    return seen


def test_the_second_load_gives_the_same_and_compiles_nothing(folder: Path, home: Path, compiled: list[str]) -> None:
    first = guidelang.load(home)
    second = guidelang.load(home)
    assert compiled == ["asthma"]
    assert same(first, second)
    assert first.diagnostics, "the guideline of this test should give a hint"
    assert [str(d.span) for d in first.diagnostics] == [str(d.span) for d in second.diagnostics]
    facts = {"wheeze": True, "rate": "25 /min"}
    documents = [g.evaluate(facts, as_of="2024-06-01", engine="direct").to_json() for g in (first, second)]
    assert documents[0] == documents[1]


def test_every_shipped_guideline_comes_back_whole(folder: Path) -> None:
    from guidelang.model import shipped_editions

    for name in shipped_editions():
        network = guidelang.load(name, valuesets=sample_value_sets(name)).network
        back = unpack(json.loads(json.dumps(pack(network))))
        assert back == network
        assert list(back.nodes) == list(network.nodes)


@pytest.mark.parametrize(
    "change",
    [
        lambda home: (home / "asthma.guide").write_text(HEAD + RULE + "# a remark\n", encoding="utf-8"),
        lambda home: (home / "breathing.guide").write_text(VOCABULARY + "# a remark\n", encoding="utf-8"),
        lambda home: (home / "review.guide").write_text(PART, encoding="utf-8"),
        lambda home: (home / "breathing.guide").rename(home.parent / "asthma" / "moved.guide"),
    ],
    ids=["the guideline", "its vocabulary", "another part", "its vocabulary moved away"],
)
def test_an_edit_is_seen(folder: Path, home: Path, compiled: list[str], change: Callable[[Path], object]) -> None:
    (home.parent / "vocabulary").mkdir()
    (home.parent / "vocabulary" / "breathing.guide").write_text(VOCABULARY, encoding="utf-8")
    guidelang.load(home)
    change(home)
    guidelang.load(home)
    assert len(compiled) == 2
    guidelang.load(home)
    assert len(compiled) == 2


def test_a_vocabulary_that_comes_to_stand_before_another_is_seen(folder: Path, home: Path, compiled: list[str]) -> None:
    shared = home.parent / "vocabulary"
    shared.mkdir()
    (home / "breathing.guide").rename(shared / "breathing.guide")
    assert guidelang.load(home).facts["rate"].unit == "/min"
    (home / "breathing.guide").write_text(VOCABULARY.replace("/min", "/h"), encoding="utf-8")
    assert guidelang.load(home).facts["rate"].unit == "/h"


def test_parameters_are_part_of_the_key(folder: Path, home: Path, compiled: list[str]) -> None:
    plain, set_ = guidelang.load(home), guidelang.load(home, parameters={"limit": "30 /min"})
    assert (plain.parameters["limit"], set_.parameters["limit"]) == ("20 /min", "30 /min")
    assert same(guidelang.load(home, parameters={"limit": "30 /min"}), set_)
    assert len(compiled) == 2


def test_versions_are_part_of_the_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from guidelang.cache import key

    def made() -> str:
        found = key_of((Source("a", HEAD + RULE),), {})
        assert found is not None
        return found.hash

    seen = {made()}
    for name, value in (("__version__", "99"), ("FORMAT", 99), ("_make", lambda: "another")):
        monkeypatch.setattr(key, name, value)
        seen.add(made())
    monkeypatch.setattr(sys, "version", "3.99")
    assert len({*seen, made()}) == 5


@pytest.mark.parametrize(
    "text",
    [
        "use vocabulary breathing\n",
        "use\tvocabulary   breathing version 1\n",
        "use # why not\n  vocabulary\n\n# here\nbreathing",
        "fact a is yes or no use vocabulary breathing fact b is yes or no",
    ],
)
def test_a_vocabulary_is_found_however_it_is_written(home: Path, text: str) -> None:
    found = vocabularies_of((Source(str(home / "asthma.guide"), text),), guidelang.Report())
    assert [Path(source.name).name for source in found] == ["breathing.guide"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content.replace(b"asthma", b"eczema"),
        lambda content: content + content,
        lambda content: b"\x80\x04" + content,
        lambda content: b"[" * 100_000,
    ],
    ids=["empty", "cut", "cut at the end", "edited", "twice", "binary", "deep"],
)
def test_a_damaged_entry_is_passed_over_and_written_anew(
    folder: Path, home: Path, compiled: list[str], damage: Callable[[bytes], bytes]
) -> None:
    first = guidelang.load(home)
    (entry,) = folder.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert same(guidelang.load(home), first)
    assert len(compiled) == 2
    assert entry.read_bytes() == whole


def test_an_entry_of_another_key_is_none(folder: Path, home: Path, compiled: list[str]) -> None:
    guidelang.load(home)
    (entry,) = folder.iterdir()
    other = key_of((Source("other", HEAD + RULE),), {})
    assert other is not None
    entry.rename(folder / f"{other.hash}.compiled")
    assert cache.kept(other) is None


@pytest.mark.parametrize(
    "packed",
    [
        None,
        [],
        "text",
        {"name": "x"},
        [["os.system", "true"]],
        [1] * 18,
        [[] for _ in range(18)],
    ],
    ids=repr,
)
def test_values_that_are_no_network_are_refused(packed: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(packed)


def test_each_field_is_held_against_its_type(home: Path) -> None:
    packed = pack(guidelang.load(home).network)
    for number in range(len(packed)):
        wrong = json.loads(json.dumps(packed))
        wrong[number] = {"a": 3.5}
        with pytest.raises(ValueError, match=r".+"):
            unpack(wrong)


def test_a_guideline_with_an_error_is_not_kept(folder: Path, home: Path) -> None:
    (home / "asthma.guide").write_text(HEAD + RULE + "rule\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(GuidelineError):
            guidelang.load(home)
    assert entries(folder) == set()


def test_off_keeps_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDELANG_CACHE", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.chdir(tmp_path)
    guidelang.load(home)
    assert not (tmp_path / "xdg").exists()
    assert not (tmp_path / "off").exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the rules of XDG")
def test_the_folder_follows_the_custom_of_the_system(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUIDELANG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    guidelang.load(home)
    assert len(entries(tmp_path / "xdg" / "guidelang")) == 1
    assert (tmp_path / "xdg" / "guidelang").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_no_cache(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("GUIDELANG_CACHE", str(tmp_path / "file"))
    assert guidelang.load(home).name == "asthma"


def test_what_was_used_longest_ago_goes_first(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ENTRIES", 3)
    folder.mkdir()
    for age, name in enumerate(("new", "old", "oldest"), start=1):
        (folder / f"{name}.compiled").write_text("", encoding="utf-8")
        os.utime(folder / f"{name}.compiled", (1_000_000 - age, 1_000_000 - age))
    (folder / "killed.part").write_text("", encoding="utf-8")
    os.utime(folder / "killed.part", (1_000_000, 1_000_000))
    (folder / "notes.txt").write_text("not ours", encoding="utf-8")
    guidelang.load(home)
    names = entries(folder)
    assert {"new.compiled", "old.compiled", "notes.txt"} < names
    assert len(names) == 4


def test_processes_that_write_at_once_leave_one_whole_entry(folder: Path, home: Path) -> None:
    script = "import sys, guidelang\nprint(guidelang.load(sys.argv[1]).hash)"
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [process.communicate() for process in running]
    assert [err for _, err in said] == [b""] * 4
    assert len({out for out, _ in said}) == 1
    assert len(entries(folder)) == 1


def test_a_kept_guideline_runs_without_the_parser_and_pydantic(folder: Path, home: Path) -> None:
    guidelang.load(home)
    script = (
        "import sys, guidelang\n"
        "result = guidelang.load(sys.argv[1]).evaluate({'wheeze': True, 'rate': '25 /min'}, as_of='2024-06-01')\n"
        "result.to_json()\n"
        "heavy = {'lark', 'pydantic', 'typer', 'yaml', 'rich', 'guidelang.syntax'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "str(result)\n"
        "print(sorted({'lark', 'pydantic', 'typer', 'yaml', 'guidelang.syntax'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"


def last_line(script: str, *arguments: str) -> str:
    """What a process of its own prints last."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@pytest.fixture
def run_of_one(folder: Path, home: Path, tmp_path: Path) -> tuple[str, ...]:
    """The arguments of a run of one patient, of a guideline that is kept."""
    guidelang.load(home)
    (tmp_path / "p.json").write_text('{"wheeze": true, "rate": "25 /min"}', encoding="utf-8")
    return "run", str(home), str(tmp_path / "p.json"), "--as-of", "2024-06-01"


@pytest.mark.parametrize(("format_", "also"), [("text", set()), ("json", {"rich"})])
def test_a_command_on_a_kept_guideline_loads_what_it_needs(
    run_of_one: tuple[str, ...], format_: str, also: set[str]
) -> None:
    heavy = {"lark", "yaml", "guidelang.syntax", "guidelang_cli.check", *also}
    script = (
        "import sys\nfrom guidelang_cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        f"print(code, sorted({heavy!r} & set(sys.modules)))\n"
    )
    assert last_line(script, *run_of_one, "--format", format_) == "0 []"


def test_a_command_looks_for_cycles_a_few_times_at_most(run_of_one: tuple[str, ...]) -> None:
    script = (
        "import gc, sys\nfrom guidelang_cli.main import main\n"
        "before = sum(each['collections'] for each in gc.get_stats())\n"
        "main(sys.argv[1:])\n"
        "print(sum(each['collections'] for each in gc.get_stats()) - before <= 3)\n"
    )
    assert last_line(script, *run_of_one) == "True"


def test_the_end_of_a_command_is_no_search_for_cycles(run_of_one: tuple[str, ...]) -> None:
    script = (
        "import atexit, gc, sys\nfrom guidelang_cli.main import main\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 10_000))\n"  # called after what the command registers
        "main(sys.argv[1:])\n"
    )
    assert last_line(script, *run_of_one) == "True"
