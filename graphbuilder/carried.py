"""The document inside of a picture or a notebook: whoever opens one that was exported has the project back.

A PNG has it in a chunk of text (iTXt), an SVG in its <metadata>, a notebook in its metadata, a PDF and a drawing of
Graphviz in lines of comment. What is read is bounded, and is held to what any project file is held to.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from html import escape, unescape
from io import BytesIO
from typing import Any, NoReturn
from zipfile import BadZipFile, ZipFile

from graphbuilder.document import Document, as_json
from graphbuilder.document_file import MAX_BYTES, json_of, read_document, refuse_too_large
from graphbuilder.problems import DocumentError, Problem

PROJECT_FILE = "network.json"
"""As an archive of everything that is exported names it."""
KEY = "graphbuilder"
"""Of the chunk, the element and the entry that hold a document."""
_PNG = b"\x89PNG\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_DIRECTORY = 100_000
"""Bytes at an archive's end that hold the names in one that was exported."""
_MOST_CHUNKS = 100_000
_SVG = re.compile(rb"<svg[\s>]")
_OPENED = re.compile(rb'<(?:\w+:)?metadata\b[^<>]{0,500}\bid="graphbuilder"[^<>]{0,500}>')
_CLOSED = re.compile(rb"</(?:\w+:)?metadata\s*>")
_END = b"\0\0\0\0IEND"
_PDF, _LAST_PDF = b"%PDF-", b"startxref"
_DOT = re.compile(rb"(?:\s|//[^\n]*\n|#[^\n]*\n)*(?:strict\s+)?(?:di)?graph\b[^{=;:\n]{0,500}\{", re.I)
_COMMENTS = {"pdf": b"%graphbuilder ", "dot": b"//graphbuilder "}
"""What each line of comment begins with, by the form."""
_LINE = 100


# Writing


def in_picture(picture: bytes, document: Document) -> bytes:
    """A PNG, an SVG, a PDF or a drawing of Graphviz with the document in it; another picture as it is."""
    if picture.startswith(_PNG):
        return _in_png(picture, _text(document).encode())
    if picture.startswith(_PDF):
        # Before the words that tell where its table is, comments move nothing that the table tells the place of.
        at = picture.rfind(_LAST_PDF)
        return picture[:at] + _comment("pdf", document) + picture[at:] if at > 0 else picture
    if _DOT.match(picture):
        return picture.rstrip() + b"\n" + _comment("dot", document)
    start = _SVG.search(picture)
    end = picture.find(b">", start.start()) + 1 if start else 0
    if not end:
        return picture
    told = f'\n<metadata id="{KEY}">{escape(_text(document), quote=False)}</metadata>'
    return picture[:end] + told.encode() + picture[end:]


def in_notebook(document: Document) -> dict[str, Any]:
    """What a notebook's metadata say beside their own."""
    return {KEY: as_json(document)}


def _text(document: Document) -> str:
    return json.dumps(as_json(document), separators=(",", ":"))


def _comment(form: str, document: Document) -> bytes:
    packed = base64.b64encode(zlib.compress(_text(document).encode(), 9))
    pieces = (packed[at : at + _LINE] for at in range(0, len(packed), _LINE))
    return b"".join(_COMMENTS[form] + piece + b"\n" for piece in pieces)


def _in_png(picture: bytes, text: bytes) -> bytes:
    end = picture.rfind(_END)
    body = b"iTXt" + KEY.encode() + b"\0\1\0\0\0" + zlib.compress(text, 9)
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return picture[:end] + chunk + picture[end:] if end > 0 else picture


# Reading


def is_project(content: bytes, name: str = "") -> bool:
    """Whether it is a project file, a picture, or a notebook or an archive with a project in it: no model to be
    imported."""
    if content.startswith(_ZIP):
        return _in_archive(content) is not None
    if content.startswith((_PNG, _PDF)) or _is_drawing(content, name) or _is_dot(content, name):
        return True
    text = content[:1000].lstrip()[:1] == b"{"
    return text and ((b'"nbformat"' in content and b'"graphbuilder"' in content) or b'"wires"' in content)


def beside_data(name: str) -> str:
    """What a file of an archive is called in which the data have its name."""
    return f"{KEY}-{name}"


def _in_archive(content: bytes) -> bytes | None:
    """The project file in an archive of everything that was exported; None of any other archive."""
    if PROJECT_FILE.encode() not in content[-_DIRECTORY:]:
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            called = beside_data(PROJECT_FILE)  # where the data have the name
            name = called if called in archive.namelist() else PROJECT_FILE
            with archive.open(name) as member:
                return member.read(MAX_BYTES + 1)
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return None


