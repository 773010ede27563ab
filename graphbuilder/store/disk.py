"""What is kept on the disk and for whom, what more may come, and what may go.

What was deleted can be brought back for a day (a setting) and counts no more for its owner; then its files and rows go,
and after ten minutes where the disk is short. Snapshots of data sets are made again where they are wanted, so of those
that nobody used within the hour a few stay.
"""

import errno
import json
import math
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, delete, func, or_, select, update

from graphbuilder.datasets import FILES, OWN, SOURCES
from graphbuilder.store import clock
from graphbuilder.store import tables as t
from graphbuilder.store.database import Database, StoreError
from graphbuilder.store.files import COMING, path_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE

HOUR = 3600.0
SHORT_SECONDS = 600.0
"""What was deleted can be brought back for so long even where the disk is short."""

SNAPSHOTS_KEPT = 20
_FEW = 5
HISTORY_BYTES = 20_000_000
"""So much of a project's history is kept, beside the step that is shown; an ordinary one takes 2 MB with all steps."""

_NO_ROOM = 4_000_000
LAST_STATE = "last.zip"
"""The file of a run that it goes on from for more epochs when it is over, for as long as what was deleted is kept."""

_ALL_SECONDS = 10.0
_CLOCK_ERROR = 60.0
_BESIDE = (
    "prepare",
    "build",
    "look",
    "strip",
    "at",
    "initial",
    "chain",
    "landscape",
    "inside",
    "neighbours",
    "predictions",
    "ensemble",
)
"""Kinds of jobs of which nothing has to stay: the same is made again in seconds."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes. owners: what each keeps. deleted: what can still be brought back, by owner. twice: how much of both is
    files of data that several have, and of which there is one. free: of the whole disk."""

    owners: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    snapshots: int = 0
    database: int = 0
    free: int = 0
    twice: int = 0

    @property
    def all(self) -> int:
        """Everything below the folder. The rows of what is kept are a part of the database."""
        kept = sum(self.owners.values()) + sum(self.deleted.values())
        return kept - self.twice + self.snapshots + self.database


@dataclass(frozen=True, slots=True)
class Rubbish:
    """Something that may go. kind: "run", "project", "data", "job", "last state", "history", "snapshot" or "left over".
    key: id or path."""

    kind: str
    key: str
    bytes: int
    why: str


def usage(database: Database) -> Usage:
    """What everybody keeps."""
    home = database.home
    owners: dict[str, int] = defaultdict(int)
    deleted: dict[str, int] = defaultdict(int)
    counted = 0
    with database.reading() as db:
        for owner, job, size, gone in _rows(db):
            (deleted if gone else owners)[owner] += size + (_size(home / "runs" / job) if job else 0)
        for owner, size, gone in _files(db):
            (deleted if gone else owners)[owner] += size
            counted += size
    tables = sum(one.stat().st_size for one in home.glob("graphbuilder.sqlite*"))
    twice = counted - _size(home / FILES)
    return Usage(dict(owners), dict(deleted), _size(home / "data"), tables, _free(home), twice)


def kept_by(database: Database, owner: str) -> int:
    """Bytes of what a visitor keeps."""
    with database.reading() as db:
        rows = [*_rows(db, owner)]
        data = sum(size for _, size, gone in _files(db, owner) if not gone)
    files = (_size(database.home / "runs" / job) for _, job, _, gone in rows if job and not gone)
    return data + sum(files) + sum(size for _, _, size, gone in rows if not gone)


def is_low(home: Path, limits: Limits) -> bool:
    """Whether the disk has less left than new runs need."""
    return _free(home) < limits.free_disk_mb * 10**6


def has_no_room(home: Path) -> bool:
    """Whether the disk is so full that hardly anything can be written."""
    return _free(home) < _NO_ROOM


def is_full(fault: BaseException) -> bool:
    """Whether a write failed for want of room: on the disk, or of what its user may have of it."""
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)


