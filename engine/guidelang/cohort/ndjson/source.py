"""A bulk export as a source: read once, as a whole, and handed over some patients at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.history_table import chunk_of
from guidelang.cohort.ndjson.export import files_of, not_read
from guidelang.cohort.ndjson.gather import Export
from guidelang.cohort.ndjson.read import PART, ExportScan
from guidelang.cohort.source import CHUNK, Chunk
from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.facts.complete import Declared
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet

if TYPE_CHECKING:
    import polars as pl


@dataclass(slots=True)
class ExportSource:
    """A folder of NDJSON, or one such file (see `source.Source`).

    What a patient's record says is known when all files are read, so the first chunk waits for that. What does not fit
    into memory lies in a temporary folder meanwhile (`TMPDIR`), and what is packed is unpacked there.

    Attributes:
        told: what is worth a word.
        part: bytes of an export whose patients are gathered together, about.
    """

    path: Path
    setting: Setting
    complete: Declared
    told: tuple[str, ...]
    part: int = PART
    unit: str = "patients"
    _export: Export | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def size(self) -> int:
        return 0

    @property
    def notes(self) -> tuple[str, ...]:
        return self.told

    def fingerprint(self) -> str:
        found = [(str(file), file.stat()) for file in files_of(self.path)]
        return " ".join(f"{name} {each.st_size} {each.st_mtime_ns}" for name, each in found)

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        export = self._read()
        reached = 0
        for number, histories in enumerate(export.histories(CHUNK)):
            reached += len(histories.patients)
            if number >= after:
                made = chunk_of(self.setting.network, histories, reached)
                yield made if number else _with(made, export.rejected, len(export.scan.unnamed))
        if not reached:
            nobody = Diagnostic("G602", Severity.ERROR, "there is no patient in the input", file=self.name)
            raise GuidelineError([nobody])

    def fact_set(self, patient: str) -> FactSet | None:
        export = self._read()
        return export.one.fact_set(patient) if export.has(patient) else None

    def _read(self) -> Export:
        if self._export is None:
            folder = tempfile.TemporaryDirectory(prefix="guidelang-")
            scan = ExportScan.of(self.setting, self.path, Path(folder.name), part=self.part)
            self._export = Export(scan, self.complete, folder)
        return self._export


def open_export_source(path: Path, setting: Setting, complete: Declared, report: Report) -> ExportSource | None:
    """An export; None, and errors in the report, if there is no file to read or nothing to read it with."""
    if find_spec("duckdb") is None:
        told = "to read NDJSON for a cohort, duckdb must be installed"
        report.error("G600", told, file=str(path), suggestion="pip install 'guidelang[cohort]'")
        return None
    try:
        files_of(path)
    except GuidelineError as error:
        for finding in error.diagnostics:
            report.add(finding)
        return None
    return ExportSource(path, setting, complete, not_read(path))


def _with(chunk: Chunk, rejected: pl.DataFrame, left_out: int) -> Chunk:
    import polars as pl

    return Chunk(
        chunk.names,
        chunk.table,
        pl.concat([rejected, chunk.rejected]),
        left_out,
        chunk.fact_set,
        chunk.odd,
        chunk.reached,
    )
