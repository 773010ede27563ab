"""How the characters of a file of text are written as bytes, guessed from the bytes."""

import codecs
import re
from collections.abc import Iterable
from time import monotonic

ENCODINGS = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16, low byte first",
    "utf-16-be": "UTF-16, high byte first", "utf-32": "UTF-32", "cp1252": "Windows, western (cp1252)",
    "latin-1": "Latin 1", "iso8859-15": "Latin 9", "cp1250": "Windows, central European (cp1250)",
    "cp1251": "Windows, Cyrillic (cp1251)", "koi8-r": "Cyrillic (KOI8-R)", "cp1253": "Windows, Greek (cp1253)",
    "cp1254": "Windows, Turkish (cp1254)", "mac-roman": "old Macintosh", "cp850": "DOS, western (cp850)",
    "shift_jis": "Japanese (Shift JIS)", "euc_jp": "Japanese (EUC)", "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big 5)", "euc_kr": "Korean (EUC)",
}  # fmt: skip

SECONDS = 0.4
"""How long a file is looked through for what is no UTF-8."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_LETTER = r"[^\W\d_]"
_SIGNS = re.compile(rf"(?<!{_LETTER})[€£§°–—“„‘]|[”’…](?!{_LETTER})|’(?=(?:s|t|re|ve|ll|d|m)\b)")
"""Signs before and behind words, and the apostrophe within."""
_HIGH = re.compile(rb"[\x80-\xff]+")


def has_mark(head: bytes) -> bool:
    return head.startswith(tuple(_MARKS))


def is_wide(head: bytes) -> str:
    """UTF-16 or 32 by its mark, or by where the NUL bytes are; empty where it is neither."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return "" if encoding == "utf-8" else encoding
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""


def encoding_of(blocks: Iterable[bytes]) -> str:
    """The likeliest encoding of a file whose blocks these are."""
    decoder, until, first = codecs.getincrementaldecoder("utf-8")(), monotonic() + SECONDS, True
    for block in blocks:
        if first and (wide := is_wide(block)):
            return wide
        first = False
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return _of_one_country(block)
        if monotonic() > until:
            break
    return "utf-8"


def _of_one_country(block: bytes) -> str:
    """Among encodings of single countries: letters of Cyrillic and signs of Chinese stand side by side, letters with
    accents stand alone among others."""
    runs = _HIGH.findall(block)
    high = b"".join(runs)
    beside = sum(len(run) for run in runs if len(run) > 1)
    if beside > 0.7 * len(high):
        if sum(byte >= 0xC0 for byte in high) > 0.9 * len(high):
            lower = sum(byte >= 0xE0 for byte in high)
            return "cp1251" if lower > len(high) / 2 else "koi8-r"
        for encoding in ("shift_jis", "gb18030") if sum(byte < 0xA0 for byte in high) else ("gb18030",):
            if _decodes(block, encoding):
                return encoding
    western = _sense(block, "cp1252")
    other = max(("mac-roman", "cp850"), key=lambda encoding: _sense(block, encoding))
    if _sense(block, other) > western + 0.3:
        return other
    return "cp1252" if _decodes(block, "cp1252") else "latin-1"


def _decodes(block: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _sense(block: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that are small letters, large ones where a word begins, or signs where
    such stand."""
    text = block[:100_000].decode(encoding, "replace")
    found: list[tuple[str, str]] = re.findall(r"(.?)([^\x00-\x7f])", text)
    good: int = sum(sign.islower() or (sign.isupper() and not before.islower()) for before, sign in found)
    return (good + len(_SIGNS.findall(text))) / max(1, len(found))
