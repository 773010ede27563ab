"""The visitor's own data sets: added, looked at anew, read, and used in projects."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app import state
from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.datasets import SOURCES, Description
from graphbuilder.document import Document
from graphbuilder.in_place import fitting, put_in_place
from graphbuilder.readers.database import VARIABLE, sources
from graphbuilder.recent import Recent, bytes_of
from graphbuilder.refusals import EditError
from graphbuilder.store import StoreError
from graphbuilder.store.files import FOLDER_VARIABLE, named_below
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import DataSet, Use

MOST_THERE = 500
"""Files of the server's folder that are offered."""


def add(owner: str, file: str, hash: str, bytes: int, address: str | None) -> str:
    """A new set of a file that is kept, which a job looks at; its id. Raises StoreError where no more may be kept."""
    id = state.sets().add(owner, file, hash=hash, bytes=bytes, limits=Limits.of_settings())
    with suppress(StoreError):  # then the set says that nobody looked at it, and the page offers to
        job = state.jobs().ask(owner, "look", _request(id), None, Limits.of_settings(), address=address)
        state.sets().looks(owner, id, job)
    return id


def _request(id: str, bring: bool = False) -> dict[str, Any]:
    """bring: whether what is kept is to be had anew."""
    return {"kind": "look", "set": id, **({"bring": True} if bring else {})}


# Files that are on the server already


def folder() -> Path | None:
    """The folder whose files anybody may add, by setting; None where there is none."""
    told = os.environ.get(FOLDER_VARIABLE, "")
    return Path(told) if told and Path(told).is_dir() else None


def there() -> list[str]:
    """The files of that folder, by their paths below it; no links."""
    root = folder()
    return named_below(root, MOST_THERE) if root else []


def add_from_folder(path: str) -> None:
    """A set of one of these files, which a job copies."""
    id = state.sets().add(state.me(), path, wish={"path": path}, limits=Limits.of_settings())
    _look(id)
    state.show_set(id)


# What a database is asked


def databases() -> tuple[str, ...]:
    """The servers that may be asked, by the settings that name them."""
    return sources()


def ask_database(source: str, query: str) -> None:
    """A set of what a query gives, which a job asks. The answer is kept as a file."""
    title = source.removeprefix(VARIABLE).lower()
    wish = {"sql": {"source": source, "query": query}}
    id = state.sets().add(state.me(), f"{title}.parquet", wish=wish, limits=Limits.of_settings())
    _look(id)
    state.show_set(id)


def asked(one: DataSet) -> str:
    """The query that a set is the answer to; empty for a set of a file."""
    return str(_wish(one.id).get("sql", {}).get("query", ""))


def ask_again(id: str) -> None:
    """Has a database asked once more; what it answered before stays until then, and where it does not answer."""
    state.done_or_told(lambda: _look(id, bring=True))


# One set


def mine() -> list[DataSet]:
    return state.sets().mine(state.me())


def uses() -> Mapping[str, list[Use]]:
    return state.sets().uses(state.me())


_found: Recent[tuple[str, str], Mapping[str, Any]] = Recent(20_000_000)


def found(one: DataSet) -> Mapping[str, Any] | None:
    """What the last look that came to its end found. Read anew where another look did since."""
    if one.looked is None:
        return None
    told = _found.made((one.id, one.looked), lambda: state.sets().found(state.me(), one.id) or {}, bytes_of)
    return told or None


