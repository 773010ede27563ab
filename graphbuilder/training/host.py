"""The training host: imports Keras once and forks a process for every job. python -m graphbuilder.training.host HOME

It only imports: a layer built here would start threads, and the next fork would hang. It keeps no connection open and
starts no thread. Host and server talk through the store alone, so that either can die and come back.
"""

import fcntl
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graphbuilder.store import StoreError
from graphbuilder.store.jobs import WHY_PAUSED, Job, why_stopped
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import LANES, LOOKS, Lane
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of
from graphbuilder.training.engine import load_keras
from graphbuilder.training.job import NOTHING_WRITTEN, OTHER_THREADS, why_unwritten, work
from graphbuilder.training.processes import LOOK_SECONDS, age, begun_mark, end_group, is_alive
from graphbuilder.training.spare import Spare
from graphbuilder.training.under_way import begins

TURN_SECONDS = 0.05
START_SECONDS = 20.0
ALONE_SECONDS = 60.0
CANARY_SECONDS = 30.0
CANARY_EVERY = 50
SPARE_SECONDS, SPARE_EVERY = 1.0, 60.0
"""So long after the last job was begun a spare process is made ready, where a core has nothing to do; and so long after
one that was lost."""
ANOTHER_IS_THERE, NO_FORK = 3, 5
log = logging.getLogger("graphbuilder.host")

FORKS = sys.platform == "linux" and not os.environ.get("GRAPHBUILDER_SPAWN")


@dataclass(frozen=True)
class Patience:
    """Seconds. stop, kill: after being asked to stop. progress: without news. close: for all, when the server goes."""

    stop: float = 10.0
    kill: float = 14.0
    progress: float = 60.0
    close: float = 4.0


