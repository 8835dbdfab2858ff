"""A guideline over a population: a table of facts in, a table of outcomes out.

    source          what an input is: chunks of patients, each as a table of facts
    wide            CSV, TSV or Parquet with one row a patient, as cells, slice by slice
    wide_source     such a file as a source
    read_cells      what a cell means: the one-patient reader, asked once for each different cell
    fact_columns    cells parsed, converted and checked, as the columns that the columnar executor reads
    run             from chunks to what became of each patient
    counts, names   what is counted of all chunks; whether each patient comes once
    write           from an input to an output folder
    folder, swap    the output folder: made beside its place, and put there as a whole
    grown           its files, which grow chunk by chunk and can be cut back
    parquet_parts   one Parquet file from many without decoding them; `thrift` is how its footer is written
    effect          two editions on one input: who gets other advice, and by which rules

The executor is `guidelang.run.columnar`. polars and narwhals are the extra `cohort`, imported when first used.
"""

from __future__ import annotations

from guidelang.cohort.folder import CohortFolderError
from guidelang.cohort.run import Cohort, open_cohort, run_cohort
from guidelang.cohort.write import write_cohort
from guidelang.run.columnar_limits import ColumnarError

__all__ = ["Cohort", "CohortFolderError", "ColumnarError", "open_cohort", "run_cohort", "write_cohort"]
