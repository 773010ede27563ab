"""A document as a word that an address can carry, and back. A word is of a bounded length, as is what it unpacks to."""

import base64
import binascii
import json
import zlib

from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.problems import DocumentError

MOST_LETTERS = 4_000
"""What servers and programs of mail leave whole."""
_MOST_BYTES = 200_000
"""Of the document."""


class Unreadable(ValueError):
    """A word that holds no document; the text says so."""


def to_word(document: Document) -> str | None:
    """None of a document that is too large."""
    text = json.dumps(json.loads(write_document(document)), separators=(",", ":"), ensure_ascii=False)
    packed = zlib.compress(text.encode(), 9)
    word = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return word if len(word) <= MOST_LETTERS and len(text) <= _MOST_BYTES else None


def of_word(word: str) -> Document:
    """Raises Unreadable for what is cut short, too long or no document."""
    if len(word) > MOST_LETTERS:
        raise Unreadable(f"This link holds {len(word):,} letters; at most {MOST_LETTERS:,} are read.")
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, _MOST_BYTES)
        if not unpacking.eof:
            raise Unreadable("This link is cut short or holds too much. Copy all of it.")
        return read_document(text)
    except (binascii.Error, ValueError, zlib.error) as fault:
        if isinstance(fault, Unreadable):
            raise
        if isinstance(fault, DocumentError):
            raise Unreadable(f"The network of this link cannot be read. {fault}") from fault
        raise Unreadable("This link holds no network that can be read. Copy all of it.") from fault