def open_document(content: bytes, name: str = "") -> Document:
    """The document of a project file, or of a picture, notebook or archive that carries one. Raises DocumentError."""
    held = _held(content, name)
    if held is None:
        return read_document(content, name)
    try:
        return read_document(held)
    except DocumentError as fault:
        first = fault.problems[0]
        told = f"{first.pointer} {first.message}" if first.pointer else f"it {first.message}"
        _refuse(f"carries a project that cannot be read: {told}")


def _held(content: bytes, name: str) -> bytes | None:
    """The text of the document in a picture, a notebook or an archive; None for any other file."""
    if content.startswith(_ZIP):
        held = _in_archive(content)
        refuse_too_large(held or b"")
        return held
    if content.startswith(_PNG):
        for chunk in _chunks(content):
            if chunk.startswith(b"iTXt" + KEY.encode() + b"\0"):
                return _unpacked(chunk[4 + len(KEY) + 1 :])
        _refuse(f"is a picture that carries no project. {_ASKED}")
    if _is_drawing(content, name):
        opened = _OPENED.search(content)
        closed = _CLOSED.search(content, opened.end()) if opened else None
        if opened and closed:
            held = content[opened.end() : closed.start()]
            refuse_too_large(held)
            return unescape(held.decode("utf-8", "replace")).strip().encode("utf-8", "surrogatepass")
        _refuse(f"is a picture (.svg) that carries no project. {_ASKED}")
    if content.startswith(_PDF):
        return _of_comment("pdf", content, "is a PDF")
    if _is_dot(content, name):
        return _of_comment("dot", content, "is a drawing of Graphviz (.dot)")
    if name.lower().endswith(".ipynb") or (content[:1000].lstrip()[:1] == b"{" and b'"nbformat"' in content):
        return _of_notebook(content)
    return None


def _is_drawing(content: bytes, name: str) -> bool:
    named = name.lower().endswith(".svg")
    return named or (content[:1000].lstrip()[:1] == b"<" and _SVG.search(content[:4000]) is not None)


def _is_dot(content: bytes, name: str) -> bool:
    return name.lower().endswith((".dot", ".gv")) or _DOT.match(content[:4000]) is not None


_ASKED = "Pictures that graphbuilder exports carry theirs, unless another program saved them again."


def _of_comment(form: str, content: bytes, what: str) -> bytes:
    mark = re.escape(_COMMENTS[form])
    pieces = re.findall(rb"^" + mark + rb"([A-Za-z0-9+/=]{1,%d})\r?$" % _LINE, content, re.M)
    if not pieces:
        _refuse(f"{what} that carries no project. {_ASKED}")
    try:
        packed = base64.b64decode(b"".join(pieces), validate=True)
    except ValueError:
        _refuse("carries a project that cannot be unpacked: the picture is broken.")
    return _inflated(packed)


def _chunks(content: bytes) -> Iterator[bytes]:
    """The chunks of a PNG, their four letters first, as far as it goes on."""
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        size = int.from_bytes(content[at : at + 4], "big")
        if at + 12 + size > len(content):
            return
        yield content[at + 4 : at + 8 + size]
        at += 12 + size


def _unpacked(body: bytes) -> bytes:
    """The text of an iTXt chunk, behind its keyword: packed or not, a language, a translated keyword, and the text."""
    packed, text = body[:1] == b"\1", [b"", b"", *body[2:].split(b"\0", 2)][-1]
    return _inflated(text) if packed else text


def _inflated(packed: bytes) -> bytes:
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        _refuse("carries a project that cannot be unpacked: the picture is broken.")
    refuse_too_large(found)
    if not unpacking.eof:
        _refuse("carries a project that cannot be unpacked: the picture is broken.")
    return found


def _of_notebook(content: bytes) -> bytes | None:
    refuse_too_large(content)
    raw = json_of(content)
    if not isinstance(raw, dict) or "nbformat" not in raw:
        return None
    metadata = raw.get("metadata")
    held = metadata.get(KEY) if isinstance(metadata, dict) else None
    if held is None:
        _refuse(
            "is a notebook (.ipynb) that carries no project. Those that graphbuilder exports carry theirs; of the code "
            "of any other, `graphbuilder import` makes a project."
        )
    return json.dumps(held).encode()


def _refuse(what: str) -> NoReturn:
    raise DocumentError([Problem("foreign", "", {"what": what})])
