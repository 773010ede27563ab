"""Data of one's own at the command line: add a file, list what was added, show what is in it, remove it."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, get_args

import click
from rich.markup import escape

from graphbuilder.datasets import SOURCES, Description
from graphbuilder.datasets.description import ColumnType, Missing, Role
from graphbuilder.diagnostics import Severity
from graphbuilder.readers import DataError
from graphbuilder.store import StoreError
from graphbuilder.store.disk import in_words
from graphbuilder.store.files import Coming
from graphbuilder.store.sets import DataSet, Sets
from graphbuilder.terminal import FAILED, USAGE, err, fail, home_option, json_option, out, print_json, print_table
from graphbuilder.understanding.looking import Wish, look

OWNER = "local"
"""Whose the sets of the command line are."""


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def data(context: click.Context, as_json: bool) -> None:
    """List the built-in data sets and their fields; add, list, show and remove data of your own."""
    if context.invoked_subcommand:
        return
    sets = [source().describe() for source in SOURCES.values()]
    if as_json:
        print_json(sets)
        return
    rows = [
        (s["name"], s["title"], f"{s['rows']:,}", ", ".join(f"{f['name']} ({f['kind']})" for f in s["fields"]))
        for s in sets
    ]
    print_table(("name", "title", "rows", "fields"), rows)


@data.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", "title", help="What to call it, and not as the file.")
@click.option("--target", help='Column that the network learns to tell; "" for none.')
@click.option(
    "--column", "columns", multiple=True, metavar="NAME=WORD",
    help="The type, the role or the missing rule of a column, such as age=number.",
)  # fmt: skip
@click.option("--set", "options", multiple=True, metavar="NAME=VALUE", help="An option of reading, such as separator=;")
@home_option
@json_option
def add(
    file: Path, title: str | None, target: str | None, columns: tuple[str, ...], options: tuple[str, ...], home: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """Read FILE, keep it, and say what is in it. With --json the last line is one object."""
    wish = Wish(options=dict(map(_option, options)), target=target, columns=_said(columns))
    with _opened(home) as sets, _in_words(file, as_json):
        one, found = added(sets, file, wish, title or "")
    told = _told(one, found)
    if as_json:
        print_json(told, flat=True)
        return
    for text in found["told"]:
        err.print(escape(text), style="dim")
    _print(told)


@data.command("list")
@home_option
@json_option
def list_sets(home: Path, as_json: bool) -> None:
    """List the data that were added."""
    with _opened(home) as sets:
        mine = sets.mine(OWNER)
    if as_json:
        print_json([_line(one) for one in mine])
        return
    rows = [(one.title, one.reader, f"{one.rows or 0:,}", in_words(one.bytes), one.file) for one in mine]
    print_table(("name", "kind", "rows", "size", "file"), rows)


@data.command()
@click.argument("name")
@home_option
@json_option
def show(name: str, home: Path, as_json: bool) -> None:
    """Say what is in the data NAME."""
    with _opened(home) as sets:
        one = _named(sets, name)
        told = _told(one, sets.found(OWNER, one.id) or {})
    if as_json:
        print_json(told)
    else:
        _print(told)


@data.command()
@click.argument("name")
@home_option
def remove(name: str, home: Path) -> None:
    """Remove the data NAME. Networks that use them keep them; else they go for good after a day."""
    with _opened(home) as sets:
        sets.delete(OWNER, _named(sets, name).id)
    out.print(f"Removed {escape(name)}.")


def added(sets: Sets, file: Path, wish: Wish, title: str = "") -> tuple[DataSet, dict[str, Any]]:
    """A file as a set that is kept, with what is in it. Nothing of one that cannot be read stays. Raises DataError,
    StoreError and OSError."""
    with Coming(sets.home) as coming, file.open("rb") as source:
        coming.take(source)
        found = look(coming.path, file.name, wish, title=title or file.stem, hash=coming.hash)
        if found["fault"]:
            raise DataError(found["fault"], "E_DATA_COLUMNS", file=file.name)
        id = sets.add(OWNER, file.name, hash=coming.keep(), bytes=coming.bytes)
    if title:
        sets.rename(OWNER, id, title)
    name = sets.one(OWNER, id).title
    found["description"]["title"] = name
    sets.looks(OWNER, id, "")
    sets.looked(id, "", found, reader=found["reader"], rows=found["rows"])
    return sets.one(OWNER, id), found


def own_description(home: Path, name: str) -> Description | None:
    """The data of this name that were added, or of the file of this path, which is added; None where there is neither.

    Raises DataError, StoreError and OSError.
    """
    sets = Sets(home)
    try:
        one = next((one for one in sets.mine(OWNER) if one.title == name), None)
        found = sets.found(OWNER, one.id) if one else None
        if found is None and Path(name).is_file():
            _, found = added(sets, Path(name), Wish())
    finally:
        sets.close()
    if not found:
        return None
    for finding in (found["facts"] or {}).get("findings", ()):
        if finding["severity"] == Severity.ERROR.value:
            raise DataError(finding["text"] + _as_options(finding["change"]), finding["code"])
    return Description.model_validate(found["description"])


@contextmanager
def _opened(home: Path) -> Iterator[Sets]:
    try:
        sets = Sets(home)
        yield sets
        sets.close()
    except StoreError as fault:
        fail(USAGE, str(fault))


@contextmanager
def _in_words(file: Path, as_json: bool) -> Iterator[None]:
    """Says in a sentence why a file cannot be read."""
    try:
        yield
    except DataError as fault:
        if as_json:
            print_json({"error": str(fault), "code": fault.code, **_plain(fault.facts)}, flat=True)
        fail(FAILED, str(fault))
    except MemoryError:
        fail(FAILED, f"There is not enough memory to read {file.name}.")
    except OSError as fault:
        fail(USAGE, f"{file} cannot be read: {fault.strerror}.")


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(facts, default=str))
    return {name: value for name, value in told.items() if name not in ("error", "code")}


def _named(sets: Sets, name: str) -> DataSet:
    mine = sets.mine(OWNER)
    one = next((one for one in mine if name in (one.title, one.id)), None)
    if one is None:
        there = ", ".join(one.title for one in mine) or "none"
        err.print(f"[red]Error:[/red] {escape(f'There are no data {name!r}. There are: {there}.')}")
        sys.exit(USAGE)
    return one


_KEYS = {"missing": Missing, "role": Role, "type": ColumnType}
_KEY_OF = {word: key for key, words in _KEYS.items() for word in get_args(words) if word}


def _said(columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """What was said of columns, each as NAME=WORD."""
    said: dict[str, dict[str, str]] = {}
    for told in columns:
        name, _, word = told.rpartition("=")
        if not name or word not in _KEY_OF:
            raise click.BadParameter(f"--column needs NAME=WORD; {told!r} has none of {', '.join(_KEY_OF)}.")
        said.setdefault(name, {})[_KEY_OF[word]] = word
    return said


def _as_options(change: Mapping[str, Mapping[str, str]]) -> str:
    """How to say so of the columns of a file, as a sentence; empty where nothing is to be changed."""
    told = [quote(f"{name}={word}") for name, each in change.items() for word in each.values() if word]
    return f" Such as: graphbuilder data add FILE --column {' --column '.join(told)}" if told else ""


def _option(told: str) -> tuple[str, Any]:
    """NAME=VALUE, with the value as JSON where it is such, else as text."""
    name, _, value = told.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _line(one: DataSet) -> dict[str, Any]:
    return {"name": one.title, "kind": one.reader, "rows": one.rows, "bytes": one.bytes, "file": one.file}


def _told(one: DataSet, found: Mapping[str, Any]) -> dict[str, Any]:
    described = found.get("description") or {}
    return {
        **_line(one),
        "rows": described.get("rows", one.rows),
        "fields": [
            {key: field[key] for key in ("name", "kind", "shape", "classes")} for field in described.get("fields", ())
        ],
        "columns": [
            {key: column[key] for key in ("name", "type", "role", "missing")} for column in found.get("columns", ())
        ],
        "options": found.get("options", {}),
        "told": found.get("told", []),
        "warnings": [finding["text"] for finding in (found.get("facts") or {}).get("findings", ())],
        "hash": one.hash,
    }


def _print(told: Mapping[str, Any]) -> None:
    out.print(escape(f"{told['name']}: {told['rows']:,} rows, {told['kind']}, {in_words(told['bytes'])}"))
    print_table(
        ("column", "type", "role", "missing"),
        [(one["name"], one["type"], one["role"], one["missing"]) for one in told["columns"]],
    )
    print_table(
        ("field", "kind", "shape", "classes"),
        [
            (one["name"], one["kind"], " × ".join(map(str, one["shape"])), ", ".join(one["classes"][:8]))
            for one in told["fields"]
        ],
    )
    for text in told["warnings"]:
        out.print(f"- {escape(text)}")
