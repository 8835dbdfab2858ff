"""Traces without what identifies a patient: made in one place for every rendering, so that none can forget it.

What leaves a `Redaction` is built from what is known to be safe, and not by striking out what is known to be bad:

* Words of the guideline (names, conditions, labels, citations) and numbers with their units stay.
* Names of patients, resources, files and rows become pseudonyms, the same within one `Redaction`.
* Dates move back by one number of days per patient, which nobody is told; so ages and intervals stay. Times of day
  and zones are dropped. A birth date becomes its year, after the move.
* A sentence that the engine made from a record is kept if it is of a form known here, each of its parts a number with a
  unit, a date or a count. Every other text of a record is dropped.
* An age above 89 is told as 90 or more, and of who is older neither the birth date nor a value computed from it.
"""

from guidelang.trace.redact.findings import redacted_finding
from guidelang.trace.redact.redaction import Case, Redaction

__all__ = ["Case", "Redaction", "redacted_finding"]
