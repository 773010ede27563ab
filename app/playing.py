"""The playground: a project of points in the plane that learns as soon as it is opened."""

from contextlib import suppress

from app import state, trainings
from graphbuilder.document import Document
from graphbuilder.editing import rename as renamed
from graphbuilder.linked import Unreadable, of_word
from graphbuilder.store import Project, StoreError
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template

PLAYGROUND = "playground"


def is_playground(shown: Project) -> bool:
    return shown.document.name == template(PLAYGROUND).name


def playground(linked: Document | None = None) -> str:
    """The visitor's playground, learning: the one that they have, as they left it, else a new one.

    Whoever comes back finds what they changed, and many visits do not fill the list of projects. It is known by its
    name: one that was renamed is a project like others. linked: the network of a link, which takes the place of what
    they had; one undo brings that back.
    """
    fresh = template(PLAYGROUND)
    linked = linked and renamed(linked, fresh.name)
    id = next((line.id for line in state.store().projects(state.me()) if line.name == fresh.name), None)
    id = id or state.store().create(state.me(), linked or fresh, Limits.of_settings())
    going = [run for run in state.jobs().runs(state.me(), id) if run.active]
    shown = state.store().project(state.me(), id)
    if linked and linked != shown.document:
        shown = state.store().edit(state.me(), id, lambda _: linked, "the network of a link")
        for run in going:
            state.jobs().stop(state.me(), run.id)
        going = []
    if not state.report(shown).against_training and not going:
        trainings.ask_to_train(shown)
    return id


def open_link() -> None:
    """Opens the playground that the address carries, unless it leads to a project that the visitor has. Of a link that
    cannot be read the page says so, and shows their playground, or a new one."""
    word = state.linked_word()
    if not word or state.visitor() is None or state.has_project():
        return
    linked = None
    try:
        linked = of_word(word)
    except Unreadable as fault:
        state.say(f"{fault} This is the playground without it.", ":material/link_off:")
    with suppress(StoreError):  # the page says of a store that is away itself
        state.open_project(playground(linked))
        state.show_panel("Training")
