"""What is looked at: project, run, topic and data of the address, panel and its room, what was ticked or deleted."""

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from graphbuilder.pictures import Layout

ROOMS = {
    "Network": {"Summary": "Summary", "Faults": "Faults", "Code": "Code"},
    "Data": {"Data": "Data"},
    "Training": {"Training": "This run", "Runs": "All runs", "Compare": "Compare"},
    "Results": {"Results": "Answers", "Try": "Try", "Inside": "Inside"},
}
"""What is built, what is fed, what is watched and what is asked: the panels of each room, and what their tabs say."""
PANELS = tuple(panel for panels in ROOMS.values() for panel in panels)
DOCK_SIZES = ("low", "wide", "folded")
_FIRST_PANEL = "Training"


# The address


def project_id() -> str:
    return st.query_params.get("project", "")


def linked_word() -> str:
    """The network that the address carries, as a word; empty where it carries none."""
    return st.query_params.get("play", "")


def copied_word() -> str:
    """The network that the address gives a copy of, as a word, once; empty where it gives none."""
    word: str = st.query_params.get("copy", "")
    if word:
        del st.query_params["copy"]
    return word


def show_linked(word: str | None) -> None:
    """Has the address carry a network, so that whoever is given it sees the same."""
    if word and st.query_params.get("play") != word:
        st.query_params["play"] = word
    elif not word and "play" in st.query_params:
        del st.query_params["play"]


def chosen_run() -> str | None:
    """The run that the panels are to show; None for whichever is the newest."""
    return st.query_params.get("run")


def show_run(id: str | None) -> None:
    """Shows a run as it is now, or with None whichever is the newest."""
    _set_in_link("step", "")
    if id:
        st.query_params["run"] = id
    elif "run" in st.query_params:
        del st.query_params["run"]


def step() -> int | None:
    """The step of the shown run that the address leads to; None follows the newest. The browser keeps it there."""
    told = _of_link("step")
    return int(told) if told.isdecimal() and len(told) < 12 else None


def take_link(told: object) -> None:
    """The step and the sample that the page has in its address now. Streamlit hands on an address that it was given by
    Python, and not what the browser made of it since. What was said before is no news: it may be left behind here."""
    if not isinstance(told, Mapping) or told == st.session_state.get("linked"):
        return
    st.session_state["linked"] = dict(told)
    kept = {name: value for name in _LINKED if isinstance(value := told.get(name), str) and 0 < len(value) < 40}
    st.session_state["link"] = project_id(), kept
    for name in _LINKED:
        _put_in_address(name, kept.get(name, ""))


_LINKED = ("step", "sample")


def _of_link(name: str) -> str:
    """As the page told last; what the address says where it told nothing of this project. An address that comes along
    with a message may be the one from before."""
    project, kept = st.session_state.get("link", ("", {}))
    if project != project_id():
        return st.query_params.get(name, "")
    _put_in_address(name, kept.get(name, ""))
    return str(kept.get(name, ""))


def _set_in_link(name: str, value: str) -> None:
    project, kept = st.session_state.get("link", ("", {}))
    if project == project_id():
        st.session_state["link"] = project, {**kept, name: value}
    _put_in_address(name, value)


def _put_in_address(name: str, value: str) -> None:
    if not value and name in st.query_params:
        del st.query_params[name]
    elif value and st.query_params.get(name) != value:
        st.query_params[name] = value


def sample() -> str:
    """The sample of the data that is looked at, as in "validation:3"; empty where none was chosen. The browser keeps it
    in the address."""
    told = _of_link("sample")
    part, _, number = told.partition(":")
    return told if part in ("train", "validation", "row") and number.isdecimal() and len(number) < 12 else ""


def show_sample(told: str) -> None:
    """Has the page turn to a sample, whichever was chosen there."""
    _set_in_link("sample", told)
    st.session_state["sample_led"] = sample_led() + 1


def sample_led() -> int:
    """How often the page was to turn to a sample: it works each number once."""
    return int(st.session_state.get("sample_led", 0))


def left_out() -> list[str]:
    """The controls that the playground is shown without: those that the link named through which one came, until all
    are asked for."""
    told = str(st.session_state.setdefault("page_hide", st.query_params.get("hide", "")[:_MOST_LEFT_OUT]))
    _put_in_address("hide", told)
    return [name for name in told.split(",") if name]


def show_all_controls() -> None:
    st.session_state["page_hide"] = ""


_MOST_LEFT_OUT = 300
"""Letters of it in an address."""


def run_to_take() -> str | None:
    """The run that was chosen on the export page, or the one that it took by itself and has shown since: its id, empty
    for the network as it is now. None for a page that takes one by itself now."""
    asked, shown = st.query_params.get("take"), st.session_state.get("taken")
    went_on = shown is not None and st.session_state.get("took") == (project_id(), shown)
    return shown if asked is None and went_on else asked


def take_run(id: str) -> None:
    st.query_params["take"] = id


def remember_taken(id: str) -> None:
    """The run that the page took by itself is its version as long as it is shown: another that ends meanwhile would
    change what its buttons give away under the hand."""
    st.session_state["took"] = (project_id(), id)


def topic() -> str:
    """The key of the help's topic that the address asks for; empty where it asks for none."""
    return st.query_params.get("topic", "")


def show_topic(key: str) -> None:
    st.query_params["topic"] = key


