"""Synthetic records that are not part of this repository: what each of them says is known from their description."""

from __future__ import annotations

import csv
import datetime as dt

from guidelang.facts import Reason
from guidelang.quantity import Interval

from ..shared_data import shared_data
from .guideline import PHOSPHORUS, RXNORM, SNOMED, names, quantity, read, reading, reasons, yes_no

WARFARIN = yes_no("warfarin", reading("medication", RXNORM, "11289", "855332"), absent_means_no=True)
KIDNEY_DISEASE = yes_no("kidney_disease", reading("condition", SNOMED, "431855005", "431856006", "709044004"))
DIALYSIS = yes_no("dialysis", reading("procedure", SNOMED, "265764009"))
SYSTOLIC = quantity("systolic", "mm[Hg]", "8480-6")
EGFR = quantity("egfr", "mL/min/{1.73_m2}", "33914-3")


def test_no_bundle_is_lost_and_nobody_on_warfarin_is_said_to_take_none() -> None:
    folder = shared_data("patients", "synthea", "bundles")
    with shared_data("patients", "synthea", "manifest.csv").open(encoding="utf-8", newline="") as rows:
        listed = {row["patient_id"] for row in csv.DictReader(rows)}
    found = read(folder, WARFARIN, KIDNEY_DISEASE, SYSTOLIC, EGFR, as_of=dt.date(2021, 4, 1))
    assert not found.report.findings
    assert set(names(found.patients)) == listed
    states = [each.states for each in found.patients]
    assert sum(each["warfarin"].value is True for each in states) == 12
    assert sum(each["kidney_disease"].value is True for each in states) == 10
    assert all(isinstance(each["systolic"].value, Interval) for each in states)
    assert sum(reasons(each["egfr"]) == [Reason.UNIT_NOT_CONVERTIBLE] for each in states) == 22
    unconvertible = [p for each in found.patients for p in each.problems if p.reason is Reason.UNIT_NOT_CONVERTIBLE]
    assert len(unconvertible) == 102  # the eGFR results in mL/min, which is another quantity


def test_a_bulk_export_is_grouped_by_patient() -> None:
    folder = shared_data("patients", "ndjson-10")
    found = read(folder, DIALYSIS, PHOSPHORUS, as_of=dt.date(1990, 12, 1))
    assert len(found.patients) == 13
    (dialysed,) = [each for each in found.patients if each.states["dialysis"].value is True]
    assert dialysed.patient == "79a66c97-6131-3213-f3c9-4606946ab056"
    assert len(dialysed.states["dialysis"].history) == 430
    assert reasons(dialysed.states["phosphorus"]) == [Reason.NO_RECORD]


def test_hand_written_patients_with_kidney_disease() -> None:
    found = read(shared_data("patients", "ckd-handmade"), KIDNEY_DISEASE, PHOSPHORUS, as_of=dt.date(2019, 2, 1))
    assert names(found.patients) == ["cc-pat-betsy", "cc-pat-mae", "mcc-pat-pnoelle"]
    assert all(each.states["kidney_disease"].value is True for each in found.patients)
    assert [result.reported for each in found.patients[:2] for result in each.states["phosphorus"].history] == [
        "5.1 mg/dL",
        "5.1 mg/dL",
    ]
