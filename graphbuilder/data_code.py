"""How code comes to its data: the function that loads a set is printed as it stands; of a file of a user's own, those
that read it, with the file's name and what each of its columns is for as constants."""

from collections.abc import Callable, Iterator
from typing import Any

from graphbuilder.datasets import Own, Source
from graphbuilder.datasets.description import Column, is_used
from graphbuilder.datasets.fielding import PRINTED
from graphbuilder.printing import Group, expression, lines, literal, source_of, wrapped
from graphbuilder.readers import READERS
from graphbuilder.readers.archive import OfPictures
from graphbuilder.readers.decoding import DECODING, load_pictures
from graphbuilder.readers.series import gaps_of, windowed, windows


def load_functions(source: Source) -> list[tuple[str, list[str]]]:
    """The functions that load the data, the last of them `load_data`, each as text and with the imports it needs."""
    if not isinstance(source, Own):
        return [*map(source_of, source.uses), source_of(type(source).load, "load_data")]
    reader = READERS[source.description.reader]
    decoding = [load_pictures] if source.pictures else []
    for column in source.pictures:
        decode = _decoder(source).decoding(column.name)[0]
        decoding += [*DECODING[decode], decode]
    cutting = (gaps_of, windows, windowed) if source.description.window else ()
    used: dict[Callable[..., Any], None] = dict.fromkeys((*reader.uses, reader.read, *PRINTED, *decoding, *cutting))
    return [*(source_of(one) for one in used), ("\n".join(_load_data(source)), [])]


def load_call(source: Source, head: str = "") -> Group:
    """Code that calls `load_data`."""
    given = {} if isinstance(source, Own) else source.arguments()
    return Group(f"{head}load_data", "(", [_given(f"{name}=", value) for name, value in given.items()])


def _given(head: str, value: Any) -> str | Group:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return Group(head, "(", [expression(row) for row in value])
    return f"{head}{expression(value)}"


def load_constants(source: Source) -> Iterator[str]:
    """Which file it is, and what each of its columns is for."""
    if not isinstance(source, Own):
        return
    yield f"FILE = {literal(source.description.file)}  # beside this file"
    columns = [_column(column) for column in source.description.columns if is_used(column)]
    yield from wrapped("COLUMNS = ", "[", columns)


def _column(column: Column) -> Group:
    """As a dictionary, without what is as by default."""
    entries: list[str | Group] = []
    for name, value in column.model_dump(exclude_defaults=True).items():
        if isinstance(value, tuple):
            entries.append(Group(f"{literal(name)}: ", "[", [literal(one) for one in value]))
        else:
            entries.append(f"{literal(name)}: {literal(value)}")
    return Group("", "{", entries)


def _load_data(source: Own) -> Iterator[str]:
    one = source.description
    reader = READERS[one.reader]
    options = reader(one.options).params.items()
    yield "def load_data(path=FILE):"
    yield f'    """The fields of {_in_docstring(one.title)}, by name."""'
    given = [f"{name}={expression(reader.parameters[name].argument(value))}" for name, value in options]
    yield from lines(Group(f"    table = {reader.read.__name__}", "(", ["path", *given]))
    if one.window:
        time, entered, told = source.series
        names = [Group("", "[", [literal(one) for one in each]) for each in (entered, told)]
        cut = [f"{name}={expression(value)}" for name, value in one.window.items()]
        yield from lines(Group("    return windowed", "(", ["fields_of(table, COLUMNS)", literal(time), *names, *cut]))
        return
    if not source.pictures:
        yield "    return fields_of(table, COLUMNS)"
        return
    yield "    data = fields_of(table, COLUMNS)"
    for column in source.pictures:
        name = literal(column.field or column.name)
        decode, how = _decoder(source).decoding(column.name)
        given = [f"{key}={expression(reader.parameters[key].argument(value))}" for key, value in how.items()]
        yield from lines(
            Group(f"    data[{name}] = load_pictures", "(", ["path", f"data[{name}]", decode.__name__, *given])
        )
    yield "    return data"


def _decoder(source: Own) -> OfPictures:
    made = READERS[source.description.reader](source.description.options)
    assert isinstance(made, OfPictures), "no other has columns of pictures"
    return made


def _in_docstring(text: str) -> str:
    """A text of a user's in a docstring: printable ASCII without what could end it."""
    return "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else "?" for one in text)
