"""What a job says while it works and when it fails."""

import errno
import time

from graphbuilder.store.disk import is_full
from graphbuilder.store.line import LOOKS
from graphbuilder.store.work import Work
from graphbuilder.training.processes import FILE_BYTES

TELL_SECONDS = 0.5


def in_words(fault: Exception, memory: int, kind: str) -> str:
    """Why a job of a kind failed, for people, and what can be done. memory: its limit, in bytes."""
    told = f"{type(fault).__name__}: {fault}"
    if is_full(fault):
        if kind in LOOKS:
            return "The disk of this server is full. Nothing of the file was kept, and nothing else was touched."
        return (
            "The disk of this server is full, so not all could be written. Make room, then press Resume or ask again."
        )
    if isinstance(fault, OSError) and fault.errno == errno.EFBIG:
        return (
            f"A file became larger than one may be here, which is {FILE_BYTES / 1e9:.0f} GB. Make the layers smaller."
        )
    if isinstance(fault, MemoryError) and kind == "import":
        return f"The file needs more memory than reading it may take, which is {memory / 1e9:.1f} GB."
    if isinstance(fault, MemoryError) and kind == "look":
        return f"The file needs more memory than a look may take, which is {memory / 1e9:.1f} GB. Leave rows out."
    if isinstance(fault, MemoryError) or "ResourceExhausted" in told or "OOM when" in told or "bad_alloc" in told:
        return (
            f"out of memory (the limit is {memory / 1e9:.1f} GB). Make the batch smaller, or the layers; "
            "the panel Summary shows which takes most."
        )
    if "DataError: " in told:  # of a row that was to be fed, which TensorFlow wraps
        return told.partition("DataError: ")[2].splitlines()[0]
    if isinstance(fault, OSError) and fault.strerror:  # without the file's name
        return f"{type(fault).__name__}: {fault.strerror}"
    return told.strip().splitlines()[0][:300]


class Told:
    """Tells now and then what a look does, and how much of that is done."""

    def __init__(self, jobs: Work, id: str) -> None:
        self.jobs, self.id, self.at = jobs, id, 0.0

    def __call__(self, what: str, share: float) -> None:
        now = time.monotonic()
        if share == 0.0 or now - self.at > TELL_SECONDS:
            self.at = now
            self.jobs.add_to_summary(self.id, {"does": what, "share": round(share, 3)})
            self.jobs.goes_on(self.id)
