"""FHIR R4 records: resources, Bundles and bulk exports, read into the entries that selection works on.

Resources are read as plain mappings through accessors that know each field's type (`access`). A validating library
(fhir.resources 8.3) was measured and left out: on a Bundle of 1,089 entries it took six to eight times as long as this
whole stage, and it rejects a whole resource for one malformed field, where a record should lose that field only.

    bundle        which resources there are, and whose
    listing       which facts a code is listed for
    standing      whether a status lets a record count
    event         what diagnoses, medications, procedures and allergies say about a fact
    observation   what a measurement says about a fact
    record        all of it for one patient
"""

from __future__ import annotations

from guidelang.facts.fhir.bundle import Pool
from guidelang.facts.fhir.record import RecordReader

__all__ = ["Pool", "RecordReader"]
