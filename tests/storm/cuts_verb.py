"""The program's verbs as processes that may be ended at any moment.

Each is a process of its own, forked from one that has loaded the program and nothing else, so that a cut falls into
the work and not into the start of Python.
"""

import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from desktop.main import main
from sync.cli import main as command_line

PATIENCE = 90
"""Seconds that one verb may take on a slow machine."""
NO_LIMIT = resource.RLIM_INFINITY

_PROCESSES = multiprocessing.get_context("forkserver")
_LOADED = ("sync.cli.sealed", "sync.cli.county", "sync.carry.http", "sync.county.server", "uvicorn.protocols.http.auto")
_PROCESSES.set_forkserver_preload(["tests.storm.cuts_kinds", *_LOADED])
_PARSER = command_line.parser()
"""Made before the fork: it takes longer than a small sync."""


def _run(words: list[str], answer: Connection, err: str, file_limit: int) -> None:
    """In the new process: says that it begins, then is `xiangpei` with these words."""
    os.dup2(answer.fileno(), 1)
    answer.close()
    os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    # As it is in a process that was not forked by multiprocessing.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if file_limit != NO_LIMIT:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
    sys.argv = ["xiangpei", *words]
    command_line.parser = lambda: _PARSER
    print("begin", flush=True)
    sys.exit(main())


class Verb:
    """One verb over one node's folder, begun. `file_limit`: bytes beyond which no file of it may grow."""

    def __init__(self, folder: Path, *words: object, file_limit: int = NO_LIMIT) -> None:
        self.said = folder.parent / f"said-by-{folder.name}.txt"
        command = ["--data", str(folder), "--json", *map(str, words)]
        reading, writing = _PROCESSES.Pipe(duplex=False)
        self._process = _PROCESSES.Process(target=_run, args=(command, writing, str(self.said), file_limit))
        self._process.start()
        writing.close()
        self._out = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()
        begun = self._out.readline()
        assert begun == "begin\n", self.said.read_text("utf-8")
        self.since = time.perf_counter()

    def line(self) -> Any:
        """Its next line of JSON; None when it has ended without."""
        line = self._out.readline()
        # A line that was cut in half was never read by anybody.
        return json.loads(line) if line.endswith("\n") else None

    def kill(self) -> None:
        """As a power cut would."""
        self._process.kill()
        self._process.join(PATIENCE)

    def end(self) -> None:
        """As its user would, or after a kill."""
        self._process.terminate()
        self._process.join(PATIENCE)
        self._out.close()

    def ended_within(self, seconds: float) -> bool:
        """Whether it came to its end by itself in this time."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def done(self) -> "Done":
        """How it ended, once it has."""
        wait([self._out], PATIENCE)
        took = time.perf_counter() - self.since
        assert self.ended_within(PATIENCE), f"a verb has not ended within {PATIENCE} s"
        with self._out:
            answer = self.line()
        code = self._process.exitcode
        self._process.close()
        return Done(code or 0, answer, took)


class Done:
    """Exit code (-9: killed), answer and seconds of a verb."""

    def __init__(self, code: int, answer: Any, took: float) -> None:
        self.code, self.answer, self.took = code, answer, took

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def error(self) -> str:
        return str(self.answer.get("error", "")) if self.code and self.answer else ""

    def wrong(self, *allowed: str) -> list[str]:
        """What is wrong with the end of a verb that a fault met: it says why in words, or it was killed."""
        if self.code == 0 or self.killed or self.error in allowed:
            return []
        return [f"ended with {self.code}: {self.answer}"]
