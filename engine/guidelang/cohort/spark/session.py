"""Spark begun and ended, and what is said where it cannot be."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LIBRARIES = ("pyspark", "pyarrow", "pandas")
"""pandas, because pyspark asks for it wherever Arrow tables are handed over."""

MASTER = re.compile(r"local(\[(\*|\d+)(,\d+)?\])?|spark://[^/,:]+:\d+(,[^/,:]+:\d+)*|yarn|k8s://\S+")
ANSWER = 5.0
"""Seconds in which a master has to take a connection."""

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
"""What the outcomes or the terminal stand on; all else is for `spark-defaults.conf`."""


def check_spark(path: Path, master: str, report: Report) -> None:
    """Whether an input and a master are such as can be asked of Spark, before it is loaded."""
    if path.exists() and not is_parquet(path):
        report.error(
            "G672",
            "this is no Parquet",
            expected="a file or folder of Parquet, a row a patient or a row a result",
            suggestion="without `--engine spark` it is read on this machine",
            file=str(path),
        )
    if MASTER.fullmatch(master) is None:
        report.error(
            "G673", f"`{master}` is no master", expected="local[2], spark://host:7077, yarn or k8s://https://host:443"
        )


def is_parquet(path: Path) -> bool:
    """Whether it is a Parquet file, or a folder with some in it, at whatever depth, and no other tables or records."""
    if path.is_file():
        return path.suffix.lower() == ".parquet"
    names = [each.name.lower() for each in path.iterdir() if each.is_file()]
    if any(name.endswith((".csv", ".tsv", ".ndjson", ".ndjson.gz", ".jsonl")) for name in names):
        return False
    return next((True for each in path.rglob("*.parquet") if each.is_file()), False)


@contextmanager
def spark_session(master: str, name: str) -> Iterator[SparkSession]:
    """Spark for as long as the block lasts.

    Args:
        name: what the cluster calls the run.

    Raises:
        GuidelineError: there is no Java, or the master cannot be reached.
        ImportError: pyspark is not installed.
    """
    java = str(Path(os.environ["JAVA_HOME"], "bin", "java")) if "JAVA_HOME" in os.environ else "java"
    if shutil.which(java) is None:
        raise refused("there is no Java, which Spark runs on", "install Java 17, or set JAVA_HOME to where it is")
    hosts = master.removeprefix("spark://").split(",") if master.startswith("spark://") else []
    if hosts and not any(_answers(host) for host in hosts):
        raise refused(f"nobody answers at {master}", "is it the address that the master tells when it is started?")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    settings = dict(_SETTINGS)
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= {"spark.ui.enabled": "false"}
    building = SparkSession.builder.master(master).appName(name)
    for key, value in settings.items():
        building = building.config(key, value)
    try:
        session = building.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise refused(f"Spark does not start: {first_line(error)}", "its log on this terminal may say why") from error
    try:
        yield session
    finally:
        session.stop()


def refused(message: str, help_: str | None = None) -> GuidelineError:
    return GuidelineError([Diagnostic("G673", Severity.ERROR, message, suggestion=help_)])


def failed(error: Exception, path: Path) -> GuidelineError:
    """What is told of a job that Spark gave up."""
    told = str(error)
    unreadable = re.search(r"\[(FAILED_READ_FILE|CANNOT_READ_FILE_FOOTER|PATH_NOT_FOUND|UNABLE_TO_INFER)[^\]]*\]", told)
    if unreadable is not None:
        line = told[unreadable.end() :].strip().splitlines()[0]
        return GuidelineError([Diagnostic("G600", Severity.ERROR, f"it cannot be read: {line}", file=str(path))])
    causes = re.findall(r"^(?:\w+Error|\w+Exception|Caused by): .*$", told, re.MULTILINE)
    return refused(f"Spark gave up: {causes[-1] if causes else first_line(error)}", "the logs of its workers say more")


def first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), ANSWER).close()
    except (OSError, OverflowError):
        return False
    return True
