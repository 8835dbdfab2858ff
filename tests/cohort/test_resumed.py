"""Runs of a cohort in any order: stopped anywhere, gone on with, of other inputs and options, over damaged folders.

Whatever happened before, a run that ends leaves just what an uninterrupted one leaves, byte for byte; one that was
stopped leaves the folder as it was or just that; and one that is refused leaves it as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.cohort.killing import started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals of this kind")

EXAMPLES = int(os.environ.get("GUIDELANG_RESUME_EXAMPLES", "4"))
ROWS = 8
DAYS = ("2024-06-01", "2024-07-01")
Files = Mapping[str, bytes]

part = st.floats(0, 1)


class Child:
    """The process that makes the runs (`killable`)."""

    def __init__(self) -> None:
        self._process = started()

    def told(self, run: Mapping[str, object]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(run), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    made = Child()
    yield made
    made.close()


def files(folder: Path) -> Files | None:
    """What a folder holds; None if there is none."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else None


class Resumed(RuleBasedStateMachine):
    """One output folder and what becomes of it."""

    child: Child

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="guidelang-resumed-"))
        self.table, self.out = self.folder / "table.csv", self.folder / "out"
        self.partial = self.folder / ".out.partial"
        self.day, self.why = DAYS[0], False
        self.uninterrupted: dict[tuple[str, str, bool], Files] = {}

    def teardown(self) -> None:
        try:
            self.finished()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    @initialize(edition=st.sampled_from("ab"))
    def begun(self, edition: str) -> None:
        self.edition = edition
        self._write_table()

    @rule(edition=st.sampled_from("ab"))
    def input_changed(self, edition: str) -> None:
        """Also where the rows stay as they were: who wrote them anew may have changed them."""
        self.edition = edition
        self._write_table()

    @rule(day=st.sampled_from(DAYS), why=st.booleans())
    def options_changed(self, day: str, why: bool) -> None:
        self.day, self.why = day, why

    @rule(resume=st.booleans(), kind=st.sampled_from(("event", "write")), at=part)
    def stopped(self, resume: bool, kind: str, at: float) -> None:
        """A run that is killed at any step; or ends before it gets there."""
        self._run(resume=resume, **{kind: 1 + int(at * (70 if kind == "event" else 14))})

    @rule(resume=st.booleans())
    def ended(self, resume: bool) -> None:
        self._run(resume=resume)

    @precondition(lambda self: (self.partial / "journal").exists())
    @rule(at=part, how=st.sampled_from(("cut", "flipped", "gone")))
    def journal_damaged(self, at: float, how: str) -> None:
        damage(self.partial / "journal", at, how)

    @precondition(lambda self: (self.partial / "new").is_dir() and any((self.partial / "new").iterdir()))
    @rule(which=st.integers(0, 6), at=part, how=st.sampled_from(("cut", "flipped", "gone", "longer")))
    def work_damaged(self, which: int, at: float, how: str) -> None:
        made = sorted((self.partial / "new").iterdir())
        damage(made[which % len(made)], at, how)

    @precondition(lambda self: self.out.is_dir() and any(self.out.iterdir()))
    @rule(which=st.integers(0, 6), at=part, how=st.sampled_from(("cut", "flipped", "gone", "longer")))
    def output_damaged(self, which: int, at: float, how: str) -> None:
        made = sorted(self.out.iterdir())
        damage(made[which % len(made)], at, how)

    @precondition(lambda self: self.out.is_dir() and self.partial.is_dir() and not (self.partial / "old").exists())
    @rule()
    def stopped_between_two_renames(self) -> None:
        """As on systems that cannot exchange two folders: the output lies aside until the next run."""
        before = files(self.out)
        self.out.rename(self.partial / "old")
        self._run(resume=True, before=before, event=1_000_000)

    @precondition(lambda self: self.out.is_dir())
    @rule(resume=st.booleans())
    def something_foreign_inside(self, resume: bool) -> None:
        """Then nothing is replaced."""
        foreign = self.out / "thesis.docx"
        foreign.write_bytes(b"")
        before = files(self.out)
        assert "thesis.docx" in self.child.told(self._asked(resume=resume))
        assert files(self.out) == before
        foreign.unlink()

    def finished(self) -> None:
        """At the end of all: going on, or beginning anew where that is refused, leads to the whole."""
        if not hasattr(self, "edition"):
            return
        if self._run(resume=True) != "done":
            assert self._run(resume=False) == "done"
        assert sorted(path.name for path in self.folder.iterdir()) == ["out", "table.csv"]

    def _run(self, *, resume: bool, before: Files | None = None, **end: int) -> str:
        before = before or files(self.out)
        told = self.child.told(self._asked(resume=resume, **end))
        after = files(self.out)
        if told.startswith("done"):
            assert told == f"done {ROWS}"
            assert after == self._whole()
            assert not self.partial.exists()
            return "done"
        if told == "killed":
            assert after == before or (after is None and before is None) or after == self._whole()
            return "killed"
        assert resume
        assert "the run that was stopped had another " in told, told
        assert after == before
        return "refused"

    def _asked(self, *, resume: bool, **end: int) -> dict[str, object]:
        run = {"table": str(self.table), "out": str(self.out), "day": self.day, "why": self.why}
        return {**run, "resume": resume, **end}

    def _whole(self) -> Files:
        """What a run leaves that nothing interrupted."""
        key = (self.edition, self.day, self.why)
        if key not in self.uninterrupted:
            out = self.folder.with_name(f"{self.folder.name}-whole")
            assert self.child.told({**self._asked(resume=False), "out": str(out)}) == f"done {ROWS}"
            made = files(out)
            assert made is not None
            shutil.rmtree(out)
            self.uninterrupted[key] = made
        return self.uninterrupted[key]

    def _write_table(self) -> None:
        """Other patients in each edition, and as many characters."""
        rows = "".join(f"{self.edition}{n},{n + (self.edition == 'b')}\n" for n in range(ROWS))
        self.table.write_text(f"patient,phosphorus [mg/dL]\n{rows}", encoding="utf-8")


def damage(path: Path, at: float, how: str) -> None:
    """Does something to a file."""
    if how == "gone":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    place = int(at * max(len(content) - 1, 0))
    if how == "cut":
        content = content[:place]
    elif how == "longer":
        content += b"PAR1"
    elif content:
        content[place] ^= 1
    path.write_bytes(content)


def test_runs_in_any_order_end_in_what_an_uninterrupted_run_leaves(child: Child) -> None:
    Resumed.child = child
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis gives it no types
        Resumed,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
