"""The real desk as a process of its own: started, asked whether it is ready, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS = 40


class Process:
    """`python -m bot serve` with its own settings and nothing from this environment."""

    def __init__(self, database_url: str, folder: Path, role: str = "all", **settings: str) -> None:
        self.folder, self.port, self.role = folder, _free_port(), role
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "PORT": str(self.port),
            "GUIDEPOST_SECRET_KEY": "k" * 40,
            "LOG_LEVEL": "DEBUG",
            **settings,
        }
        self.log = folder / "desk.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Process":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start and wait until it serves."""
        with self._log_end() as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + seconds
        # One client for all attempts: making one takes more of the processor than asking.
        with httpx.Client(base_url=self.url, timeout=1, verify=False, trust_env=False) as client:
            while time.monotonic() < until and self._process.poll() is None:
                try:
                    if client.get("/healthz").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.1)
        raise AssertionError(f"the desk did not start:\n{self.log.read_text()}")

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "bot", "serve", "--role", self.role]

    def _log_end(self) -> IO[bytes]:
        """Where the process writes its log."""
        return self.log.open("ab")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def stop(self, seconds: float = 10) -> int:
        """SIGTERM; returns the exit code and fails when it takes longer than so many seconds."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def pause(self) -> None:
        """SIGSTOP: it stands still until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the desk on the same database."""
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command of the desk on the same database that is not waited for; what it prints goes to the log."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", *arguments]
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)

    @property
    def cpu_seconds(self) -> float:
        """What the process has used of the processor."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """Resident memory of the process."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


class PipedProcess(Process):
    """Its log goes through a pipe, so that it can be read although the process may write no file."""

    def _log_end(self) -> IO[bytes]:
        read, write = os.pipe()
        threading.Thread(target=self._copy, args=(read,), daemon=True).start()
        return os.fdopen(write, "wb")

    def _copy(self, read: int) -> None:
        with os.fdopen(read, "rb") as pipe, self.log.open("ab", buffering=0) as log:
            while data := pipe.read1(65536):
                log.write(data)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