def set_id() -> str:
    """The data set of the address; empty where it names none."""
    return st.query_params.get("set", "")


def show_set(id: str) -> None:
    if id:
        st.query_params["set"] = id
    elif "set" in st.query_params:
        del st.query_params["set"]


def remember_use(set: str, project: str | None) -> None:
    """A set of data that is to be used as soon as it was looked at, by a project, in a new one for an empty name; None
    for by none any more."""
    if project is not None:
        st.session_state["to_use"] = set, project
    else:
        st.session_state.pop("to_use", None)


def to_use(set: str) -> str | None:
    """The project that is to use a set; None where none waits for it."""
    waits, project = st.session_state.get("to_use", ("", None))
    return project if waits == set else None


# The panels


def panel() -> str:
    """The panel that is open; the address remembers it."""
    return _of_page("panel", PANELS, _FIRST_PANEL)


def show_panel(name: str) -> None:
    """Turns to a panel, and gives the panels their room back where they are folded away."""
    _set_of_page("panel", name)
    if dock_size() == "folded":
        set_dock_size("low")


def dock_size() -> str:
    """How much room the panels have: low below the network, wide beside it, or folded away."""
    return _of_page("dock", DOCK_SIZES, DOCK_SIZES[0])


def set_dock_size(size: str) -> None:
    _set_of_page("dock", size)


def _of_page(name: str, known: Sequence[str], usual: str) -> str:
    """What the address says at first, and afterwards what was set: every message of the browser brings its address
    along, which may be the one from before."""
    found = st.session_state.get(f"page_{name}", st.query_params.get(name))
    if found not in known:
        return usual
    if st.query_params.get(name) != found:
        st.query_params[name] = found
    return str(found)


def _set_of_page(name: str, value: str) -> None:
    st.session_state[f"page_{name}"] = st.query_params[name] = value


def inspector_folded() -> bool:
    return bool(st.session_state.get("inspector_folded"))


def fold_inspector(folded: bool) -> None:
    st.session_state["inspector_folded"] = folded


# What was chosen


def compared() -> list[str]:
    """The runs that are ticked, to be compared."""
    found: list[str] = st.session_state.get("compared", [])
    return found


def compare_only(ids: Sequence[str]) -> None:
    """Ticks these runs and no others."""
    st.session_state["compared"] = [*ids]


def versus() -> tuple[str, str]:
    """What is set beside what: keys as `app.versus` makes them, of the address; empty where nothing was chosen."""
    return st.query_params.get("a", ""), st.query_params.get("b", "")


def set_versus(side: str, key: str) -> None:
    """side: a or b."""
    st.query_params[side] = key


def versus_file() -> str:
    """The file that was opened last to be compared, as Streamlit calls it."""
    return str(st.session_state.get("versus_opened", ""))


def remember_versus_file(file: str) -> None:
    st.session_state["versus_opened"] = file


def looks() -> dict[str, int]:
    """The number of the colour and dash that each run was last drawn in."""
    found: dict[str, int] = st.session_state.get("looks", {})
    return found


def remember_looks(found: Mapping[str, int]) -> None:
    st.session_state["looks"] = {**looks(), **found}


def picture_layout() -> Layout:
    found: Layout = st.session_state.get("layout", "canvas")
    return found


def tour() -> int | None:
    """The number of the last wish for the tour, which came with the address; the canvas works each number once."""
    if "tour" in st.query_params:
        del st.query_params["tour"]
        st.session_state["tour"] = time.time_ns() // 1_000_000
    found: int | None = st.session_state.get("tour")
    return found


# What is imported


def remember_import(file: str, job: str) -> None:
    """file: as Streamlit calls one that was chosen."""
    st.session_state["import"] = file, job


def import_of(file: str) -> str | None:
    """The job that reads a chosen file; None where none was asked yet."""
    known, job = st.session_state.get("import", ("", None))
    return job if known == file else None


def remember_imported(project: str) -> None:
    st.session_state["imported"] = project


def imported() -> str:
    """The project that was imported last, and has not been left since."""
    return str(st.session_state.get("imported", ""))


# What was deleted, and can be had back


def remember_deleted(id: str | None) -> None:
    st.session_state["deleted"] = id


def deleted() -> str | None:
    found: str | None = st.session_state.get("deleted")
    return found


def remember_deleted_run(id: str | None) -> None:
    st.session_state["deleted_run"] = id


def deleted_run() -> str | None:
    found: str | None = st.session_state.get("deleted_run")
    return found


def remember_deleted_set(id: str | None) -> None:
    st.session_state["deleted_set"] = id


def deleted_set() -> str | None:
    found: str | None = st.session_state.get("deleted_set")
    return found


# The initialisation laboratory


def initial_shown() -> bool:
    """Whether it stands in the place of the curves."""
    return bool(st.session_state.get("initial"))


def show_initial(yes: bool) -> None:
    st.session_state.initial = yes


# A lesson


def open_beside(what: str) -> None:
    """What stands open when the workbench is drawn next: "chain", the chain rule in the forms of nodes, or
    "initialisation", the laboratory in the place of the curves."""
    show_initial(what == "initialisation")
    if what == "chain":
        st.session_state["chain"] = True


# Samples before and after a node


def strip_seed() -> int:
    """Which samples are shown."""
    return int(st.session_state.get("strip_seed", 1))


def take_other_strip() -> None:
    st.session_state.strip_seed = strip_seed() + 1
