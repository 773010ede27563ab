"""Texts: a text file of which each line, paragraph or piece is a row, or a zip of text files."""

import codecs
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from graphbuilder.parameters import Choice, Params, TextList, Whole, YesNo
from graphbuilder.readers.archive import each, has_parts, level_of, told_of_broken, told_of_classes
from graphbuilder.readers.members import (
    TEXTS,
    Contents,
    Listed,
    Zipped,
    contents,
    folders_of,
    kept_of,
    label_of,
    members_of,
    named_part,
    part_words,
    shown,
    text_endings,
    told_of,
    why_left_out,
)
from graphbuilder.readers.reader import DataError, Guess, Reader, telling

LARGEST = 256 * 2**20
"""Bytes of one text file."""
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows (Western Europe)", "latin-1": "Latin 1", "utf-16": "UTF-16"}


def text_of(data, encoding):
    """Bytes as text, with line ends as one sign. Raises ValueError where they are none, or of another encoding."""
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as fault:
        wrong = f"byte {data[fault.start]} at place {fault.start + 1:,}"
        raise ValueError(f"is not written in {encoding}: {wrong}. Choose another encoding") from None
    if "\0" in text:
        raise ValueError("is no text, since it holds zeros")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def texts_in(text, rows, length):
    """The rows of a text: "whole", its "line"s or "paragraph"s, or "piece"s of `length` letters; none is empty."""
    if rows == "whole":
        found = [text]
    elif rows == "line":
        found = text.split("\n")
    elif rows == "paragraph":
        found = text.split("\n\n")
    else:
        found = [text[place : place + length] for place in range(0, len(text), length)]
    return [one if rows == "piece" else one.strip() for one in found if one.strip()]


def read_lines(path, rows, length, encoding):
    """The rows of a text file."""
    from pathlib import Path

    import pyarrow as pa

    try:
        texts = texts_in(text_of(Path(path).read_bytes(), encoding), rows, length)
    except ValueError as fault:
        raise ValueError(f"The file {fault}.") from None
    if not texts:
        raise ValueError("The file holds no text.")
    return pa.table({"text": pa.array(texts, pa.string())})