def refuse_if_full(database: Database, owner: str | None, limits: Limits, *, files: bool = True) -> None:
    """Raises StoreError where a visitor, or all, keep as much as they may, or the disk has too little left.

    owner: whom what comes counts for; None for nobody. files: whether it is a job with files, and not merely rows.
    """
    if owner is not None and (mine := kept_by(database, owner)) >= limits.owner_disk_mb * 10**6:
        raise StoreError(
            f"Your projects, runs and data take {in_words(mine)}, and {in_words(limits.owner_disk_mb * 10**6)} are "
            "allowed. Delete some that you need no more; then there is room at once."
        )
    if not files:
        with database.reading() as db:
            there = select(func.count()).where(t.document.c.owner == owner, t.document.c.deleted.is_(None))
            count = db.scalar(there) or 0
        if count >= limits.owner_projects:
            raise StoreError(f"You have {count} projects, and more are not allowed. Delete some that you need no more.")
        return
    if is_low(database.home, limits):
        raise StoreError(
            f"The disk of this server has {in_words(_free(database.home))} left, and new jobs need "
            f"{in_words(limits.free_disk_mb * 10**6)}. Delete runs, projects and data that you need no more; "
            "what is deleted frees its room after ten minutes."
        )
    if (all := _all(database)) >= limits.disk_mb * 10**6:
        raise StoreError(
            f"Everything kept on this server takes {in_words(all)}, and {in_words(limits.disk_mb * 10**6)} are "
            "allowed. Delete runs, projects and data that you need no more; what is deleted frees its room after ten "
            "minutes."
        )


_known: dict[Path, tuple[float, int]] = {}


def _all(database: Database) -> int:
    """Bytes of everything, looked at every few seconds, however many ask."""
    at, found = _known.get(database.home, (-math.inf, 0))
    if clock.since(at) > _ALL_SECONDS:
        found = usage(database).all
        _known[database.home] = clock.now(), found
    return found


def rubbish(database: Database, limits: Limits, *, spare_deleted: bool = False) -> list[Rubbish]:
    """What may go now. spare_deleted: nothing that was deleted, since it cannot be told when that was."""
    now = time.time()
    found: list[Rubbish] = []
    if not spare_deleted:
        found += _deleted(database, limits, now)
    known = {one.key for one in found}
    with database.reading() as db:
        over = select(t.job.c.id, t.job.c.kind).where(
            or_(t.job.c.kind.in_(_BESIDE), (t.job.c.kind == "import") & t.job.c.project.is_(None)),
            t.job.c.state.not_in(ACTIVE),
            t.job.c.ended < now - limits.keep_hours * HOUR,
        )
        beside = [(row.id, row.kind) for row in db.execute(over) if row.id not in known]
        jobs = {row.id: row.state in ACTIVE for row in db.execute(select(t.job.c.id, t.job.c.state))}
        ended = t.job.c.state.not_in(ACTIVE) & (t.job.c.ended < now - limits.keep_hours * HOUR)
        of_runs = select(t.job.c.id).join(t.artefact, t.artefact.c.job == t.job.c.id)
        late = [*db.scalars(of_runs.where(ended, t.artefact.c.name == LAST_STATE))]
        files = {*db.scalars(select(t.dataset.c.hash)), *db.scalars(select(t.document.c.data))}
    folder = database.home / "runs"
    found += [Rubbish("job", id, _size(folder / id), f"{kind}, over for long") for id, kind in beside]
    found += [
        Rubbish("last state", id, _size(folder / id / LAST_STATE), "of a run that could go on for more epochs")
        for id in late
        if id not in known
    ]
    return (
        found
        + _histories(database)
        + _left_over(database.home, jobs, files, now)
        + _snapshots(database.home / "data", limits, now)
    )


def clean(database: Database, limits: Limits, *, spare_deleted: bool = False) -> list[Rubbish]:
    """Frees what may go; what went. Rows go first, so that whatever is stopped in the middle is found again as files
    that belong to nothing."""
    with database.writing() as db:  # deleted by a clock that was ahead: from now on
        for table in (t.job, t.document, t.dataset):
            ahead = table.c.deleted > time.time() + _CLOCK_ERROR
            db.execute(update(table).where(ahead).values(deleted=time.time()))
    gone = [one for one in rubbish(database, limits, spare_deleted=spare_deleted) if _remove(database, one)]
    if gone:
        database.shrink()
        _known.pop(database.home, None)
    return gone


