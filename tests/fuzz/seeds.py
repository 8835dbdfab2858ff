"""Where fuzzing starts: the examples of this repository, and the words that inputs are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from guidelang.syntax import grammar

from .targets import LONGEST

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "robustness" / "inputs"
"""Inputs that once broke a law, one folder a target."""

EVENTS = (
    b"phosphorus,5.6,mg/dL,2024-05-20\nphosphorus,1.78,mmol/L,2024-05-20T08:30:00+02:00,,,final\nwarfarin,yes,,2024\n",
    b"dialysis,,,,2024-04-01,2024-05-10\nphosphorus,99,mg/dL,2024-05,,,entered-in-error\npth,>2500,pg/mL,2024-05-20\n",
)
WORDS = (
    *(b"mg/dL", b"mL/min/{1.73_m2}", b"10*3/uL", b"mm[Hg]", b"mg/kg.d", b"10^-3.m2/s", b"[IU]/L", b"mg/(24.h)"),
    *(b"[degF]", b"2024-05-20", b"2024-05", b"2024-05-20T08:30:00.5+02:00", b"2024-02-29T23:59:60Z", b"0001"),
    b"9999-12-31T24:00:00Z",
)  # fmt: skip
TABLES = (
    b'patient,birth_date,phosphorus [mg/dL],pth,warfarin\np1,1957-03-20,6.1,"412 pg/mL",no\np2,,,unknown,yes\n',
    b"\xef\xbb\xbfpatient;sex;age\np1;female;67 years\n",
    b"patient\tphosphorus\tphosphorus time\np1\t6.1 mg/dL\t2024-05-20\n",
)
FACT_SETS = (
    b"patient: p1\nphosphorus: 6.1 mg/dL\npth:\n  - {value: '>2500', unit: pg/mL, time: 2024-05-20}\n",
    b"- {patient: a, warfarin: yes}\n- {patient: b, age: 67 years, sex: female}\n",
    b"---\nphosphorus: {value: 6.1, unit: mg/dL}\n---\nphosphorus: unknown\n",
)


def seeds(target: str) -> list[bytes]:
    """The inputs that a target starts with, none above its limit."""
    return [seed for seed in _seeds(target) if 0 < len(seed) <= LONGEST]


def kept(target: str) -> Mapping[str, bytes]:
    """The inputs that a target once failed on, by name."""
    return {path.name: path.read_bytes() for path in sorted((KEPT / target).glob("*"))}


def vocabulary(target: str) -> list[bytes]:
    """Words that a mutation may insert: those of the language, or those of a record."""
    if target in ("parsing", "printing", "checking"):
        signs = (
            b"(",
            b")",
            b">=",
            b"<=",
            b"=",
            b"{",
            b"}",
            b'"',
            b"5.5 mg/dL",
            b"31 days",
            b"2024-06-01",
            b"\n    ",
            b"#",
        )
        return [word.encode() for word in sorted(grammar.reserved_words())] + list(signs)
    return sorted({word for seed in seeds(target) for word in re.findall(rb"[\w\[\]./:-]{2,40}", seed)})[:500]


def _seeds(target: str) -> Iterator[bytes]:
    match target:
        case "parsing" | "printing" | "checking":
            yield from (path.read_bytes() for path in sorted((ROOT / "guidelines").rglob("*.guide")))
            for page in sorted((ROOT / "docs").glob("*.md")):
                yield from (block.encode() for block in _GUIDE.findall(page.read_text(encoding="utf-8")))
        case "fhir" | "lines":
            for path in sorted((ROOT / "guidelines").glob("*/patients/*.json")):
                yield path.read_bytes() if target == "fhir" else _lines(path.read_bytes())
        case "plain":
            yield from FACT_SETS
            yield from (path.read_bytes() for path in sorted((ROOT / "guidelines").glob("*/patients/*.yaml")))
        case "table":
            yield from TABLES
        case "events":
            yield from EVENTS
        case _:
            yield from WORDS


_GUIDE = re.compile(r"^```guide[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _lines(bundle: bytes) -> bytes:
    read = json.loads(bundle)
    return b"\n".join(json.dumps(entry["resource"]).encode() for entry in read.get("entry", ()))
