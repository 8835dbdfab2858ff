"""Code systems that the language knows by name.

URIs are those of HL7's terminology (FHIR R4, "Using Code Systems", external terminologies); a record may also carry the
OID form or a trailing slash, both map to the same system.
"""

from __future__ import annotations

import re

BUILT_IN_SYSTEMS: dict[str, str] = {
    "LOINC": "http://loinc.org",
    "SNOMED CT": "http://snomed.info/sct",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ATC": "http://www.whocc.no/atc",
    "CVX": "http://hl7.org/fhir/sid/cvx",
}

_ALIASES: dict[str, str] = {
    "urn:oid:2.16.840.1.113883.6.1": "http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "urn:oid:2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "urn:oid:2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "urn:oid:2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "urn:oid:2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
}

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$")

_WORDS = {uri: word for word, uri in BUILT_IN_SYSTEMS.items()}


def system_uri(word: str) -> str | None:
    """The URI of a built-in system's name as the language writes it (`SNOMED` is `SNOMED CT`), else None."""
    return BUILT_IN_SYSTEMS.get("SNOMED CT" if word == "SNOMED" else word)


def canonical_uri(uri: str) -> str:
    """The URI under which codes of a record's system are compared: without a trailing slash, OIDs resolved."""
    uri = uri.strip().rstrip("/")
    return _ALIASES.get(uri, uri)


def named_system(written: str) -> str | None:
    """The URI of a system as a file names it: by a name that the language knows, or by a URI. None for anything else.

    A URI has a scheme; a mere word would be a system of its own, of which no record has codes.
    """
    known = system_uri(written)
    if known is not None:
        return known
    return canonical_uri(written) if _URI.match(written) else None


def is_public(uri: str) -> bool:
    """Whether others can know a system: one under `urn:` that is no OID is somebody's own."""
    uri = canonical_uri(uri)
    return not uri.startswith("urn:") or uri.startswith("urn:oid:")


def word_for(uri: str) -> str:
    """The name of a system as the language writes it; a URI that has none stays a URI."""
    return _WORDS.get(canonical_uri(uri), uri)
