"""Files with patients that examples name and that are not there."""

from __future__ import annotations

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model import Guideline
from guidelang.model.examples import patient_file


def check_patient_files(guideline: Guideline, report: Report) -> None:
    """G012: there is no such file. A guideline runs without its examples, so only who checks it asks for these."""
    for example in guideline.symbols.examples:
        path = patient_file(example)
        if example.patient is None or path is None or path.exists():
            continue
        names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        report.error(
            "G012",
            f"there is no file or folder `{path}` with the patient of this example",
            example.patient.span,
            expected="a path that begins where the file with the example lies",
            suggestion=did_you_mean(path.name, names),
        )
