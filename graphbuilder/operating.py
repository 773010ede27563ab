"""What whoever runs a server does at the command line: see how it is, stop jobs, have the queue wait, clear the disk.

It works on the folder itself, beside a server that runs or without one; so whoever may read the folder may do it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from graphbuilder.store import StoreError
from graphbuilder.store import disk as disks
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import in_words
from graphbuilder.store.limits import Limits
from graphbuilder.store.overview import Overview, overview
from graphbuilder.store.work import Work
from graphbuilder.terminal import USAGE, fail, home_option, json_option, out, print_json, print_table


@contextmanager
def _opened(home: Path) -> Iterator[Work]:
    """The folder's jobs; one that is not there is no folder to be made."""
    if not (home / "graphbuilder.sqlite").is_file():
        fail(USAGE, f"In {home} are no projects. Name the server's folder by --home.")
    try:
        jobs = Work(home, pooled=False)
        yield jobs
    except StoreError as fault:
        fail(USAGE, str(fault))


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and let it be.")
@json_option
@home_option
def clean(dry_run: bool, as_json: bool, home: Path) -> None:
    """Clear away what was deleted a day ago, files that belong to nothing, and data sets that are made again."""
    with _opened(home) as jobs:
        found = (disks.rubbish if dry_run else disks.clean)(jobs, Limits.of_settings())
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if found:
        print_table(("what", "which", "size", "why"), [(o.kind, o.key, in_words(o.bytes), o.why) for o in found])
    freed = in_words(sum(one.bytes for one in found))
    out.print(f"{freed} would go." if dry_run else f"{freed} went.")


@click.group()
def admin() -> None:
    """See and steer the server of a class: jobs, visitors, disk and memory."""


@admin.command()
@json_option
@home_option
def status(as_json: bool, home: Path) -> None:
    """Say how the server is: engine, queue, jobs, visitors, disk and memory."""
    with _opened(home) as jobs:
        found = overview(jobs, Limits.of_settings())
    if as_json:
        print_json(asdict(found))
        return
    _print(found)


def _print(found: Overview) -> None:
    paused = ", paused" if found.paused else ""
    out.print(f"engine {found.engine}; {len(found.jobs)} jobs going or waiting{paused}")
    rows = []
    for job in found.jobs:
        place, memory = str(job.number or ""), job.memory_words
        rows.append((job.id[:8], job.kind, job.state, place, job.visitor[:8], job.address, _ago(job.since), memory))
    if rows:
        print_table(("job", "kind", "state", "place", "visitor", "address", "for", "memory"), rows)
    visitors = [(one.id[:8], str(one.projects), str(one.runs), in_words(one.bytes)) for one in found.visitors]
    if visitors:
        print_table(("visitor", "projects", "runs", "keeps"), visitors)
    disk = found.disk
    out.print(
        f"disk: {in_words(sum(disk.owners.values()))} of visitors, {in_words(sum(disk.deleted.values()))} deleted, "
        f"{in_words(disk.snapshots)} of data sets, {in_words(disk.database)} of database; {in_words(disk.free)} free"
    )
    out.print(f"memory: {in_words(found.memory.free)} free of {in_words(found.memory.all)}")


def _ago(then: float) -> str:
    minutes = max(0.0, time.time() - then) / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.0f} h"


@admin.command()
@click.argument("job")
@home_option
def stop(job: str, home: Path) -> None:
    """Stop JOB, which keeps what it learned; its first letters are enough."""
    with _opened(home) as jobs:
        found = [one.id for one in overview(jobs, Limits.of_settings()).jobs if one.id.startswith(job)]
        if len(found) != 1:
            fail(
                USAGE, f"{len(found)} jobs that go or wait begin with {job!r}; `graphbuilder admin status` lists them."
            )
        jobs.stop(OPERATOR, found[0])
    out.print(f"{found[0]} is asked to stop.")


@admin.command()
@home_option
def pause(home: Path) -> None:
    """Let no more jobs start. Those that go on are left alone."""
    with _opened(home) as jobs:
        jobs.pause(OPERATOR, True)
    out.print("No more jobs start until `graphbuilder admin unpause`.")


@admin.command()
@home_option
def unpause(home: Path) -> None:
    """Let jobs start again."""
    with _opened(home) as jobs:
        jobs.pause(OPERATOR, False)
    out.print("Jobs start again.")