def read_documents(path, rows, length, label, level, parts, encoding, skip):
    """The rows of each text of a zip. label: the class is the name of a "folder", `level` from within, of the "file"
    without its ending, or there is "none"."""
    import zipfile

    import pyarrow as pa

    texts, classes, of_split, left = [], [], [], set(skip)
    with zipfile.ZipFile(path) as archive:
        for info in members_of(path, text_endings()):
            if info.filename in left:
                continue
            try:
                found = texts_in(text_of(archive.read(info), encoding), rows, length)
            except ValueError as fault:
                raise ValueError(f"{info.filename} {fault}.") from None
            part, folders = named_part(folders_of(info)) if parts else (None, folders_of(info))
            texts += found
            classes += [label_of(info, folders, label, level)] * len(found)
            of_split += [part or "train"] * len(found)
    if not texts:
        raise ValueError("There is no text in the zip.")
    fields, arrays = [pa.field("text", pa.string())], [pa.array(texts, pa.string())]
    if label != "none":
        fields.append(pa.field("class", pa.string()))
        arrays.append(pa.array(classes, pa.string()))
    if parts:
        fields.append(pa.field("part", pa.string(), metadata={b"is": b"part"}))
        arrays.append(pa.array(of_split, pa.string()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


_ROWS = {"whole": "The whole file", "line": "Each line", "paragraph": "Each paragraph", "piece": "Pieces of one length"}


class Lines(Reader, name="lines", title="Text file"):
    suffixes = TEXTS

    rows = Choice("line", choices={name: one for name, one in _ROWS.items() if name != "whole"}, help="What a row is.")
    length = Whole(200, low=1, high=100_000, unit="letters", help="How long a piece is, where rows are pieces.")
    encoding = Choice("utf-8", choices=ENCODINGS, help="How letters are written as bytes.")
    read = staticmethod(telling(read_lines))
    uses = (text_of, texts_in)

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return name.lower().endswith(TEXTS) and _is_text(head)

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        size = path.stat().st_size
        _small_enough(name, size)
        with path.open("rb") as file:
            head = file.read(2**20)
        encoding = _encoding_of([head])
        text = _shortened(head, encoding)
        if not text.strip():
            raise DataError(f"{name} holds no text.", "E_DATA_EMPTY", file=name)
        rows = _rows_of(text)
        count = len(texts_in(text, rows, 200))
        told = f"{'At least ' if size > len(head) else ''}{count:,} rows: {_ROWS[rows].lower()}, {ENCODINGS[encoding]}."
        return Guess({**cls.defaults(), "rows": rows, "encoding": encoding}, told=(told,))


class Documents(Zipped, name="documents", title="Texts in a zip"):
    rows = Choice("whole", choices=_ROWS, help="What a row is.")
    length = Whole(200, low=1, high=100_000, unit="letters", help="How long a piece is, where rows are pieces.")
    label = Choice(
        "folder",
        choices={"folder": "Its folder", "file": "The name of its file", "none": "Nothing"},
        help="What names the class of a text.",
    )
    level = Whole(1, low=1, high=20, help="Which folder names the class: 1 is the one it lies in, 2 the one around.")
    parts = YesNo(False, help="Whether folders named train, validation and test say which part a text is in.")
    encoding = Choice("utf-8", choices=ENCODINGS, help="How letters are written as bytes.")
    skip = TextList((), more=True, help="Texts that are left out, by their names: those that cannot be read.")
    read = staticmethod(telling(read_documents))
    uses = (
        text_endings,
        why_left_out,
        kept_of,
        members_of,
        folders_of,
        part_words,
        named_part,
        label_of,
        text_of,
        texts_in,
    )

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        return 0.6 * len(inside.texts) / max(1, len(inside.infos))

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        inside = contents(path, name)
        texts = inside.texts
        gone = inside.left_out(texts, TEXTS)
        if not texts:
            said = "; ".join(f"{len(names):,} {reason}" for reason, names in gone.items()) or "it is empty"
            raise DataError(f"{name} holds no text that can be read ({said}).", "E_DATA_EMPTY", file=name)
        _small_enough(name, sum(info.file_size for info in texts))
        options: dict[str, Any] = {**cls.defaults(), "parts": has_parts(texts)}
        ways = [named_part(folders_of(info))[1] if options["parts"] else folders_of(info) for info in texts]
        level, levels = level_of(ways)
        with Listed(path) as archive:
            heads = [_head_of(archive, info) for info in texts[:: max(1, len(texts) // 100)]]
        options["encoding"] = _encoding_of(heads)
        lines = [_shortened(head, options["encoding"]).count("\n") for head in heads]
        if level:
            options["level"] = level
        elif 1 < len(texts) <= 1000 and min(lines) > 9:  # as Arabic.txt, Chinese.txt and so on
            options |= {"label": "file", "rows": "line"}
        else:
            options["label"] = "none"
        told = [f"{len(texts):,} texts, {ENCODINGS[options['encoding']]}; a row is {_ROWS[options['rows']].lower()}."]
        if options["label"] == "file":
            told.append("The name of a file is the class of its lines.")
        else:
            labels = [label_of(info, way, options["label"], level) for info, way in zip(texts, ways, strict=True)]
            counts = Counter(one for one in labels if one is not None)
            told += told_of_classes(counts, len(texts), {way[-1] for way in ways if way}, "text")
        choices = {"level": levels} if len(levels) > 1 else {}
        return Guess(options, choices, (*told, *told_of(gone)))

    @classmethod
    def examined(
        cls, path: Path, options: Params, progress: Callable[[float], None] = lambda share: None, seconds: float = 60
    ) -> Guess:
        """Reads every text: those that cannot be read are put into `skip`."""
        encoding = options["encoding"]
        broken, _ = each(path, members_of(path, TEXTS), lambda name, data: text_of(data, encoding), progress, seconds)
        skipped: Any = options.get("skip", ())
        changed = {**options, "skip": tuple(dict.fromkeys([*skipped, *broken]))}
        return Guess(changed, told=tuple(told_of_broken(broken, "be read")))


def _small_enough(name: str, size: int) -> None:
    if size > LARGEST:
        raise DataError(
            f"{name} holds {size / 1e6:,.0f} MB of text; at most {LARGEST / 1e6:,.0f} MB are read. Take a part of it.",
            "E_DATA_SIZE", file=name, bytes=size, most=LARGEST,
        )  # fmt: skip


def _head_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            return file.read(20_000)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError, OSError) as fault:
        raise DataError(
            f"{shown(info.filename)} cannot be unpacked: {fault}. Pack it again.", "E_DATA_FORMAT", file=info.filename
        ) from fault


def _is_text(head: bytes) -> bool:
    """Whether a file that begins so is text, and no page, drawing or program."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head[:4096])
    return start != b"<" and b"\0" not in head and controls * 100 <= len(head[:4096])


def _encoding_of(heads: Sequence[bytes]) -> str:
    """What all of these begins of texts can be written in. An end within a letter is none of it."""
    if any(head[:2] in (b"\xff\xfe", b"\xfe\xff") for head in heads):
        return "utf-16"
    try:
        for head in heads:
            codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1" if any(byte in head for head in heads for byte in b"\x81\x8d\x8f\x90\x9d") else "cp1252"
    return "utf-8"


def _shortened(head: bytes, encoding: str) -> str:
    """The begin of a text, without what is left of a letter at its end."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _rows_of(text: str) -> str:
    """Lines, but for a text that is set in lines of one width with paragraphs between, as a book is."""
    lines = text.split("\n")[:2000]
    full = [len(line) for line in lines if line.strip()]
    blank = sum(not line.strip() for line in lines)
    return "paragraph" if blank > 5 and 55 <= sorted(full)[int(0.8 * len(full))] <= 85 else "line"
