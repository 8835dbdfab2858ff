"""Codes and code systems: which URI a system's name stands for, and when two codes are the same.

Codes match on system and code, never on a display text. `record` has the kinds of record in which codes stand.
"""

from guidelang.terminology.code import Code, ListedCode, Strength
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
from guidelang.terminology.system import BUILT_IN_SYSTEMS, canonical_uri, system_uri, word_for

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
    "LengthElement",
    "ListedCode",
    "RecordKind",
    "RecordType",
    "Strength",
    "TimeElement",
    "canonical_uri",
    "record_words",
    "system_uri",
    "word_for",
]
