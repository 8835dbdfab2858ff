"""How long the record of one patient with a long history takes, against `json.loads` of the same file.

    python benchmarks/histories.py [OBSERVATIONS ...]        (or: make bench-histories)

A made-up patient has so many measurements of four kinds over nine years, each with a time of day, and a visit for every
hundred of them; the guideline asks about them in event phrases. Told are seconds of processor time, so that other work
on the machine counts little; unreachable cycles are looked for as seldom as the command does it.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import platform
import random
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import guidelang
from guidelang.source import Source
from guidelang_cli.main import COLLECT_AFTER

GUIDELINE = """guideline histories version 1.0.0

fact phosphorus is quantity in mg/dL from observation LOINC 2777-1 within 31 days
fact pth is quantity in pg/mL from observation LOINC 2731-8 within 92 days
fact hba1c is quantity in % from observation LOINC 4548-4 within 1 year
fact systolic is quantity in mm[Hg] from observation LOINC 8480-6 within 1 year
fact visit is yes or no from encounter SNOMED CT 185349003 absent means no

rule twice when at least 2 systolic >= 140 mm[Hg] within 1 year on different days suggest discuss systolic
rule visiting when any systolic > 150 mm[Hg] during visit suggest discuss systolic
rule poor when any hba1c > 9 % within 1 year and phosphorus > 4 mg/dL suggest measure hba1c
rule rising when average pth within 2 years > 300 pg/mL and count of pth within 5 years >= 10 suggest measure pth
rule after_visit when any pth > 600 pg/mL within 14 days after visit suggest measure pth
rule long when phosphorus > 2.5 mg/dL for at least 3 months suggest measure phosphorus
rule newest_two when last 2 hba1c > 8 % suggest measure hba1c
"""
MEASURED = (
    ("2777-1", "mg/dL", 2, 8),
    ("2731-8", "pg/mL", 50, 900),
    ("4548-4", "%", 4, 12),
    ("8480-6", "mm[Hg]", 90, 200),
)
FIRST, YEARS, AS_OF = dt.datetime(2015, 1, 1), 9, "2024-01-01"


def main() -> None:
    gc.set_threshold(COLLECT_AFTER)
    guideline = guidelang.load(Source("histories.guide", GUIDELINE))
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}; {time.strftime('%Y-%m-%d')}\n")
    print(
        "| observations | MB | `json.loads`, s | read and evaluated, s | ratio |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    for count in [int(word) for word in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "patient.json"
            path.write_text(json.dumps(record(count)), encoding="utf-8")
            content = path.read_bytes()
            began = time.process_time()
            json.loads(content)
            decoded = time.process_time() - began
            began = time.process_time()
            (result,) = guideline.evaluate_all(path, as_of=AS_OF, engine="direct")
            taken = time.process_time() - began
            assert result.applies
        print(
            f"| {count:,} | {len(content) / 1e6:.1f} | {decoded:.2f} | {taken:.2f} | {taken / decoded:.0f} |",
            flush=True,
        )


def record(count: int) -> dict[str, object]:
    """A Bundle of one patient with so many observations, evenly over the years."""
    chance = random.Random(1)
    subject = {"reference": "Patient/p1"}
    resources: list[dict[str, object]] = [{"resourceType": "Patient", "id": "p1", "birthDate": "1957-03-20"}]
    for number in range(count):
        code, unit, low, high = MEASURED[number % len(MEASURED)]
        when = FIRST + dt.timedelta(days=365 * YEARS) * number / count
        resources.append(
            {
                "resourceType": "Observation",
                "id": f"o{number}",
                "status": "final",
                "subject": subject,
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                "effectiveDateTime": f"{when:%Y-%m-%dT%H:%M:%S}+00:00",
                "valueQuantity": {
                    "value": round(chance.uniform(low, high), 1),
                    "unit": unit,
                    "system": "http://unitsofmeasure.org",
                    "code": unit,
                },
            }
        )
    for number in range(count // 100):
        day = (FIRST + dt.timedelta(days=365 * YEARS) * number * 100 / count).date()
        resources.append(
            {
                "resourceType": "Encounter",
                "id": f"e{number}",
                "status": "finished",
                "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "185349003"}]}],
                "subject": subject,
                "period": {"start": f"{day}T09:00:00Z", "end": f"{day}T10:00:00Z"},
            }
        )
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


if __name__ == "__main__":
    main()
