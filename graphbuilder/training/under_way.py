"""Trainings that begin: what works their steps is built first, which takes a core for a second or so.

As many begin at once as there are cores, and those that are under way hold back meanwhile (`loop.Beside`) where there
are more than cores. Where all of a group began at once, every curve would stand still for as long as they all take to
build the next part.
"""

from graphbuilder.records.recorder import UNDER_WAY
from graphbuilder.store.jobs import Job
from graphbuilder.training.processes import age

BEGIN_SECONDS = 6.0
"""A large network takes longer; others do not wait for that."""


def begins(job: Job) -> bool:
    """Whether this job, which goes on, is a training that began lately, is not under way, and is not held."""
    done = job.summary.get(UNDER_WAY) or job.summary.get("holding")
    return job.kind == "train" and not done and age(job.started) < BEGIN_SECONDS
