"""Who a process is, and what it may take of the machine."""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

NICE = 10
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # of malloc.h
_LARGE = 1_000_000
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Of a process that computes: large arrays lie in pages of 2 MB where Linux has such, which halves the time that new
pages take. It has to be there when the process begins."""
CPU_SECONDS = 4 * 3600
LOOK_SECONDS = 300
"""Of processor time that a look at data may take, and by the clock."""
FILE_BYTES = 20_000_000_000  # the database, which is everybody's, is among the files
_SINCE = " since "
_ROOM_FOR_THREADS = 1_500_000_000  # their stacks and TensorFlow's pools are counted as data though hardly used


def start_mark(pid: int) -> str | None:
    """What tells a process from a later one of the same number: since when it is there, and in which boot. None where
    there is no such process, or where it has ended and only waits to be asked how."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None if sys.platform == "linux" else _mark_elsewhere(pid)
    return None if fields[0] in ("Z", "X") else f"{boot} {fields[19]}"  # field 22 of the whole line


def _mark_elsewhere(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return "no mark on this system"


def begun_mark(pid: int) -> str:
    """The mark of a process that begins a job now, with when that is: it may have waited for one since long."""
    return f"{start_mark(pid) or ''}{_SINCE}{_up()}"


def is_alive(pid: int | None, mark: str | None) -> bool:
    """Whether this very process is still there. mark: of its start, or of when it began a job."""
    return pid is not None and mark is not None and start_mark(pid) == mark.partition(_SINCE)[0]


def age(mark: str | None) -> float:
    """Seconds since a job was begun, by a clock that never jumps; 0 where that cannot be told."""
    since = (mark or "").partition(_SINCE)[2]
    return max(0.0, _up() - float(since)) if since else 0.0


def _up() -> float:
    """Seconds since this machine was started; 0 where that cannot be told."""
    try:
        return float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return 0.0


def end_group(pid: int, sign: signal.Signals) -> None:
    """Sends a signal to a process that leads a group, and to all it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def limit_this_process(memory: int, seconds: int = CPU_SECONDS) -> None:
    """Puts this process behind the screen's, and within bounds.

    memory: bytes it may take beside what it has. seconds: of processor time.
    """
    behind_the_screen()
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, _data_bytes() + memory + _ROOM_FOR_THREADS)


def behind_the_screen() -> None:
    """A low priority for this process, and the first to go when memory runs out. Twice is as once."""
    os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    _malloc(_ARENA_MAX, 1)  # many pools, one for each thread, keep twice what is in use
    with suppress(OSError):  # where there is no such thing
        Path("/proc/self/oom_score_adj").write_text("1000")


def give_back_at_once() -> None:
    """Has the memory of every large array given back as soon as it is free, for processes that need most of what they
    may take. Before 2.38 glibc seldom uses again what was freed of aligned arrays below 32 MB, and so takes up to twice
    as much as is in use; but new pages take time, up to half as much again."""
    _malloc(_MMAP_THRESHOLD, _LARGE)


def _malloc(what: int, value: int) -> None:
    with suppress(AttributeError, OSError):  # where the library of C has no such thing
        ctypes.CDLL(None).mallopt(what, value)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (soft, hard))


def _data_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
