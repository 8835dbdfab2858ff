"""Golden files: what a stage prints, kept as it should look and reviewed as a diff.

    def test_page(golden): golden.check("page.txt", page)

compares with `golden/page.txt` beside the test. `pytest --record` writes the files anew; read the diff before you
commit it. Any stage may use the fixture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RECORD_FLAG = "--record"


@dataclass(frozen=True)
class Golden:
    """The golden files of one test module."""

    folder: Path
    record: bool

    def check(self, name: str, text: str) -> None:
        """Fails where the text differs from the file, or the file is missing."""
        path = self.folder / name
        if self.record:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        assert path.exists(), f"{path} is missing; record it with `pytest {RECORD_FLAG}`"
        assert text == path.read_text(encoding="utf-8"), f"{path} differs; if it should, `pytest {RECORD_FLAG}`"