def rule(limits: Limits) -> str:
    """What of a run stays for how long, in words."""
    hours = f"{limits.keep_hours} hours" if limits.keep_hours > 1 else "an hour"
    short = f"{SHORT_SECONDS / 60:.0f} minutes"
    share = in_words(limits.owner_disk_mb * 10**6)
    return (
        f"A run stays until it is deleted, and can be brought back for {hours} then; for {short} where the disk, or "
        f"your share of {share}, is full. One that is over can go on for more epochs for {hours}."
    )


def in_words(bytes: float) -> str:
    for size, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if bytes >= size:
            return f"{bytes / size:.1f} {name}" if bytes < 10 * size else f"{bytes / size:.0f} {name}"
    return f"{bytes:.0f} bytes"


def _rows(db: Connection, owner: str | None = None) -> Iterator[tuple[str, str | None, int, bool]]:
    """Owner, job if it is one, bytes of the rows, and whether it was deleted, itself or with its project."""
    joined = t.job.outerjoin(t.document, t.document.c.id == t.job.c.project)
    gone = or_(t.job.c.deleted.is_not(None), t.document.c.deleted.is_not(None))
    jobs = select(t.job.c.owner, t.job.c.id, func.length(t.job.c.request), gone).select_from(joined)
    size = func.sum(func.length(t.revision.c.json))
    projects = (
        select(t.document.c.owner, size, t.document.c.deleted)
        .join(t.revision, t.revision.c.document == t.document.c.id)
        .group_by(t.document.c.id)
    )
    told = func.length(t.dataset.c.wish) + func.coalesce(func.length(t.dataset.c.found), 0)
    sets = select(t.dataset.c.owner, told, t.dataset.c.deleted)
    if owner is not None:
        jobs, projects = jobs.where(t.job.c.owner == owner), projects.where(t.document.c.owner == owner)
        sets = sets.where(t.dataset.c.owner == owner)
    for row in db.execute(jobs):
        yield row[0], row[1], int(row[2]), bool(row[3])
    for row in [*db.execute(projects), *db.execute(sets)]:
        yield row[0], None, int(row[1]), row[2] is not None


def _files(db: Connection, owner: str | None = None) -> Iterator[tuple[str, int, bool]]:
    """Owner and bytes of each file of data that somebody has, however often, and whether every set of it was
    deleted."""
    there = func.min(t.dataset.c.deleted.is_not(None))
    sets = select(t.dataset.c.owner, func.max(t.dataset.c.bytes), there).group_by(t.dataset.c.owner, t.dataset.c.hash)
    for row in db.execute(sets if owner is None else sets.where(t.dataset.c.owner == owner)):
        yield row[0], int(row[1]), bool(row[2])


def _deleted(database: Database, limits: Limits, now: float) -> list[Rubbish]:
    used = usage(database)
    short = used.free < limits.free_disk_mb * 10**6 or used.all >= limits.disk_mb * 10**6
    most, keep = limits.owner_disk_mb * 10**6, limits.keep_hours * HOUR

    def patience(owner: str) -> float:
        pressed = short or used.owners.get(owner, 0) + used.deleted.get(owner, 0) >= most
        return min(SHORT_SECONDS, keep) if pressed else keep

    with database.reading() as db:
        active = select(t.job.c.project).where(t.job.c.state.in_(ACTIVE), t.job.c.project.is_not(None))
        projects = db.execute(
            select(t.document.c.id, t.document.c.owner, t.document.c.deleted).where(
                t.document.c.deleted.is_not(None), t.document.c.id.not_in(active)
            )
        ).all()
        wanted = select(t.job.c.parent).where(t.job.c.state.in_(ACTIVE), t.job.c.parent.is_not(None))
        runs = db.execute(
            select(t.job.c.id, t.job.c.owner, t.job.c.deleted, t.job.c.project).where(
                t.job.c.deleted.is_not(None), t.job.c.state.not_in(ACTIVE), t.job.c.id.not_in(wanted)
            )
        ).all()
        going = {row.id for row in projects if now - row.deleted > patience(row.owner)}
        sets = db.execute(
            select(t.dataset.c.id, t.dataset.c.owner, t.dataset.c.deleted, t.dataset.c.bytes).where(
                t.dataset.c.deleted.is_not(None)
            )
        ).all()
        of_projects: dict[str, int] = defaultdict(int)
        for id, project in db.execute(select(t.job.c.id, t.job.c.project).where(t.job.c.project.in_(going))):
            of_projects[project] += _size(database.home / "runs" / id)
    found = [Rubbish("project", id, of_projects[id], "deleted") for id in sorted(going)]
    for row in runs:
        if row.project not in going and now - row.deleted > patience(row.owner):
            found.append(Rubbish("run", row.id, _size(database.home / "runs" / row.id), "deleted"))
    late = (row for row in sets if now - row.deleted > patience(row.owner))
    return found + [Rubbish("data", row.id, row.bytes, "deleted") for row in late]


