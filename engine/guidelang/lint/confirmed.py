"""Codes that have been looked up for the shipped vocabularies, with what they mean.

A small table, and no copy of a code system: a code that is not here is neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidelang.terminology import Code, system_uri


@dataclass(frozen=True, slots=True)
class Concept:
    """What a code means.

    Attributes:
        name: in words.
        terms: beginnings of words by which a label names it, in small letters.
        unit: of an observation, the unit that laboratories send it in (UCUM); it tells mass from amount of substance.
    """

    name: str
    terms: tuple[str, ...]
    unit: str | None = None


def confirmed(code: Code) -> Concept | None:
    """What a code means, or None if nobody looked it up."""
    return _CONCEPTS.get(code)


def concepts() -> Mapping[Code, Concept]:
    return _CONCEPTS


_IONIZED = ("ionized calcium", "calcium, ionized", "calcium ionized", "calcium.ionized", "ionised calcium",
            "calcium, ionised", "free calcium")  # fmt: skip
_RATIO = ("albumin/creatinine", "albumin to creatinine", "albumin-creatinine", "albumin-to-creatinine", "uacr")
_GFR = ("egfr", "gfr", "glomerular filtration", "ckd-epi", "mdrd")
_TRANSPLANT = ("kidney transplant", "renal transplant", "transplant of kidney", "transplantation of kidney")
_END_STAGE = ("end-stage renal", "end stage renal", "end-stage kidney", "end stage kidney", "esrd")
_CINACALCET = Concept("cinacalcet", ("cinacalcet",))
_PARICALCITOL = Concept("paricalcitol", ("paricalcitol",))
_WARFARIN = Concept("warfarin", ("warfarin",))
_DIALYSIS = Concept("dialysis of either kind", ("dialysis", "renal dialysis"))

_TABLE: tuple[tuple[str, str, Concept], ...] = (
    ("LOINC", "2777-1", Concept("phosphorus", ("phosphorus", "phosphate"), "mg/dL")),
    ("LOINC", "14879-1", Concept("phosphorus", ("phosphorus", "phosphate"), "mmol/L")),
    ("LOINC", "17861-6", Concept("total calcium", ("calcium",), "mg/dL")),
    ("LOINC", "2000-8", Concept("total calcium", ("calcium",), "mmol/L")),
    ("LOINC", "1995-0", Concept("ionized calcium", _IONIZED, "mmol/L")),
    ("LOINC", "1994-3", Concept("ionized calcium", _IONIZED, "mmol/L")),
    ("LOINC", "1751-7", Concept("albumin", ("albumin",), "g/dL")),
    ("LOINC", "2731-8", Concept("parathyroid hormone", ("parathyroid", "parathyrin", "pth"), "pg/mL")),
    ("LOINC", "14866-8", Concept("parathyroid hormone", ("parathyroid", "parathyrin", "pth"), "pmol/L")),
    ("LOINC", "6768-6", Concept("alkaline phosphatase", ("alkaline phosphatase",), "U/L")),
    ("LOINC", "2160-0", Concept("creatinine", ("creatinine",), "mg/dL")),
    ("LOINC", "98979-8", Concept("glomerular filtration rate", _GFR, "mL/min/{1.73_m2}")),
    ("LOINC", "62238-1", Concept("glomerular filtration rate", _GFR, "mL/min/{1.73_m2}")),
    ("LOINC", "33914-3", Concept("glomerular filtration rate", _GFR, "mL/min/{1.73_m2}")),
    ("LOINC", "9318-7", Concept("urine albumin/creatinine", _RATIO, "mg/g")),
    ("LOINC", "4548-4", Concept("hemoglobin A1c", ("hemoglobin a1c", "hba1c", "a1c", "glycated hemoglobin"), "%")),
    ("LOINC", "85354-9", Concept("blood pressure panel", ("blood pressure panel",))),
    ("LOINC", "8480-6", Concept("systolic blood pressure", ("systolic",), "mm[Hg]")),
    ("LOINC", "8462-4", Concept("diastolic blood pressure", ("diastolic",), "mm[Hg]")),
    ("LOINC", "72514-3", Concept("pain, 0 to 10", ("pain",), "{score}")),
    ("SNOMED CT", "46177005", Concept("end-stage renal disease", _END_STAGE)),
    ("ICD-10-CM", "N18.6", Concept("end-stage renal disease", _END_STAGE)),
    ("SNOMED CT", "302497006", Concept("hemodialysis", ("hemodialysis", "haemodialysis"))),
    ("SNOMED CT", "71192002", Concept("peritoneal dialysis", ("peritoneal dialysis",))),
    ("SNOMED CT", "265764009", _DIALYSIS),
    ("SNOMED CT", "108241001", _DIALYSIS),
    ("SNOMED CT", "70536003", Concept("kidney transplant", _TRANSPLANT)),
    ("ICD-10-CM", "Z94.0", Concept("kidney transplant", _TRANSPLANT)),
    ("SNOMED CT", "66931009", Concept("hypercalcemia", ("hypercalcemia", "hypercalcaemia"))),
    ("RxNorm", "11289", _WARFARIN),
    ("RxNorm", "114194", _WARFARIN),
    ("RxNorm", "855332", _WARFARIN),
    ("RxNorm", "1364430", Concept("apixaban", ("apixaban",))),
    ("RxNorm", "432400", _CINACALCET),
    ("RxNorm", "432401", _CINACALCET),
    ("RxNorm", "432402", _CINACALCET),
    ("RxNorm", "359296", Concept("calcium acetate", ("calcium acetate",))),
    ("RxNorm", "577315", _PARICALCITOL),
    ("RxNorm", "577317", _PARICALCITOL),
    ("RxNorm", "577324", _PARICALCITOL),
    ("RxNorm", "237832", Concept("sodium thiosulfate", ("sodium thiosulfate", "thiosulfate"))),
)

_CONCEPTS: Mapping[Code, Concept] = {Code(system_uri(word) or word, code): concept for word, code, concept in _TABLE}
