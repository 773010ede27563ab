"""What jobs of every kind stand on. A new kind is one function in a module of this package, declared by `kind`."""

from collections.abc import Callable, Mapping
from typing import Any

from graphbuilder.checks import Report, check
from graphbuilder.document_file import read_document
from graphbuilder.memory import estimate
from graphbuilder.plan import Plan, plan
from graphbuilder.store.work import Work
from graphbuilder.training.computing import computing
from graphbuilder.training.engine import load_keras
from graphbuilder.training.processes import give_back_at_once

Ending = tuple[str, str]
"""The state that a job ends in, and why."""
Does = Callable[[Work, str, Mapping[str, Any]], Ending]
"""Does a job, given the store, the job's id and what was asked. What it raises is said by who runs it."""
FINISHED: Ending = "finished", ""
_registry: dict[str, Does] = {}


class NotWanted(RuntimeError):
    """Nobody waits for this job any more: it was given up before it came to its start."""


class OtherThreads(RuntimeError):
    """This process has computed already, with another number of threads than a job is to be computed with."""


def kind(name: str) -> Callable[[Does], Does]:
    """Declares that a function does the jobs of this kind."""

    def declared(does: Does) -> Does:
        assert name not in _registry, f"two kinds of jobs are called {name}"
        _registry[name] = does
        return does

    return declared


def registered() -> dict[str, Does]:
    return dict(sorted(_registry.items()))


def starts(jobs: Work, id: str) -> None:
    """Says that a job runs. Raises NotWanted."""
    if not jobs.runs_now(id):
        raise NotWanted


def begin(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[Report, Plan]:
    """What the document of a request comes to, with Keras ready to compute."""
    document = read_document(request["document"].encode())
    report = check(document)
    planned = plan(report)
    if 2 * estimate(document, report.facts).total > request["memory"]:
        give_back_at_once()
    ready(jobs, id, computing(report, request["threads"]).threads)
    return report, planned


def ready(jobs: Work, id: str, threads: int) -> None:
    """Keras, ready to compute in this process: a fork that came out wrong hangs here, and is not said to run."""
    load_keras(threads)
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        raise OtherThreads
    assert int(tf.constant(1) + 1) == 2
    starts(jobs, id)


def built(planned: Plan, arrays: Mapping[str, Any]) -> Any:
    """The network of a plan, that has measured what it measures of these data."""
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.parts import parts

    return ready_model(planned, parts(planned, arrays).x)
