"""Edits while a training goes: what acts on it at once, and what takes another one."""

from dataclasses import dataclass
from typing import Any

from app import playing, state, trainings
from graphbuilder.changes import between
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.parameters import in_words
from graphbuilder.records.commands import Command
from graphbuilder.store import Project
from graphbuilder.store.jobs import Job


@dataclass(frozen=True, slots=True)
class Acting:
    """words: what was changed of the training that goes, in a line. rest: whether there is more, which only another
    training has."""

    words: str = ""
    rest: bool = False


def follow_edits(shown: Project, report: Report) -> Acting:
    """Has the project's training follow what is edited while it goes, as far as it can. In the playground another one
    takes its place where it cannot. Of several that go at once none follows.

    What was another thing already when the page first saw it go stays as it is: a run that goes on for more epochs is
    not to have the settings that the network got since.
    """
    all = trainings.runs()
    going = [run for run in all if run.active]
    if not going:
        if all and playing.is_playground(shown) and all[0].state == "finished" and state.was_followed(all[0].id):
            return _follow_from_the_end(all[0], shown, report)
        state.forget_left_alone()
    if len(going) != 1 or going[0].asked:
        return Acting()
    (run,) = going
    before = trainings.goes_by(run)
    found = between(before, shown.document)
    left = state.left_alone(run.id, ({name: now for name, (_, now) in found.live.items()}, found.rest))
    live = {name: one for name, one in found.live.items() if name not in left[0] or left[0][name] != one[1]}
    if run.state == "queued":
        return Acting(rest=found.rest)
    if live:
        told = Command("change", settings={name: now for name, (_, now) in live.items()}).as_json()
        if state.done_or_told(lambda: state.jobs().command(state.me(), run.id, told)):
            changes = [f"{called(name, report)} {_value(old)} to {_value(now)}" for name, (old, now) in live.items()]
            state.remember_acting(run.id, f"{', '.join(changes)} acts on the running training")
    if found.rest and not left[1] and playing.is_playground(shown) and not report.against_training:
        if trainings.replace(run.id, shown):
            _tell_anew(before, shown)
        return Acting()
    return Acting(state.acting(run.id), found.rest)


def _follow_from_the_end(run: Job, shown: Project, report: Report) -> Acting:
    """The playground learns on as well where its training had come to its end by itself."""
    before = trainings.goes_by(run)
    found = between(before, shown.document)
    left = state.left_alone(run.id, ({}, found.rest))
    if found.rest and not left[1] and not report.against_training and trainings.ask_to_train(shown):
        state.show_run(None)
        _tell_anew(before, shown)
    return Acting()


def _tell_anew(before: Document, shown: Project) -> None:
    """Of the training that just began."""
    state.left_alone(trainings.runs()[0].id, ({}, False))  # it has all that there is now
    state.say(f"{_other(before, shown.document)}, so it learns from the start.", ":material/restart_alt:")


def _other(before: Document, after: Document) -> str:
    if before.data != after.data:
        return "The data are other ones now"
    if before.training != after.training:
        return "The settings are other ones now"
    return "The network is another one now"


def called(name: str, report: Report) -> str:
    """A setting as people call it: of "drop.rate" the rate of the node's label."""
    path, _, parameter = name.rpartition(".")
    spaced = parameter.replace("_", " ")
    node = report.wired.nodes.get(path)
    return f"{spaced} of {node.label or node.kind}" if node else spaced


def _value(value: Any) -> str:
    """A JSON value in few words."""
    if isinstance(value, dict):
        return " ".join(f"{name} {_value(part)}" for name, part in value.items() if part) or "none"
    return f"{value:g}" if isinstance(value, float) else in_words(value)