class Host:
    """All jobs of one folder, one host at a time."""

    def __init__(self, home: Path, limits: Limits | None = None, patience: Patience | None = None) -> None:
        self.jobs = Work(home, pooled=False)
        self.home, self.patience = home, patience or Patience()
        self.limits = limits or Limits.of_settings()
        self.children: dict[int, str] = {}
        self.spawned: dict[int, subprocess.Popen[bytes]] = {}  # one that is forgotten is reaped by the next Popen
        self.answering: set[int] = set()
        self.unwritten: dict[str, int] = {}  # exit codes that the store has not taken yet
        self.asked_since: dict[str, float] = {}
        self.news: dict[str, tuple[float | None, float]] = {}
        self.closing_since: float | None = None
        self.said = 0.0
        self.complained = ""
        self.written = 0
        self.forked = 0
        self.loading = False
        self.spare: Spare | None = None
        self.spare_from = 0.0
        self.handed = 0
        """The process that waited and was given a job last."""

    def run(self) -> int:
        """Works until the server closes, or is gone and nothing is left to do; the exit code."""
        lock = (self.home / "host.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return ANOTHER_IS_THERE
        self.lock = lock
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self.close())
        self.jobs.host_says(os.getpid(), "starting")
        self.jobs.take_up_paused()
        with self.looking_meanwhile():
            load_all()
        if FORKS and not canary():
            self.jobs.host_says(os.getpid(), "lost")
            return NO_FORK
        try:
            return self.turn_by_turn()
        finally:
            if self.spare:
                self.spare.end()

    def turn_by_turn(self) -> int:
        while self.turn():
            if self.forked >= CANARY_EVERY and not self.children:
                self.forked = 0
                if not canary():
                    return NO_FORK
            self.keep_a_spare()
            time.sleep(TURN_SECONDS)
        self.jobs.host_says(os.getpid(), "lost")
        return 0

    def close(self) -> None:
        self.closing_since = self.closing_since or time.monotonic()

    def turn(self) -> bool:
        """One look at everything there is to do; whether to go on."""
        if self.nothing_new():
            return True
        try:
            going = self.look()
            if self.closing_since is not None:
                self.jobs.ask_all_to_close()
                return bool(going)
            while job := self.jobs.take_up(self.limits, self.children.values(), lanes_for(going)):
                self.start(job)
                going.append(job)
            if time.monotonic() - self.said < 1.0:
                return True
            self.said = time.monotonic()
            self.take_turns(going)
            alone, closing = self.jobs.host_says(os.getpid(), "ready")
            if closing:
                self.close()
            return bool(going) or alone < ALONE_SECONDS
        except (StoreError, OSError) as fault:
            # the disk is full, another program holds the database, or no more processes can be had
            if str(fault) != self.complained:
                log.warning("%s", fault)
            self.complained = str(fault)
            now = time.monotonic()
            self.news = {id: (told, now) for id, (told, _) in self.news.items()}  # nobody can tell anything meanwhile
            time.sleep(1.0)
            return True

    def nothing_new(self) -> bool:
        """Whether nobody wrote into the database since the last look, which is cheap to know and mostly so."""
        try:
            written = (self.home / "graphbuilder.sqlite-wal").stat().st_mtime_ns
        except OSError:  # not every database has a log beside it
            return False
        idle = not self.children and self.closing_since is None
        if idle and written == self.written and time.monotonic() - self.said < 1.0:
            return True
        self.written = written
        return False

    # Jobs that go on

    def look(self) -> list[Job]:
        """Settles what has ended, and ends what must not go on; the jobs that do."""
        self.reap()
        going = []
        for job in self.jobs.active():
            if not self.goes_on(job):
                self.asked_since.pop(job.id, None)
                self.news.pop(job.id, None)
            else:
                self.end_if_overdue(job)
                going.append(job)
        return going

    def reap(self) -> None:
        """Asks every child that has ended how, and writes that down: later, where the store takes nothing now."""
        for pid, id in [*self.children.items()]:
            try:
                waited, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:  # somebody else heard how it ended; what the store does not know of it is lost
                self.no_more(pid)
                continue
            if waited:
                code = os.waitstatus_to_exitcode(status)
                end_group(pid, signal.SIGKILL)  # what it may have left behind
                self.no_more(pid)
                if (job := self.active(id)) and (code == OTHER_THREADS or self.never_began(pid, job)):
                    self.start(job, spare=False)
                else:
                    self.unwritten[id] = code
        for id, code in [*self.unwritten.items()]:
            if job := self.active(id):
                told = ("failed", why_unwritten(self.home, id)) if code == NOTHING_WRITTEN else how_it_ended(code, job)
                self.jobs.end(id, *told)
            del self.unwritten[id]

    def never_began(self, pid: int, job: Job) -> bool:
        """Whether the process that waited was lost when the job came to it, which is no fault of the job."""
        return pid == self.handed and job.state == "starting" and not job.asked

    def active(self, id: str) -> Job | None:
        return next((job for job in self.jobs.active() if job.id == id), None)

    def pid_of(self, job: Job) -> int | None:
        return next((pid for pid, id in self.children.items() if id == job.id), job.pid)

    def goes_on(self, job: Job) -> bool:
        """Also of a process that an earlier host started; how that ended nobody can tell."""
        if job.id in self.children.values() or (job.pid and is_alive(job.pid, job.started)):
            return True
        if job.asked:
            self.jobs.end(job.id, *how_it_ended(-signal.SIGKILL, job))
        else:
            self.jobs.end(job.id, "lost", "the process was lost together with its host; what it had told is kept")
        return False

    def end_if_overdue(self, job: Job) -> None:
        now, pid = time.monotonic(), self.pid_of(job)
        assert pid is not None, "a job without a process does not go on"
        if self.news.get(job.id, (0.0, 0.0))[0] != job.progress:
            self.news[job.id] = job.progress, now  # by a clock that stands while a machine sleeps
        silent = now - self.news[job.id][1]
        start = START_SECONDS if FORKS and job.tries == 1 else 3 * START_SECONDS  # which has to import first
        if job.state == "starting" and silent > start:
            end_group(pid, signal.SIGKILL)
            if job.tries == 1:
                self.forget(pid)
                self.jobs.try_again(job.id)
            else:
                self.jobs.end(job.id, "failed", f"could not start within {start:.0f} s, at the second try")
            return
        if silent > self.patience.progress:
            trained = job.kind == "train" and job.summary.get("steps_per_epoch")
            more = "; Resume goes on from what was kept" if trained else ""
            self.jobs.end(job.id, "failed", f"no progress for {self.patience.progress:.0f} s{more}")
            end_group(pid, signal.SIGKILL)
            return
        if job.kind in LOOKS:
            self.end_look(job, pid)
            return
        if not job.asked:
            if (
                job.kind == "train"
                and max(age(job.started), job.summary.get("seconds") or 0) > self.limits.run_minutes * 60
            ):
                self.jobs.ask_to_stop(job.id, "limit")
            return
        asked = now - self.asked_since.setdefault(job.id, now)
        close = self.closing_since is not None
        if asked > (self.patience.close if close else self.patience.kill):
            end_group(pid, signal.SIGKILL)
        elif asked > (self.patience.close - 1 if close else self.patience.stop):
            end_group(pid, signal.SIGTERM)

    def end_look(self, job: Job, pid: int) -> None:
        """A look keeps nothing halfway, so it is ended as soon as it is asked to be."""
        late = age(job.started) > LOOK_SECONDS
        if late:
            self.jobs.end(job.id, "failed", f"The file takes longer than the {LOOK_SECONDS} s that a look may take.")
        if late or job.asked:
            end_group(pid, signal.SIGKILL)

    def take_turns(self, going: list[Job]) -> None:
        """Has a run that went on for its turn give way, where somebody waits who has less."""
        ages = {job.id: age(job.started) for job in going if job.kind == "train" and job.state == "running"}
        long = [id for id, seconds in ages.items() if seconds > self.limits.turn_minutes * 60]
        if long:
            self.jobs.ask_to_give_way(sorted(long, key=lambda id: -ages[id]), self.limits)

    def forget(self, pid: int) -> None:
        if pid in self.children:
            os.waitpid(pid, 0)
            self.no_more(pid)

    def no_more(self, pid: int) -> None:
        """It has ended, and somebody heard how."""
        del self.children[pid]
        self.spawned.pop(pid, None)

    # Starting

    @contextmanager
    def looking_meanwhile(self) -> Iterator[None]:
        """Starts looks at data, which need no Keras, while this process imports it; by a thread that is gone when the
        first process is forked."""
        loaded = threading.Event()

        def start() -> None:
            while not loaded.wait(TURN_SECONDS):
                with suppress(StoreError, OSError):
                    self.reap()
                    while job := self.jobs.take_up(self.limits, self.children.values(), lanes=("look",)):
                        self.start(job)

        thread = threading.Thread(target=start, name="starts looks")
        self.loading = True
        thread.start()
        try:
            yield
        finally:
            loaded.set()
            thread.join()
            self.loading = False

    def keep_a_spare(self) -> None:
        """Has a process ready for the next training, where a core has nothing to do."""
        now = time.monotonic()
        if self.spare and not self.spare.is_there():
            self.spare.forget()
            self.spare, self.spare_from = None, now + SPARE_EVERY
        busy = len(self.children.keys() - self.answering)
        if (
            FORKS
            and self.spare is None
            and now > self.spare_from
            and busy < (os.cpu_count() or 1)
            and not self.closing_since
        ):
            self.forked += 1
            self.spare = Spare(self.home, self.work, self.lock.close)

    def start(self, job: Job, spare: bool = True) -> None:
        """spare: whether a process that waits may take it."""
        folder = folder_of(self.home, job.id)
        folder.mkdir(parents=True, exist_ok=True)
        alone = not self.children.keys() - self.answering  # what waits for questions takes nothing
        threads = 0 if alone and job.kind != "inside" else 1  # a job that starts alone has the whole machine
        begin = self.fork if FORKS and job.tries == 1 and not self.loading else self.spawn
        if spare and begin == self.fork and job.kind == "train" and self.spare and self.spare.is_ready():
            begin = self.hand_over
        pid = begin(job, folder, threads)
        self.spare_from = time.monotonic() + SPARE_SECONDS
        self.children[pid] = job.id
        self.answering = {one for one in self.answering if one in self.children} | (
            {pid} if job.kind == "inside" else set()
        )
        self.jobs.has_process(job.id, pid, begun_mark(pid))

    def hand_over(self, job: Job, folder: Path, threads: int) -> int:
        """Lets the process that waits do it."""
        assert self.spare
        given, self.spare = self.spare, None
        self.handed = given.pid
        try:
            given.give(job.id, folder, threads)
        except OSError:  # it is gone since it was looked at
            return self.fork(job, folder, threads)
        return given.pid

    def fork(self, job: Job, folder: Path, threads: int) -> int:
        self.forked += 1
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setsid()
            self.lock.close()
            for file in self.spare.files if self.spare else ():
                os.close(file)
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, signal.SIG_DFL)
            self.work(job.id, folder, threads)
        finally:
            os._exit(1)

    def work(self, id: str, folder: Path, threads: int) -> None:
        """What a process of a job does, to its end."""
        code = 1
        try:
            out = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            os.dup2(out, 1)
            os.dup2(out, 2)
            code = work(self.home, id, threads)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def spawn(self, job: Job, folder: Path, threads: int) -> int:
        command = [sys.executable, "-m", "graphbuilder.training.job", str(self.home), job.id, str(threads)]
        with (folder / "log.txt").open("ab") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        self.spawned[process.pid] = process
        return process.pid


