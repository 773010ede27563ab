"""One job in a process of its own: does what its kind says (`jobs`), and says how it ended.

The host forks such processes; python -m graphbuilder.training.job HOME ID THREADS starts one without a fork.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graphbuilder.memory import MEMORY_LIMIT
from graphbuilder.plan import NotReady
from graphbuilder.readers import DataError
from graphbuilder.records.recorder import NothingWritten
from graphbuilder.store import StoreError
from graphbuilder.store.line import LOOKS
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import Damaged, drop_checkpoints, folder_of
from graphbuilder.training.jobs import KINDS
from graphbuilder.training.jobs.kind import NotWanted, OtherThreads
from graphbuilder.training.jobs.telling import in_words
from graphbuilder.training.processes import CPU_SECONDS, LOOK_SECONDS, begun_mark, limit_this_process

_LAST = ("finished", "stopped", "diverged")
"""States after which nothing is left to go on with."""
NOTHING_WRITTEN = 4
"""Exit code of a job that could not tell its end."""
OTHER_THREADS = 6
"""And of a process that computes with another number of threads than the job wants, before anything was done of it."""
UNWRITTEN = "unwritten.txt"


def work(home: Path, id: str, threads: int = 0) -> int:
    """Does the job and writes its last state; the exit code. threads: to compute with; 0 stands for all cores."""
    jobs = Work(home)
    jobs.has_process(id, os.getpid(), begun_mark(os.getpid()))  # the host may have died before it could
    request = {"threads": threads, **jobs.request(id)}
    memory = request["memory"] = int(request.get("memory") or MEMORY_LIMIT)
    limit_this_process(memory, LOOK_SECONDS if request["kind"] in LOOKS else CPU_SECONDS)
    try:
        with _scratch():
            state, reason = KINDS[request["kind"]](jobs, id, request)
    except (DataError, NotReady, StoreError) as fault:
        state, reason = "failed", str(fault)
    except Damaged as fault:
        state, reason = "failed", str(fault)
        drop_checkpoints(jobs, request.get("run", id))
    except NothingWritten as fault:
        return _unwritten(home, id, fault)
    except NotWanted:
        return 0
    except OtherThreads:
        return OTHER_THREADS
    except Exception as fault:
        traceback.print_exc()
        state, reason = "failed", in_words(fault, memory, request["kind"])
    try:
        jobs.end(id, state, reason)
        if state in _LAST:
            drop_checkpoints(jobs, id)
    except StoreError as fault:
        return _unwritten(home, id, fault)
    return 0


def _unwritten(home: Path, id: str, why: Exception) -> int:
    """Leaves beside the job's log why the store took nothing, for the host to tell; the exit code."""
    with suppress(OSError):
        (folder_of(home, id) / UNWRITTEN).write_text(str(why), "utf-8")
    return NOTHING_WRITTEN


def why_unwritten(home: Path, id: str) -> str:
    """Why the store took nothing from a job, as that left it behind."""
    told = ""
    with suppress(OSError):  # of a full disk it may hold nothing
        told = (folder_of(home, id) / UNWRITTEN).read_text("utf-8")[:300]
    return told or "nothing more could be written; the disk may be full"


@contextmanager
def _scratch() -> Iterator[None]:
    """A folder for what TensorFlow leaves lying about, which a process that ends as jobs do never clears away."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="graphbuilder-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