def as_wanted(one: DataSet, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a look found, with how the set is to be read from now on where that is not looked at yet: fields show what
    was entered, as one that jumped back would be sent back as a wish of its own."""
    if one.state == "ready":
        return found
    wish = _wish(one.id)
    told = dict(found)
    if (reader := wish.get("reader", found["reader"])) != found["reader"]:
        told.update(reader=reader, options={}, choices={})
    told["options"] = {**told["options"], **wish.get("options", {})}
    if "window" in wish:
        usual = found["window"] or {}
        told["window"] = usual if wish["window"] is None else wish["window"] or None
    if (target := wish.get("target")) is not None:
        columns = found["columns"]
        roles = {column["name"]: "feature" for column in columns if column["role"] == "target"} | {target: "target"}
        told["columns"] = [{**column, "role": roles.get(column["name"], column["role"])} for column in columns]
    return told


def does(one: DataSet) -> tuple[str, float | None]:
    """What a look does at the moment, and how much of that is done, where that is known."""
    with suppress(StoreError):
        job = state.jobs().job(state.me(), one.job)
        if job.state == "queued":
            place = state.jobs().place(one.job)
            return (
                f"Waits for {place.number - 1} others" if place and place.number > 1 else "Waits for its turn"
            ), None
        told = job.summary
        if "does" in told:
            return str(told["does"]), told["share"] or None
    return "Begins", None


def stop(one: DataSet) -> None:
    state.done_or_told(lambda: state.jobs().stop(state.me(), one.job))


def look_again(id: str) -> None:
    state.done_or_told(lambda: _look(id))


def read_as(id: str, reader: str) -> None:
    """Has another reader read it, with the options that it guesses."""
    _want(id, reader=reader, options={}, target=None, columns={})


def set_option(id: str, name: str, value: Any) -> None:
    _want(id, options={**_wish(id).get("options", {}), name: value})


def cut_windows(id: str, yes: bool) -> None:
    """Whether a series is cut into windows: as is usual, or not at all."""
    _want(id, window=None if yes else {})


def set_window(id: str, name: str, value: Any) -> None:
    one = state.sets().one(state.me(), id)
    told = found(one)
    _want(id, window={**((as_wanted(one, told)["window"] if told else None) or {}), name: value})


def set_target(id: str, name: str) -> None:
    """The one column that is to be told; none for an empty name."""
    columns = {
        column: {key: value for key, value in said.items() if key != "role" or column != name}
        for column, said in _wish(id).get("columns", {}).items()
        if said.get("role") != "target"
    }
    _want(id, target=name, columns=columns)


def set_columns(id: str, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """changes: by name of a column, its new type, role or missing rule."""
    known = _wish(id).get("columns", {})
    _want(id, columns={**known, **{name: {**known.get(name, {}), **change} for name, change in changes.items()}})


def _wish(id: str) -> dict[str, Any]:
    return state.sets().wish(state.me(), id)


def _want(id: str, **told: Any) -> None:
    state.done_or_told(lambda: _look(id, {**_wish(id), **told}))


def _look(id: str, wish: Mapping[str, Any] | None = None, bring: bool = False) -> None:
    before = state.sets().one(state.me(), id)
    job = state.ask("look", _request(id, bring))
    state.sets().looks(state.me(), id, job, wish)
    if before.state == "looking":  # by what is no longer wanted
        with suppress(StoreError):
            state.jobs().stop(state.me(), before.job)


# Used


def use_built_in(name: str, project: str) -> str | None:
    """The project that uses a built-in set: the given one, else a new one. None where that could not be done."""
    return _use(lambda document: editing.set_data(document, name), SOURCES[name].title, project)


def usable() -> list[DataSet]:
    """The visitor's sets that a project can use as they are."""
    return [one for one in mine() if described(one) is not None and not wrong_with(found(one) or {})]


def wrong_with(found: Mapping[str, Any]) -> str:
    """Why nothing can be trained with a set as it is, in words; empty where something can."""
    findings = (found["facts"] or {}).get("findings", ()) if found else ()
    return next((one["text"] for one in findings if one["severity"] == "error"), "")


def described(one: DataSet) -> Description | None:
    """A set as a document tells of it; None where nobody looked at it yet, or its columns leave nothing."""
    told = found(one)
    if not told or not told["description"]:
        return None
    return Description.model_validate({**told["description"], "title": one.title})


def use(one: DataSet, project: str) -> str | None:
    """The project that uses a set of one's own: the given one, else a new one, with a small network to begin with,
    which undo takes away. None where that could not be done."""
    description = described(one)
    if description is None:
        return None
    return _use(lambda document: put_in_place(document, description), one.title, project)


def in_place(document: Document) -> list[DataSet]:
    """The visitor's other sets that have all that a document's nodes read, the last added first."""
    named = document.data.description
    told = ((one, described(one)) for one in usable() if named is None or one.hash != named.hash)
    fits = [one for one, own in told if own and fitting(document, {field.name: field for field in own.fields})]
    return sorted(fits, key=lambda one: -one.made)


def _use(change: Callable[[Document], Document], title: str, project: str) -> str | None:
    try:
        if project:
            state.store().edit(state.me(), project, change, f"the data {title}")
            return project
        id = state.store().create(state.me(), change(Document(name=title)), Limits.of_settings())
        state.store().edit(state.me(), id, draw_network, "a network for these data")
        return id
    except (EditError, StoreError) as fault:
        state.say(str(fault), ":material/block:")
        return None


# The list


def rename(id: str, title: str) -> None:
    state.done_or_told(lambda: state.sets().rename(state.me(), id, title))


def delete(id: str) -> None:
    if state.done_or_told(lambda: state.sets().delete(state.me(), id)):
        state.remember_deleted_set(id)
        state.show_set("")


def restore() -> None:
    id = state.deleted_set()
    state.remember_deleted_set(None)
    if id and state.done_or_told(lambda: state.sets().restore(state.me(), id)):
        state.show_set(id)
