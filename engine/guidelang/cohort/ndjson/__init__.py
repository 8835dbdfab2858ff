"""Bulk exports of FHIR: folders of NDJSON, read in columns.

    keys       which elements of each type of resource a guideline needs
    export     which files there are, and where each line lies
    lines      a piece of a file as a table of JSON texts
    moments    dates and times, for all rows at once
    shapes     what records that are alike mean: the one-patient reader, asked once for each shape
    results    from such tables to the rows of the facts
    read       the whole of an export, line by line in columns
    store      what was read, in memory or in files, until all of it is
    one        a single patient, as the one-patient reader has it
    gather     the histories of all patients, who has to be read one by one, and what could not be used
    source     the export as an input of a cohort

DuckDB and polars are parts of the extra `cohort`, imported when first used.
"""

from __future__ import annotations

from guidelang.cohort.ndjson.export import is_export
from guidelang.cohort.ndjson.source import ExportSource, open_export_source

__all__ = ["ExportSource", "is_export", "open_export_source"]
