"""FHIR R4 records: resources, Bundles and bulk exports, read into the entries that selection works on.

Resources are read as plain mappings through accessors that know each field's type (`access`). A validating library
(fhir.resources 8.3) was measured and left out: on a Bundle of 1,089 entries it took six to eight times as long as this
whole stage, and it rejects a whole resource for one malformed field, where a record should lose that field only.

    bundle        which resources there are, whose, and which are orders under review
    listing       which facts a code is listed for
    standing      whether status and intent let a record count
    filters       whether a record has what a `from` clause asks of its elements
    judged        what the readings of one fact make of one record
    timing        when a record was, and from when to when
    links         which encounter and which people it belongs to
    event         what records that are themselves the statement say about a fact; one file for each group of types
    dose          how much is taken a day
    observation   what a measurement says about a fact
    record        all of it for one patient
"""

from __future__ import annotations

from guidelang.facts.fhir.bundle import Pool, Whose
from guidelang.facts.fhir.record import RecordReader

__all__ = ["Pool", "RecordReader", "Whose"]
