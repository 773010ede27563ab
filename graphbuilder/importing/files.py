"""A file of Keras as a document and weights, whatever form it has. Nothing is unpacked to the disk, and nothing in
it is run; what it may hold is bounded before it is read.
"""

import os
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import IO, Any

from graphbuilder.checks import check
from graphbuilder.editing import rename
from graphbuilder.equal_parts import fold
from graphbuilder.foreign import told_of_archive, told_of_bytes, told_of_name
from graphbuilder.importing.channels import channels_last
from graphbuilder.importing.drawing import Drawn, as_label, draw
from graphbuilder.importing.exported import settled
from graphbuilder.importing.keras_model import Read, read
from graphbuilder.importing.layers import OLD_GATES
from graphbuilder.importing.model import ImportFault, Message, Report
from graphbuilder.importing.plain import MAX_BYTES, parse
from graphbuilder.importing.script_values import TooMuch
from graphbuilder.importing.shared import marked_alike, perhaps_twice
from graphbuilder.importing.shared import opened as open_shared
from graphbuilder.importing.source import code_of, is_notebook, is_script, read_script
from graphbuilder.importing.vocabularies import with_vocabularies
from graphbuilder.importing.weights import Came, layers_twice, sets_in, weights
from graphbuilder.initial_weights import not_finite
from graphbuilder.initial_weights import told as listed
from graphbuilder.uncollected import uncollected

MOST_MEMBERS = 2_000
MOST_OF_WORDS = 4_000_000
LARGEST_DIRECTORY = 4_000_000
LARGEST_FILE = 20 * 2**30
_HDF5 = b"\x89HDF\r\n\x1a\n"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. weights: by the path of their node; empty where the file has none. models: those that a
    script makes, the one that came first."""

    drawn: Drawn
    weights: Came | None
    models: tuple[str, ...] = ()

    @property
    def report(self) -> Report:
        return self.drawn.report


@uncollected()
def import_file(path: Path, name: str = "", *, with_weights: bool = True, model: str = "") -> Imported:
    """The document of a file, and its weights. name: the file's, as its user calls it. model: which one, of a script
    that makes several. Raises ImportFault, OSError."""
    name = name or path.name
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(4096)
        if not size:
            raise ImportFault("E_FORMAT", "is empty.")
        if size > LARGEST_FILE:
            raise ImportFault("E_TOO_BIG", f"has {size:,} bytes, and {LARGEST_FILE:,} are allowed.")
        if head.startswith(_HDF5):
            return _called(_of_hdf5(file, with_weights), name)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return _called(_of_zip(file, size, with_weights), name)
        if size > MAX_BYTES:
            raise ImportFault("E_TOO_BIG", f"has {size:,} bytes, and {MAX_BYTES:,} of JSON are allowed.")
        text = head + file.read()
    if is_notebook(name):
        return import_script(code_of(text), model, name)
    return import_script(text, model, name) if is_script(name) else import_json(text, name)


_NOBODYS_NAME = re.compile(r"(sequential|functional|model)(_\d+)?|Imported")
"""What Keras calls a model that nobody gave a name."""


def _called(came: Imported, file: str) -> Imported:
    """By the name of its file, where nobody gave the model one: many a list of projects would have it many times."""
    drawn, stem = came.drawn, as_label(PurePath(file).stem.strip())
    if not stem or not _NOBODYS_NAME.fullmatch(drawn.document.name):
        return came
    document = rename(drawn.document, stem)
    return replace(came, drawn=replace(drawn, document=document, checked=replace(drawn.checked, document=document)))


def folded(came: Imported) -> Imported:
    """With equal parts of the network as blocks. Weights stay with their nodes."""
    found = fold(came.drawn.document)
    if not found.blocks:
        return came
    document = found.document
    now = {old: path for path, old in found.paths.items()}
    count = len(document.nodes) + sum(len(block.nodes) for block in document.blocks)
    report = replace(came.report, nodes=count, folded=found.blocks)
    drawn = replace(came.drawn, document=document, checked=check(document), report=report)
    weights = came.weights
    if weights:
        weights = replace(weights, arrays={now.get(old, old): arrays for old, arrays in weights.arrays.items()})
    return replace(came, drawn=drawn, weights=weights)


@uncollected()
def import_script(text: bytes, model: str = "", name: str = "") -> Imported:
    """The document of a Python script, which is never run. name: the file's. Raises ImportFault."""
    found = read_script(text, model)
    drawn = _drawn(found.read, found.messages)
    if found.exported:
        try:
            document = settled(drawn.document, found.exported)
        except (TooMuch, RecursionError):
            document = drawn.document
        drawn = replace(drawn, document=document, checked=check(document))
    elif same := marked_alike(found.read.model, drawn):
        if made := open_shared(found.read.model, same):
            drawn = _drawn(replace(found.read, model=made.model), found.messages)
        else:
            who = min((names for group in same for names in group), key=len)
            told = f"{who[-1][:60]!r} stands in several models that are no graphs: here it is as many layers."
            drawn = _with(drawn, None, told, "W_SHARED").drawn
    came = Imported(drawn, None, found.models)
    return came if found.exported else _called(came, name)


