"""How good the tests of a stage are: mutants of its code, made and run by mutmut.

    python tools/mutants.py [--sample 150] [--seed 1] [STAGE ...]        (or: make mutants SAMPLE=150)

Stages are `quantity`, `facts` and `run` (but for its `columnar*`, which the tests of cohorts test). Each is tested by
its own tests alone, so that a mutant that only another stage's tests would kill counts as a survivor. mutmut wants a
layout of its own: the tree is copied into `build/mutants`. `--sample` runs so many mutants of each stage, picked by
chance, and all of them if it is 0; the same seed picks the same ones as long as their functions do not change.

mutmut runs each mutant with the tests that called its function when nothing was mutated, in a process that has run them
before. What was computed once for all, in a cache or when a module was loaded, hides a mutant there; so the caches of
the stage are taken out of the copy, and what survives is written into the code and run once more, with all tests of the
stage and in a process of its own. Tests made of random examples take the same ones each time.

Prints a row for each stage; the survivors stand in `build/mutants/STAGE.txt` with what was changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "mutants"


@dataclass(frozen=True, slots=True)
class Stage:
    """Which code is mutated, and by what it is tested; paths are relative to `guidelang` and to the tree."""

    mutated: str
    tests: Sequence[str]
    but_not: str = "none"
    slow: Sequence[str] = ()
    """Tests that take long under each mutant: only what survives the others is run with them."""
    without: Sequence[str] = ()
    """Tests of something that mutants cannot change, such as where a file lies in the tree."""


STAGES: Mapping[str, Stage] = {
    "quantity": Stage(
        "quantity/*",
        ("tests/quantity",),
        without=("--deselect=tests/quantity/test_table.py::test_the_table_is_what_the_generator_writes",),
    ),
    "facts": Stage(
        "facts/*",
        ("tests/facts",),
        slow=("--ignore=tests/facts/test_fhir_hostile.py", "--ignore=tests/facts/test_fhir_damaged.py"),
    ),
    "run": Stage("run/*", ("tests/run",), but_not="run/columnar*", slow=("--ignore=tests/run/test_executors.py",)),
}

MUTMUT = (sys.executable, "-m", "mutmut")

KILLED = (1, 3)
SURVIVED = (0, 33, None)
"""Exit codes that mutmut keeps for a mutant; 33 is of a function that no test calls, others are timeouts, crashes."""

LONGEST = 600
"""Seconds after which a mutant has run into an endless loop."""

PYTEST = ("-x", "-q", "--rootdir=.", "--hypothesis-profile=ci")
"""The first failure says enough; the profile takes the same examples each time, and holds none against a clock."""

CACHE = re.compile(r"^ *@lru_cache\(.*\)\n", re.MULTILINE)

SETTINGS = """[tool.pytest.ini_options]
pythonpath = ["src", "cli"]
addopts = "--import-mode=importlib -p no:cacheprovider"

[tool.mutmut]
source_paths = ["src/guidelang"]
only_mutate = ["src/guidelang/{mutated}"]
do_not_mutate = ["src/guidelang/{but_not}*"]
also_copy = ["cli", "grammar", "guidelines", "tools"]
pytest_add_cli_args = {options}
pytest_add_cli_args_test_selection = {tests}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stages", nargs="*", default=tuple(STAGES))
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print("| stage | mutants | run | killed | timeouts, crashes | survived | score | min |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in chosen.stages:
        row(name, chosen.sample, chosen.seed)
    return 0


def row(name: str, sample: int, seed: int) -> None:
    """Runs mutants of one stage, and prints what became of them."""
    began = time.monotonic()
    place = assembled(name)
    mutmut(place, "guidelang.none_of_this_name*")  # makes the mutants, and finds which tests call what
    mutants = sorted(results(place))
    if not mutants:
        sys.exit(f"mutmut made no mutants of {name}; its words are in {place / 'mutmut.log'}")
    if found := code_of_all_tests(name, place, None):
        sys.exit(f"without a mutant the tests of {name} end with {found}, as {place / 'pytest.log'} says")
    picked = sorted(by_chance(mutants, seed)[: sample or None])
    mutmut(place, *picked)
    first = results(place)
    codes = {each: code_of_all_tests(name, place, each) if first[each] in SURVIVED else first[each] for each in picked}
    killed = sum(code in KILLED for code in codes.values())
    survivors = [each for each in picked if codes[each] in SURVIVED]
    others = len(picked) - killed - len(survivors)
    score = 100 * (killed + others) / len(picked)
    minutes = (time.monotonic() - began) / 60
    counts = f"{len(mutants)} | {len(picked)} | {killed} | {others} | {len(survivors)}"
    print(f"| `{name}` | {counts} | {score:.0f} % | {minutes:.0f} |", flush=True)
    (PLACE / f"{name}.txt").write_text("\n".join(change(place, each) for each in survivors), encoding="utf-8")


def by_chance(mutants: Sequence[str], seed: int) -> Sequence[str]:
    """In an order that a new mutant elsewhere does not change, so that samples before and after a change compare."""
    return sorted(mutants, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


def assembled(name: str) -> Path:
    """A copy of the tree as mutmut wants it."""
    stage, place = STAGES[name], PLACE / name
    shutil.rmtree(place, ignore_errors=True)
    leave = shutil.ignore_patterns("__pycache__")
    package = place / "src" / "guidelang"
    shutil.copytree(ROOT / "engine" / "guidelang", package, ignore=leave)
    for folder in ("cli", "grammar", "guidelines", "tests", "tools"):
        shutil.copytree(ROOT / folder, place / folder, ignore=leave)
    for path in (package / stage.mutated).parent.rglob("*.py"):
        path.write_text(CACHE.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = SETTINGS.format(
        mutated=stage.mutated,
        but_not=stage.but_not,
        options=json.dumps([*PYTEST, *stage.slow, *stage.without]),
        tests=json.dumps(stage.tests),
    )
    (place / "pyproject.toml").write_text(settings, encoding="utf-8")
    return place


def mutmut(place: Path, *names: str) -> None:
    """`mutmut run`, one process at a time."""
    with (place / "mutmut.log").open("ab") as log:
        subprocess.run(
            [*MUTMUT, "run", "--max-children", "1", *names],
            cwd=place,
            env={**os.environ, "PYTHONPATH": ""},
            stdout=log,
            stderr=log,
            check=False,
        )


def code_of_all_tests(name: str, place: Path, mutant: str | None) -> int:
    """What pytest ends with when all tests of a stage are run with one mutant in the code, or with none."""
    stage = STAGES[name]
    folder = place / "src" / "guidelang" / Path(stage.mutated).parent
    unchanged = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    if mutant is not None:
        subprocess.run([*MUTMUT, "apply", mutant], cwd=place, check=True)
        if all(path.read_text(encoding="utf-8") == text for path, text in unchanged.items()):
            sys.exit(f"mutmut did not apply {mutant}")
    with (place / "pytest.log").open("ab") as log:
        try:
            return subprocess.run(
                [sys.executable, "-m", "pytest", *PYTEST, *stage.without, *stage.tests],
                cwd=place,
                env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=log,
                stderr=log,
                timeout=LONGEST,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return -1
        finally:
            for path, text in unchanged.items():
                path.write_text(text, encoding="utf-8")


def results(place: Path) -> Mapping[str, int | None]:
    """The exit code of each mutant, None if it was not run."""
    found: dict[str, int | None] = {}
    for path in (place / "mutants").rglob("*.meta"):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def change(place: Path, name: str) -> str:
    """What a mutant changes, as a diff."""
    command: Sequence[str] = [*MUTMUT, "show", name]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
