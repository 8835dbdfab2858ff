"""A cohort on a Spark cluster: Spark reads and hands out rows, and each task settles its own as one machine would.

    session     Spark begun and ended, and what is said where it cannot be
    tables      what Spark is asked to read: Parquet, a row a patient or a row a result
    batches     the rows of one task as a source of chunks
    task        these chunks settled, and the files that a task leaves
    write       from all tasks to one output folder

Nothing comes to the driver but counts, a row a task. pyspark is the extra `spark`; it is imported
here alone, when it is first used.
"""

from __future__ import annotations

from guidelang.cohort.spark.session import LIBRARIES, check_spark, spark_session
from guidelang.cohort.spark.tables import open_on_spark
from guidelang.cohort.spark.write import write_on_spark

__all__ = ["LIBRARIES", "check_spark", "open_on_spark", "spark_session", "write_on_spark"]
