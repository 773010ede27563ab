"""The two networks that the panel Compare sets beside each other: the project as it stands, its runs, others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import state, trainings
from graphbuilder.checks import check
from graphbuilder.difference import Difference, difference
from graphbuilder.document import Document
from graphbuilder.editing import set_training
from graphbuilder.ensembles import Member
from graphbuilder.overlay import is_too_large, leads, overlay
from graphbuilder.recent import Recent, bytes_of, document_bytes
from graphbuilder.records.comparison import seedless
from graphbuilder.store import Project, StoreError
from graphbuilder.store.jobs import Job

NOW = "now"
Version = tuple[str, int]
"""Of a project its id and how often it was changed, of a run its id."""
Scores = Mapping[str, tuple[list[float], list[float]]]
"""Of both sides, one for each run, by name."""
SEEDS = 5
"""Of each side: fewer tell little of the spread, more take long."""
_MOST_OFFERED = 40


@dataclass(frozen=True)
class Side:
    """One of the two. key: of its choice. version: what its document is known by, which never means another. runs:
    finished ones of it, which differ in their seeds alone."""

    key: str
    title: str
    project: str
    version: Version
    document: Document
    runs: tuple[Job, ...]

    @property
    def short(self) -> str:
        """In few letters, beside a line."""
        return "now" if self.key == NOW else self.title

    @property
    def seeds(self) -> frozenset[int]:
        return frozenset(_seed(run) for run in self.runs)

    @property
    def member(self) -> Member | None:
        """Of a boosted ensemble, where it learned what others left: no seed repeats that."""
        found = trainings.member_of(self.version[0]) if self.key.startswith("run:") else None
        return found if found and found.before else None

    def scores(self, key: str) -> list[float]:
        told = ((run.summary.get("kept") or {}).get(key) for run in self.runs)
        return [value for value in told if value is not None]


def offered(shown: Project) -> dict[str, str]:
    """What may be chosen, by key."""
    runs = {f"run:{run.id}": run.title for run in trainings.runs()[:_MOST_OFFERED]}
    others = [line for line in state.store().projects(state.me()) if line.id != shown.id][:_MOST_OFFERED]
    projects = {f"project:{line.id}": f"project {line.name or 'Untitled'}" for line in others}
    return {NOW: "the network now", **runs, **projects}


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """By key, titles of which no two are equal: a list finds a choice again by what it is called."""
    counts = Counter(titles.values())
    return {
        key: f"{title} ({key.partition(':')[2][:6]})" if counts[title] > 1 else title for key, title in titles.items()
    }


def pair(shown: Project) -> tuple[Side, Side]:
    """What was chosen; at first the newest run that the network has left behind, and the network."""
    before, after = state.versus()
    return _side(before or _usual(shown), shown), _side(after or NOW, shown)


def _usual(shown: Project) -> str:
    mine, now = trainings.runs(), trainings.recipe_kept(_version(shown), shown.document)
    other = next((run for run in mine if trainings.recipe_of(run.id) != now), mine[0] if mine else None)
    return f"run:{other.id}" if other else NOW


def _side(key: str, shown: Project) -> Side:
    kind, _, id = key.partition(":")
    try:
        if kind == "project":
            project = state.store().project(state.me(), id)
            title = f"project {project.document.name or 'Untitled'}"
            return _of_project(key, title, project)
        if kind == "run":
            document, title = trainings.run_document(id), trainings.job(id).title
            return Side(key, title, shown.id, (id, 0), document, _alike(trainings.recipe_of(id), shown.id))
    except StoreError:  # deleted meanwhile
        pass
    return _of_project(NOW, "the network now", shown)


def _of_project(key: str, title: str, project: Project) -> Side:
    version = _version(project)
    runs = _alike(trainings.recipe_kept(version, project.document), project.id)
    return Side(key, title, project.id, version, project.document, runs)


def _version(project: Project) -> Version:
    return project.id, project.changes


def _alike(wanted: str, project: str) -> tuple[Job, ...]:
    """One of each seed: a second run of a seed ends as the first, and tells nothing of the spread."""
    ended = (run for run in state.jobs().runs(state.me(), project) if run.state == "finished")
    alike: dict[int, Job] = {}
    for run in ended:
        if trainings.recipe_of(run.id) == wanted:
            alike.setdefault(_seed(run), run)
    return tuple(alike.values())


def _seed(run: Job) -> int:
    return int(trainings.run_document(run.id).training.settings["seed"])


_differences: Recent[tuple[Version, Version], Difference] = Recent(12_000_000)
_places: Recent[tuple[Version, Version, Version], list[str]] = Recent(1_000_000)
_overlays: Recent[tuple[Version, Version, Version], Mapping[str, Any]] = Recent(3_000_000)


def between(before: Side, after: Side) -> Difference:
    """But for their seeds: each stands for all of its seeds."""
    return _differences.made(
        (before.version, after.version),
        lambda: difference(seedless(before.document), seedless(after.document)),
        lambda _: document_bytes(before.document) + document_bytes(after.document),
    )


def is_marked(sides: tuple[Side, Side], shown: Project) -> bool:
    """Whether what differs is drawn on the canvas."""
    return not is_too_large(*(one.document for one in sides), shown.document)


def over_canvas(shown: Project) -> Mapping[str, Any] | None:
    """What the canvas draws while the panel is open."""
    if state.panel() != "Compare" or state.dock_size() == "folded":
        return None
    before, after = pair(shown)
    return _overlays.made(
        (before.version, after.version, _version(shown)),
        lambda: overlay(before.document, after.document, between(before, after), shown.document),
        bytes_of,
    )


def places(sides: tuple[Side, Side], shown: Project) -> list[str]:
    """Of each line that tells what differs, the place on the canvas to which it leads; "" where to none."""
    before, after = sides
    return _places.made(
        (before.version, after.version, _version(shown)),
        lambda: leads(before.document, after.document, between(before, after), shown.document),
        bytes_of,
    )


# Over seeds


def are_alike(sides: tuple[Side, Side]) -> bool:
    """Whether both are trained alike, but for their seeds."""
    one, other = map(_recipe, sides)
    return one == other


def _recipe(side: Side) -> str:
    if side.key.startswith("run:"):
        return trainings.recipe_of(side.version[0])
    return trainings.recipe_kept(side.version, side.document)


def missing(side: Side) -> list[Document]:
    """Of a side, the trainings that make it up to SEEDS."""
    if side.member:
        return []
    free = (seed for seed in range(1, 1000) if seed not in side.seeds)
    return [set_training(side.document, "seed", next(free)) for _ in range(SEEDS - len(side.seeds))]


def train_seeds() -> None:
    """Has both sides trained with as many seeds, each side as a group."""
    state.take_canvas_edits(all_of_them=True)
    both = pair(state.project())
    for name, one in zip("ab", both, strict=True):
        state.set_versus(name, one.key)  # the runs that come are no other choice
    sides = {_recipe(one): one for one in both}
    wanted = [(one, missing(one)) for one in sides.values()]
    for one, documents in wanted:
        if documents and (faults := check(documents[0]).against_training):
            state.say(f"Nothing was trained. {one.title}: {faults[0].text}", ":material/error:")
            return
    trainings.ask_groups([(one.project, documents) for one, documents in wanted if documents])


def scores(sides: tuple[Side, Side]) -> Scores:
    """What both told of their validation part, by name; the loss last."""
    keys = dict.fromkeys(
        key for one in sides for run in one.runs for key in run.summary.get("kept") or {} if key.startswith("val_")
    )
    ordered = [key for key in keys if key != "val_loss"] + [key for key in keys if key == "val_loss"]
    before, after = sides
    return {key: (before.scores(key), after.scores(key)) for key in ordered}
