"""What a unit that cannot be read was probably meant to be. Suggestions are shown, never applied."""

from __future__ import annotations

import re

from guidelang.quantity.table import table
from guidelang.quantity.ucum import MISREAD, UnitError, parse_terms

# Molar concentrations by their old letter; the letter M in small would be a metre.
_MOLAR = {"M": "mol/L", "mM": "mmol/L", "uM": "umol/L", "nM": "nmol/L", "pM": "pmol/L"}

# Giga and tera particles, as European laboratories count cells; g/L is a mass.
_COUNTS = {"G/L": "10*9/L", "G/l": "10*9/L", "Gpt/L": "10*9/L", "Gpt/l": "10*9/L"}
_COUNTS |= {code.replace("G", "T"): "10*12/L" for code in ("G/L", "G/l", "Gpt/L", "Gpt/l")}

# Spellings of one atom, compared without regard to case where the exact spelling is not listed.
_SPELLINGS = {
    "mmhg": "mm[Hg]", "cmh2o": "cm[H2O]", "inhg": "[in_i'Hg]", "torr": "mm[Hg]",
    "iu": "[IU]", "miu": "m[IU]", "uiu": "u[IU]", "kiu": "k[IU]", "unit": "U", "units": "U", "u": "U", "mu": "mU",
    "mcg": "ug", "ugm": "ug", "gm": "g", "gms": "g", "gram": "g", "grams": "g", "mgs": "mg", "kgs": "kg",
    "cc": "mL", "ml": "mL", "dl": "dL", "l": "L", "ul": "uL", "mcl": "uL", "nl": "nL", "fl": "fL",
    "liter": "L", "litre": "L", "liters": "L", "litres": "L",
    "meq": "meq", "ueq": "ueq", "mosm": "mosm", "mosmol": "mosm", "osm": "osm", "mcmol": "umol", "mole": "mol",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "minute": "min", "minutes": "min",
    "mins": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk",
    "weeks": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a", "yr": "a", "yrs": "a",
    "24h": "(24.h)", "24hr": "(24.h)", "24hrs": "(24.h)",
    "c": "Cel", "°c": "Cel", "degc": "Cel", "celsius": "Cel", "°f": "[degF]", "degf": "[degF]", "fahrenheit": "[degF]",
    "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]", "oz": "[oz_av]",
    "in": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]", "feet": "[ft_i]", "foot": "[ft_i]",
    "percent": "%", "pct": "%", "ph": "[pH]", "hpf": "[HPF]", "lpf": "[LPF]", "cfu": "[CFU]", "pfu": "[PFU]",
    "k": "10*3", "thou": "10*3", "thousand": "10*3", "m": "10*6", "mill": "10*6", "million": "10*6",
    "cells": "{cells}", "cell": "{cells}", "copies": "{copies}", "beats": "{beats}", "breaths": "{breaths}",
    "score": "{score}", "points": "{score}", "inr": "{INR}", "ratio": "{ratio}", "index": "{index}",
    "titer": "{titer}", "titre": "{titer}", "packyears": "{pack}.a", "bpm": "/min",
    "1.73m2": "{1.73_m2}", "1.73_m2": "{1.73_m2}", "1.73m^2": "{1.73_m2}", "1.73sqm": "{1.73_m2}",
}  # fmt: skip

_RESPELLED = (
    (re.compile(r"[µμ]"), "u"),
    (re.compile(r"²"), "2"),
    (re.compile(r"³"), "3"),
    (re.compile(r"⁶"), "6"),
    (re.compile(r"⁹"), "9"),
    (re.compile(r"\s*\bper\b\s*"), "/"),
    (re.compile(r"(?<=/)1\.73$"), "1.73m2"),
    (re.compile(r"1\.73\s*[.*]?\s*m(?:\^|\*\*)?2"), "1.73m2"),
    (re.compile(r"(?i)\b[x×]?\s*10\s*(?:\^|\*{1,2}|e)\s*\+?(\d+)"), r"10*\1"),
    (re.compile(r"(?i)[x×](?=10\*)"), ""),
    (re.compile(r"(?i)\bmm\s+hg\b"), "mmHg"),
    (re.compile(r"(?i)\bcm\s+h2o\b"), "cmH2O"),
    (re.compile(r"(?i)/\s*(m?g|mmol)\s*(?:cr|creat|creatinine)\b"), r"/\1{creat}"),
    (re.compile(r"(?i)(?<=l)\s*(?:feu)\b"), "{FEU}"),
    (re.compile(r"(?<=[A-Za-z])\^(?=\d)"), ""),
    (re.compile(r"^10\s+(\d+)(?=\s*/)"), r"10*\1"),
    (re.compile(r"\s*/\s*"), "/"),
    (re.compile(r"(?<=\d)\s+(?=\d)"), "?"),  # two numbers side by side are no number
    (re.compile(r"\s+"), ""),
)
_TOKEN = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|10\*\d+|1\.73_?m\^?2|24\s*hr?s?|[^./(){}\[\]]+|[./()]")


def suggest(code: str) -> str | None:
    """The nearest known code: the same with its atoms spelled right, else one much like it, else None."""
    if len(code) > 60 or "log" in code.casefold():  # a logarithm is no other spelling of its number
        return None
    text = code.strip()
    if text in _MOLAR or text in _COUNTS:
        return _MOLAR.get(text) or _COUNTS[text]
    for pattern, replacement in _RESPELLED:
        text = pattern.sub(replacement, text)
    for common in table().common:
        if common.casefold() == text.casefold() and common != code:
            return common
    spelled = "".join(_spelled(token) for token in _TOKEN.findall(text)).replace("1/", "/").replace("//", "/")
    if spelled in MISREAD:
        return MISREAD[spelled][0]
    if spelled != code and _reads(spelled):
        return spelled
    if "/" not in text:  # it was forgotten, perhaps
        for common in table().common:
            if common.replace("/", "").casefold() == text.casefold():
                return common
    import difflib

    near = difflib.get_close_matches(text, table().common, n=1, cutoff=0.75)
    return near[0] if near else None


def _spelled(token: str) -> str:
    """One atom as UCUM spells it; what is right already stays."""
    if token in "./()" or _reads(token):
        return token
    if token.casefold() in _SPELLINGS:
        return _SPELLINGS[token.casefold()]
    bare = token.rstrip("0123456789-")
    if bare != token and bare.casefold() in _SPELLINGS:
        return _SPELLINGS[bare.casefold()] + token[len(bare) :]
    for variant in (token.lower(), token[:1].lower() + token[1:].upper(), token[:1].lower() + token[1:]):
        if _reads(variant):
            return variant
    return token[:-1] + "L" if token.endswith("l") and _reads(token[:-1] + "L") else token


def _reads(code: str) -> bool:
    try:
        parse_terms(code)
    except UnitError:
        return False
    return True
