"""A run that is stopped at any moment leaves the old output or the new one, and going on counts nobody twice."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from guidelang.cohort.folder import FACTS, FILES, OUTCOMES, RUN
from tests.cohort.killing import started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals of this kind")

ROWS = 10


class Runs:
    """Runs of one table into one folder."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self.table = folder / "table.csv"
        self._process = started()

    def holds(self, edition: str) -> None:
        """The table of the first edition or the second: other patients."""
        rows = "".join(f"{edition}{n},{n}\n" for n in range(ROWS))
        self.table.write_text(f"patient,phosphorus [mg/dL]\n{rows}", encoding="utf-8")

    def run(self, *, resume: bool = False, **end: int) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"table": str(self.table), "out": str(self.out), "resume": resume, **end}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def edition(self) -> str:
        """Which edition the output is of; it is checked to be whole."""
        assert {path.name for path in self.out.iterdir()} <= set(FILES)
        outcomes, facts = pl.read_parquet(self.out / OUTCOMES), pl.read_parquet(self.out / FACTS)
        edition = str(outcomes["patient"][0][0])
        assert outcomes["patient"].to_list() == facts["patient"].to_list() == [f"{edition}{n}" for n in range(ROWS)]
        assert outcomes["high"].to_list() == ["undecided"] + ["not_applicable"] * 5 + ["applies"] * 4
        counts = json.loads((self.out / RUN).read_text(encoding="utf-8"))["counts"]
        assert counts["patients_read"] == counts["patients_in_outcomes"] == ROWS
        assert counts["rules"] == {"high": {"applies": 4, "not_applicable": 5, "undecided": 1}}
        assert counts["values_rejected"] == 1 == len((self.out / "rejected.ndjson").read_text("utf-8").splitlines())
        return edition

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    made = Runs(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("kind", ["event", "write"])
def test_killed_at_every_step_and_gone_on_with(runs: Runs, kind: str) -> None:
    """At calls that touch a file, and in the middle of writes, all the way to the end; some at random are left out."""
    runs.holds("a")
    assert runs.run() == f"done {ROWS}"
    runs.holds("b")
    step, told = 0, ""
    made = random.Random(kind)
    while step < 400:
        step += made.randint(1, 8 if kind == "event" else 2)
        told = runs.run(**{kind: step})
        if told != "killed":
            break
        before = runs.edition()  # whichever it is, it is whole
        assert runs.run(resume=True) == f"done {ROWS}"
        assert runs.edition() == "b"
        if before == "a":
            runs.holds("a")
            assert runs.run() == f"done {ROWS}"
            runs.holds("b")
    assert told == f"done {ROWS}"
    assert step > 10
    assert runs.edition() == "b"


def test_killed_again_and_again(runs: Runs) -> None:
    """Runs that begin anew or go on, of one edition or the other, killed at random."""
    made = random.Random(7)
    runs.holds("a")
    assert runs.run() == f"done {ROWS}"
    for _ in range(25):
        edition = made.choice("ab")
        runs.holds(edition)
        kind = made.choice(("event", "write"))
        told = runs.run(resume=made.random() < 0.7, **{kind: made.randint(1, 60 if kind == "event" else 20)})
        assert told in ("killed", f"done {ROWS}") or "had another input" in told
        assert runs.edition() == edition or told != f"done {ROWS}"
    runs.holds("b")
    if "had another" in runs.run(resume=True):
        runs.run()
    assert runs.edition() == "b"
    assert sorted(path.name for path in runs.out.parent.iterdir()) == ["out", "table.csv"]


def test_a_full_disk_leaves_the_old_output_and_what_is_done(runs: Runs) -> None:
    runs.holds("a")
    runs.run()
    runs.holds("b")
    assert "File too large" in runs.run(limit=3000)
    assert runs.edition() == "a"
    partial = runs.out.with_name(".out.partial")
    assert len((partial / "journal").read_text("utf-8").splitlines()) > 1
    assert runs.run(resume=True) == f"done {ROWS}"
    assert runs.edition() == "b"
    assert not partial.exists()