@uncollected()
def import_json(text: bytes, name: str = "") -> Imported:
    """The document of a model's JSON. Raises ImportFault."""
    if foreign := told_of_bytes(text, name):
        raise ImportFault("E_FORMAT", foreign)
    try:
        raw = parse(text)
        for _ in range(2):
            raw = parse(raw.encode()) if isinstance(raw, str) else raw
    except ImportFault:
        if foreign := told_of_name(name):
            raise ImportFault("E_FORMAT", foreign) from None
        raise
    found = read(raw)
    drawn = _drawn(found)
    if twice := perhaps_twice(found.model, drawn):
        return _called(_with(drawn, None, _said_of_two(twice), "W_SHARED"), name)
    return _called(Imported(drawn, None), name)


def _said_of_two(twice: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    (short, long), *others = twice
    more = f", and so do {len(others)} more" if others else ""
    within = "/".join(long[:-1])[:60]
    return f"{short[-1][:60]!r} stands in {within!r} as well{more}: without weights each is taken for two layers."


def _drawn(found: Read, before: Sequence[Message] = ()) -> Drawn:
    model, told = channels_last(found.model)
    messages = [*before, *told]
    if found.backend == "theano":
        text = "The file is of Theano, which turns the kernels of convolutions round; weights are turned back."
        messages.append(Message("W_THEANO", text, loses=False))
    return draw(model, found.source, messages)


# .keras


def _of_zip(file: IO[bytes], size: int, with_weights: bool) -> Imported:
    with _directory(file, size) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        if _CONFIG not in infos:
            foreign = told_of_archive(infos)
            raise ImportFault("E_FORMAT", foreign or "is a zip, and no Keras file: it has no config.json.")
        config = parse(_text(archive, infos[_CONFIG]), _CONFIG)
        metadata = parse(_text(archive, infos[_METADATA]), _METADATA) if _METADATA in infos else {}
        version = metadata.get("keras_version") if isinstance(metadata, dict) else ""
        config = with_vocabularies(config, lambda name: _words(archive, infos.get(name)))
        found = read(config, version if isinstance(version, str) else "", form=".keras file")
        drawn = _drawn(found)
        if not with_weights or _WEIGHTS not in infos:
            return _with(drawn, None, "" if not with_weights else "The file holds no weights.")
        return _weighed(drawn, found, lambda: _member(file, archive, infos[_WEIGHTS], drawn))


@contextmanager
def _directory(file: IO[bytes], size: int) -> Iterator[zipfile.ZipFile]:
    broken = ImportFault("E_FORMAT", "cannot be opened: it is broken, or was not copied to its end.")
    try:
        end: Any = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    except (zipfile.BadZipFile, OSError):
        raise broken from None
    if end is None:
        raise broken
    if end[4] > MOST_MEMBERS or end[5] > LARGEST_DIRECTORY:
        raise ImportFault("E_TOO_BIG", f"holds {end[4]:,} files, and {MOST_MEMBERS:,} are allowed.")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        raise broken from None
    with archive:
        _hold_members(archive.infolist(), size)
        yield archive


def _hold_members(infos: list[zipfile.ZipInfo], size: int) -> None:
    names: set[str] = set()
    for info in infos:
        plain = info.filename.replace("\\", "/")
        if plain in names:
            raise ImportFault("E_FORMAT", f"holds {plain[:60]!r} twice.")
        names.add(plain)
        if plain.startswith("/") or ".." in plain.split("/") or ":" in plain[:2]:
            raise ImportFault("E_FORMAT", f"holds {plain[:60]!r}, a name that leads out of it.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ImportFault("E_FORMAT", f"holds {plain[:60]!r}, which is a link.")
        if info.flag_bits & 1:
            raise ImportFault("E_FORMAT", "is locked by a password.")
        if not 0 <= info.header_offset < size:
            raise ImportFault("E_FORMAT", "is broken: a file in it lies outside of it.")


def _text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_BYTES:
        raise ImportFault(
            "E_TOO_BIG", f"has a {info.filename} of {info.file_size:,} bytes, and {MAX_BYTES:,} are allowed."
        )
    try:
        with archive.open(info) as member:
            return member.read(MAX_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise ImportFault("E_FORMAT", f"has a {info.filename} that cannot be unpacked.") from None
    except Exception as fault:  # of zlib, lzma and bz2
        raise ImportFault("E_FORMAT", f"has a {info.filename} that cannot be unpacked.") from fault


def _words(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> str | None:
    """The text of a vocabulary; None where it is none, or too long for one."""
    if info is None or info.file_size > MOST_OF_WORDS:
        return None
    try:
        return _text(archive, info).decode()
    except UnicodeDecodeError:
        return None


class _Window:
    """A part of a file, as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        count = left if count is None or count < 0 else min(count, left)
        self._file.seek(self._start + self._at)
        data = self._file.read(count)
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


def _member(file: IO[bytes], archive: zipfile.ZipFile, info: zipfile.ZipInfo, drawn: Drawn) -> Any:
    """The weights in a .keras file, as a file: where they lie, since Keras packs them as they are."""
    import io  # noqa: PLC0415

    if info.compress_type == zipfile.ZIP_STORED:
        file.seek(info.header_offset)
        header = file.read(30)
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        return _Window(file, info.header_offset + 30 + names, info.file_size)
    most = 16 * drawn.report.parameters + 64_000_000  # an optimizer keeps two more of each
    if info.file_size > most:
        raise ImportFault("E_TOO_BIG", f"has {info.file_size:,} bytes of weights, too many for this network.")
    try:
        with archive.open(info) as member:
            return io.BytesIO(member.read(most))
    except Exception:
        raise ImportFault("E_WEIGHTS", "has weights that cannot be unpacked.") from None


# HDF5


def _of_hdf5(file: IO[bytes], with_weights: bool) -> Imported:
    with _opened(file) as held:
        config = held.attrs.get("model_config")
        if config is None:
            raise ImportFault(
                "E_FORMAT",
                "holds weights without a network (HDF5). Save the whole model.",
            )
        text = config if isinstance(config, bytes) else str(config).encode("utf-8", "surrogatepass")
        training, messages = _training(held.attrs.get("training_config"))
        version, backend = (_word(held.attrs.get(name, "")) for name in ("keras_version", "backend"))
        found = read(parse(text, "model_config"), version, training, form="HDF5 file")
        found = replace(found, backend=found.backend or backend)
        drawn = _drawn(found, messages)
        return _weighed(drawn, found, lambda: held) if with_weights else _with(drawn, None)


def _training(told: Any) -> tuple[Any, list[Message]]:
    """The compile settings, as far as they can be read."""
    if told is None:
        return None, []
    text = told if isinstance(told, bytes) else str(told).encode("utf-8", "surrogatepass")
    try:
        return parse(text, "training_config"), []
    except ImportFault as fault:
        return None, [Message(fault.code, f"The compile settings were left out: the file {fault}")]


def _word(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@contextmanager
def _opened(file: Any) -> Iterator[Any]:
    import h5py  # noqa: PLC0415

    try:
        held = h5py.File(file, "r")
    except (OSError, ValueError, RuntimeError, KeyError):
        raise ImportFault("E_FORMAT", "is an HDF5 file that cannot be opened: it is broken.") from None
    try:
        yield held
    finally:
        held.close()


def _weighed(drawn: Drawn, found: Read, opened: Any) -> Imported:
    """With the weights; where they cannot be read, the network comes all the same."""
    try:
        source = opened()
        if hasattr(source, "attrs"):
            return _with_weights(source, drawn, found)
        with _opened(source) as held:
            return _with_weights(held, drawn, found)
    except ImportFault as fault:
        return _with(drawn, None, f"The weights were left out: the file {fault}", fault.code)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, MemoryError):
        return _with(drawn, None, "The weights were left out: they cannot be read.", "E_WEIGHTS")


def _with_weights(held: Any, drawn: Drawn, found: Read) -> Imported:
    """A layer that stands in a model within as well, and has weights once, is drawn as one."""
    sets = sets_in(held, found.model)
    came = weights(sets, found, drawn)
    made = open_shared(found.model, layers_twice(drawn, came))
    if made is None:
        return _with(drawn, came)
    again = _drawn(replace(found, model=made.model))
    now: dict[tuple[str, ...], list[Any]] = {}
    for names, own in sets.items():
        now.setdefault(made.now(names), own)
    return _with(again, weights(now, found, again))


def _made_up(message: Message) -> Message:
    """What is said of gates by an older function, where their weights make up for it."""
    if message.code != OLD_GATES[0]:
        return message
    name = message.text.partition(" works by ")[0]
    text = f"{name} works by hard_sigmoid, which was steeper when the file was written; its weights make up for that."
    return replace(message, text=text, loses=False)


def _with(drawn: Drawn, came: Came | None, text: str = "", code: str = "W_WEIGHTS") -> Imported:
    messages = list(drawn.report.messages)
    if text:
        messages.append(Message(code, text))
    if came:
        messages = [_made_up(one) if one.node in came.made_up else one for one in messages]
        messages += came.messages
        if wrong := not_finite(came.arrays):
            messages.append(Message("W_NOT_FINITE", f"Weights of {listed(wrong)} are no numbers (NaN or infinite)."))
    counts = None if came is None else (len(came.arrays), came.wanted)
    report = replace(drawn.report, messages=tuple(messages), weights=counts)
    return Imported(replace(drawn, report=report), came)
