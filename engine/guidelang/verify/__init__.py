"""A guideline held against a deck: patients whose results somebody else has written down.

    deck, map_file     the table of expected results; the map between its columns and the guideline
    plan, targets      what each column speaks about, and what an evaluation says of it
    patients           which file holds the patient of a case
    compare            every case evaluated and compared: `verify` gives a `Verification`
    document, build    the same as a published document; `text` and `markdown` print it

Nothing is rounded in favour of the guideline: a case is exact if every compared value is, an undecided outcome equals
an empty cell only (or what the map says), and a case whose patient is missing is no exact case.
"""

from __future__ import annotations

from guidelang.verify.compare import CaseResult, Difference, Verification, verify
from guidelang.verify.document import VerifyDocument

__all__ = ["CaseResult", "Difference", "Verification", "VerifyDocument", "verify"]