def lanes_for(going: Sequence[Job]) -> Sequence[Lane]:
    """Those of which a job may begin beside these."""
    return LANES if sum(map(begins, going)) < (os.cpu_count() or 1) else [lane for lane in LANES if lane != "train"]


def how_it_ended(code: int, job: Job) -> tuple[str, str]:
    """State and reason of a job that ended without saying so itself, from its exit code (below 0: a signal)."""
    if code in (-signal.SIGKILL, -signal.SIGTERM) and job.asked in WHY_PAUSED:
        return "paused", WHY_PAUSED[job.asked]
    if code in (-signal.SIGKILL, -signal.SIGTERM) and job.asked:
        by_force = "stopped by force; what was kept before is there"
        return "stopped", why_stopped(job.asked) or by_force
    if code == -signal.SIGXCPU:
        return "failed", "took more processor time than a run may take"
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        return "killed", f"the process was ended from outside ({signal.Signals(-code).name})"
    if code < 0:
        return "failed", f"the process crashed ({signal.Signals(-code).name}); running out of memory can be the cause"
    return "failed", f"the process ended with code {code} and without a result; its log says more"


def load_all() -> None:
    """Imports what jobs need, so that none has to."""
    load_keras()
    import sklearn.datasets  # noqa: F401, PLC0415

    import graphbuilder.compiler  # noqa: PLC0415
    import graphbuilder.training.loop  # noqa: PLC0415
    import graphbuilder.training.questions  # noqa: PLC0415
    import graphbuilder.training.results  # noqa: F401, PLC0415

    gc.collect()
    gc.freeze()


def canary() -> bool:
    """Whether a forked process can compute. One that hangs is ended."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            import tensorflow as tf  # noqa: PLC0415

            code = 0 if int(tf.function(lambda x: x + 1)(tf.constant(1))) == 2 else 1
        finally:
            os._exit(code)
    until = time.monotonic() + CANARY_SECONDS
    while time.monotonic() < until:
        waited, status = os.waitpid(pid, os.WNOHANG)
        if waited:
            return status == 0
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


if __name__ == "__main__":
    sys.exit(Host(Path(sys.argv[1])).run())
