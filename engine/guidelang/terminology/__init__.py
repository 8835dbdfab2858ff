"""Codes, code systems and value sets: which URI a system's name stands for, and which codes a published set has.

Codes match on system and code, never on a display text. A value set is read from files, whole or not at all: one that
is missing, paged, limited or defined by what no file lists is a lack with its reason, and never a smaller set. To run a
network none of that is needed, so it is imported when first used.
`record` has the kinds of record in which codes stand.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from guidelang.terminology.code import Code, ListedCode, Standing, Strength
from guidelang.terminology.record import (
    ANY,
    CODED_ELEMENTS,
    DRAFTS_OF,
    INTENTS,
    KINDS,
    LENGTH_ELEMENTS,
    RECORD_TYPES,
    RECORDS_OF,
    TIME_ELEMENTS,
    VERIFICATIONS,
    CodedElement,
    LengthElement,
    RecordKind,
    RecordType,
    TimeElement,
    record_words,
)
from guidelang.terminology.system import BUILT_IN_SYSTEMS, canonical_uri, is_public, named_system, system_uri, word_for

if TYPE_CHECKING:
    from guidelang.terminology.value_set import Lack, ValueSet
    from guidelang.terminology.value_set_files import Place
    from guidelang.terminology.value_sets import ValueSets, places_of

__all__ = [
    "ANY",
    "BUILT_IN_SYSTEMS",
    "CODED_ELEMENTS",
    "DRAFTS_OF",
    "INTENTS",
    "KINDS",
    "LENGTH_ELEMENTS",
    "RECORDS_OF",
    "RECORD_TYPES",
    "TIME_ELEMENTS",
    "VERIFICATIONS",
    "Code",
    "CodedElement",
    "Lack",
    "LengthElement",
    "ListedCode",
    "Place",
    "RecordKind",
    "RecordType",
    "Standing",
    "Strength",
    "TimeElement",
    "ValueSet",
    "ValueSets",
    "canonical_uri",
    "is_public",
    "named_system",
    "places_of",
    "record_words",
    "system_uri",
    "word_for",
]

_ON_DEMAND = {
    "Lack": "value_set",
    "Place": "value_set_files",
    "ValueSet": "value_set",
    "ValueSets": "value_sets",
    "places_of": "value_sets",
}


def __getattr__(name: str) -> object:
    if name in _ON_DEMAND:
        return getattr(import_module(f"guidelang.terminology.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