def _histories(database: Database) -> list[Rubbish]:
    size = func.sum(func.length(t.revision.c.json))
    further = func.min(t.revision.c.n) < t.document.c.head - 1
    asked = (
        select(t.revision.c.document, size)
        .join(t.document, t.document.c.id == t.revision.c.document)
        .group_by(t.revision.c.document)
        .having((size > HISTORY_BYTES) & further)
    )
    with database.reading() as db:
        return [
            Rubbish("history", id, taken - HISTORY_BYTES, "steps further back than anybody goes")
            for id, taken in db.execute(asked)
        ]


def shorten(db: Connection, project: str) -> bool:
    """Lets the oldest steps of a history of more than HISTORY_BYTES go; the one that is shown stays, and a step back
    from it. Whether there is such a project."""
    here = t.revision.c.document == project
    head = db.scalar(select(t.document.c.head).where(t.document.c.id == project))
    if head is None:
        return False
    left, oldest = HISTORY_BYTES, head
    newest_first = select(t.revision.c.n, func.length(t.revision.c.json)).where(here).order_by(t.revision.c.n.desc())
    for n, size in db.execute(newest_first):
        left -= size
        if left < 0 and n < head - 1:
            break
        oldest = n
    db.execute(delete(t.revision).where(here, t.revision.c.n < oldest))
    return True


def _left_over(home: Path, jobs: Mapping[str, bool], files: Collection[str], now: float) -> list[Rubbish]:
    """Files of no job, data of nobody, and half written ones of jobs that are over, of snapshots, and of data that did
    not come. jobs: whether each is active. files: of data, that somebody has."""
    folders, data = _entries(home / "runs"), _entries(home / FILES)
    paths = _unknown(folders, jobs) + _unknown([one for one in data if not one.name.startswith(COMING)], files)
    paths += [one for one in data if one.name.startswith(COMING)]
    for folder in folders:
        if jobs.get(folder.name) is False:
            paths += [file for file in _entries(folder.path) if file.name.endswith((".making", "making.keras"))]
    paths += [folder for folder in _entries(home / "data") if folder.name.startswith(".making-")]
    return [
        Rubbish("left over", str(Path(one.path).relative_to(home)), _size(Path(one.path)), "belongs to nothing")
        for one in paths
        if now - _touched(Path(one.path)) > HOUR
    ]


def _unknown(entries: list["os.DirEntry[str]"], known: Collection[str]) -> list["os.DirEntry[str]"]:
    """Those that nothing is known of. Where they are more than there are others, it is the database that was lost, and
    may be brought back."""
    unknown = [one for one in entries if one.name not in known]
    return unknown if len(unknown) <= max(_FEW, len(entries) - len(unknown)) else []


def _snapshots(folder: Path, limits: Limits, now: float) -> list[Rubbish]:
    """Those of sets that we can make again, beyond the few used last; each was touched when it was used."""
    used: list[tuple[float, Path]] = []
    for one in _entries(folder):
        meta = Path(one.path) / "meta.json"
        with suppress(OSError, ValueError, KeyError):
            if json.loads(meta.read_text("utf-8"))["source"] in (*SOURCES, OWN):
                used.append((now - meta.stat().st_mtime, meta.parent))
    found = []
    for place, (age, path) in enumerate(sorted(used)):
        if age > limits.keep_hours * HOUR or (place >= SNAPSHOTS_KEPT and age > HOUR):
            found.append(Rubbish("snapshot", path.name, _size(path), "not used lately, and made again when it is"))
    return found


