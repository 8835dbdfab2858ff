"""How loud a lint is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from guidelang.diagnostics import Diagnostic, Severity

GROUP = "G9"
"""The codes that have a level begin so. All others are errors that no switch turns off."""


class Level(StrEnum):
    OFF = "off"
    HINT = "hint"
    WARNING = "warning"
    ERROR = "error"


def with_levels(findings: Iterable[Diagnostic], levels: Mapping[str, Level]) -> list[Diagnostic]:
    """The findings at the levels that are set for their codes; those that are off are left out."""
    loud = []
    for finding in findings:
        level = levels.get(finding.code) if finding.code.startswith(GROUP) else None
        if level is None:
            loud.append(finding)
        elif level is not Level.OFF:
            loud.append(replace(finding, severity=Severity(level.value)))
    return loud
