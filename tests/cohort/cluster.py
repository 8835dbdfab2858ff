"""A Spark cluster on this machine: a master and workers, each a process of its own, started from the pip package."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds for a process to say that it is there; machines of tests are slow."""


def lacking() -> str | None:
    """Why there can be no cluster here; None if there can."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("pyarrow") is None:
        return "pyspark is not installed (the extra `spark`)"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java"
    return None


class Cluster:
    """A master and two workers with a core each, on loopback; all of them are stopped when the block ends."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        (folder / "conf").mkdir(parents=True)
        lines = "".join(f"{key} {value}\n" for key, value in settings.items())
        (folder / "conf" / "spark-defaults.conf").write_text(lines, encoding="utf-8")
        spec = importlib.util.find_spec("pyspark")
        assert spec is not None
        assert spec.origin is not None
        self._home = Path(spec.origin).parent
        self._env = {
            **os.environ,
            "SPARK_HOME": str(self._home),
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")]),
        }
        self.master = f"spark://127.0.0.1:{_free_port()}"

    def __enter__(self) -> Cluster:
        try:
            address = ["--host", "127.0.0.1", "--port", self.master.rpartition(":")[2], "--webui-port", "0"]
            self._start("master", ["org.apache.spark.deploy.master.Master", *address], "New state: ALIVE")
            for name in ("one", "two"):
                self.start_worker(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def start_worker(self, name: str) -> subprocess.Popen[bytes]:
        """One more worker, registered with the master."""
        options = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g"]
        work = ["--work-dir", str(self.folder / name), self.master]
        return self._start(name, ["org.apache.spark.deploy.worker.Worker", *options, *work], "Successfully registered")

    def begin(self, arguments: Sequence[str], folder: Path) -> subprocess.Popen[str]:
        """`guidelang` with these arguments, begun."""
        call = [sys.executable, "-c", "from guidelang_cli.main import main; raise SystemExit(main())", *arguments]
        log = (folder / "log").open("w")
        return subprocess.Popen(
            call, cwd=folder, env=self._env, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Ends a worker and what it runs at once, as when its machine is lost."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop(self) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill(process)

    def _start(self, name: str, call: Sequence[str], sign: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [str(self._home / "bin" / "spark-class"), *call],
                env=self._env,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        until = time.monotonic() + PATIENCE
        while sign not in log.read_text(encoding="utf-8", errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the {name} does not start: {log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.2)
        return process


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
