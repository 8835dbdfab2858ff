"""Small guidelines for questions about all patients."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.network import compile_network
from guidelang.network.ir import Network
from guidelang.source import Source

HEAD = """guideline {name} version 1
{scope}
fact phosphorus is quantity in mg/dL
    within 31 days
    plausible 0.5 to 20 mg/dL
fact calcium is quantity in mg/dL
    within 31 days
    plausible 4 to 18 mg/dL
fact albumin is quantity in g/dL
    plausible 0.5 to 7 g/dL
fact dialysis is yes or no
fact warfarin is yes or no
    absent means no
fact valve is yes or no
    absent means no
fact stage is one of g3, g4, g5
fact diagnosed is date
fact visit is yes or no
    absent means no
intervention cinacalcet
    effect lowers calcium
intervention thiosulfate
    effect lowers calcium
parameter ceiling = 5.5 mg/dL
define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
"""


def network(rules: str, *, name: str = "small", scope: str = "") -> Network:
    """A guideline over a few facts with these rules."""
    report = Report()
    text = HEAD.format(name=name, scope=f"    applies to {scope}\n" if scope else "") + rules
    guideline = load(Source(f"{name}.guide", text), report)
    assert guideline is not None, [str(d) for d in report.findings]
    return compile_network(guideline)
