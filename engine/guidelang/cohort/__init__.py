"""A guideline over a population: a table of facts in, a table of outcomes out.

    source          what an input is: chunks of patients, each as a table of facts
    wide            CSV, TSV or Parquet with one row a patient, as cells, slice by slice
    wide_source     such a file as a source
    read_cells      what a cell means: the one-patient reader, asked once for each different cell
    fact_columns    cells parsed, converted and checked, as the columns that the columnar executor reads
    run             from a file to what became of each patient
    write           the output folder, replaced as a whole

The executor is `guidelang.run.columnar`. polars and narwhals are the extra `cohort`, imported when first used.
"""

from __future__ import annotations

from guidelang.cohort.run import Cohort, run_cohort
from guidelang.cohort.write import CohortFolderError, write_cohort
from guidelang.run.columnar_limits import ColumnarError

__all__ = ["Cohort", "CohortFolderError", "ColumnarError", "run_cohort", "write_cohort"]