def _remove(database: Database, one: Rubbish) -> bool:
    """Whether it went; not where it was brought back in between."""
    home = database.home
    if one.kind == "left over":
        return _remove_left_over(database, one.key)
    if one.kind == "snapshot":
        away = home / "data" / f".making-{one.key}"  # one step, so that nobody opens half of it
        with suppress(OSError):
            (home / "data" / one.key).rename(away)
        return _unlink(away)
    if one.kind == "history":
        with database.writing() as db:  # whoever works on what was read before does it anew
            db.execute(update(t.document).where(t.document.c.id == one.key).values(changes=t.document.c.changes + 1))
            return shorten(db, one.key)
    if one.kind == "last state":
        done = select(t.job.c.id).where(t.job.c.id == one.key, t.job.c.state.not_in(ACTIVE))
        here = t.artefact.c.job.in_(done) & (t.artefact.c.name == LAST_STATE)
        with database.writing() as db:
            gone = db.execute(delete(t.artefact).where(here)).rowcount > 0
        return gone and _unlink(home / "runs" / one.key / LAST_STATE)
    file = ""
    with database.writing() as db:
        if one.kind in ("project", "data"):
            table, column = (t.document, "data") if one.kind == "project" else (t.dataset, "hash")
            here = (table.c.id == one.key) & table.c.deleted.is_not(None)
            row = db.execute(select(table.c[column]).where(here)).one_or_none()
            if row is None:
                return False
            file = str(row[0])
        if one.kind == "project":
            jobs = [*db.scalars(select(t.job.c.id).where(t.job.c.project == one.key))]
        else:
            of_none = (t.job.c.kind == "import") & t.job.c.project.is_(None)
            over = t.job.c.state.not_in(ACTIVE) & or_(t.job.c.deleted.is_not(None), t.job.c.kind.in_(_BESIDE), of_none)
            jobs = [*db.scalars(select(t.job.c.id).where(t.job.c.id == one.key, over))]
        for table in (t.event, t.digest, t.artefact, t.command):
            db.execute(delete(table).where(table.c.job.in_(jobs)))
        db.execute(delete(t.job).where(t.job.c.id.in_(jobs)))
        if one.kind == "project":
            for table in (t.acknowledged, t.revision):
                db.execute(delete(table).where(table.c.document == one.key))
            db.execute(delete(t.document).where(t.document.c.id == one.key))
        if one.kind == "data":
            db.execute(delete(t.dataset).where(t.dataset.c.id == one.key))
    for id in jobs:
        _unlink(home / "runs" / id)
    if file:
        remove_file(database, file, _JUST)
    return bool(jobs) or one.kind in ("project", "data")


_JUST = 60.0
"""Seconds. A file that came so lately is about to be somebody's."""


def _remove_left_over(database: Database, key: str) -> bool:
    path = database.home / key
    if path.parent.name == FILES:
        remove_file(database, path.name, HOUR)
        return not path.exists()
    return _unlink(path)


def remove_file(database: Database, hash: str, spared: float) -> None:
    """A file of data, where no set and no project needs it, and which was not touched for `spared` seconds. What a
    crash leaves is found as a file of nobody."""
    sets = select(func.count()).where(t.dataset.c.hash == hash)
    projects = select(func.count()).where(t.document.c.data == hash)
    with database.reading() as db:
        needed = db.scalar(sets) or db.scalar(projects)
    path = path_of(database.home, hash)
    if not needed and time.time() - _touched(path) > spared:
        _unlink(path)


def _unlink(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return not path.exists()


def _entries(folder: Path | str) -> list["os.DirEntry[str]"]:
    """What is in a folder; nothing for what is none, and for a link to one."""
    if Path(folder).is_symlink():
        return []
    try:
        with os.scandir(folder) as found:
            return [*found]
    except OSError:
        return []


def _size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed."""
    total = 0
    entries = _entries(path)
    if not entries:
        with suppress(OSError):
            return path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
    for entry in entries:
        with suppress(OSError):
            total += _size(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else entry.stat().st_size
    return total


def _touched(path: Path) -> float:
    """When a file, or the newest in a folder, was written."""
    times = [entry.stat(follow_symlinks=False).st_mtime for entry in _entries(path)]
    with suppress(OSError):
        times.append(path.lstat().st_mtime)
    return max(times, default=0.0)


def _free(home: Path) -> int:
    try:
        return shutil.disk_usage(home).free
    except OSError:
        return 0
