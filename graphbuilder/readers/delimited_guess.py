"""How a table written as text is best read, guessed from its begin and its end, and told in words."""

import csv
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from graphbuilder.parameters import Params
from graphbuilder.readers.bounds import too_wide, unpacked
from graphbuilder.readers.cells import column_names, names_of_lines
from graphbuilder.readers.delimited_faults import blocks, is_packed, nul_byte, opened
from graphbuilder.readers.encodings import ENCODINGS, encoding_of, has_mark, is_wide
from graphbuilder.readers.reader import DataError, Guess

HEAD_BYTES, TAIL_BYTES, LINES = 2**20, 2**16, 1000
"""Of a file: what is looked at at its begin and at its end, and how many lines of that."""

MISSING = (
    "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "#N/A N/A", "NaN", "nan", "NAN", "-NaN", "-nan", "NULL", "null", "None",
    "NaT", "\\N", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
)  # fmt: skip

_SIGNS = {"tab": "\t", ";": ";", "|": "|", ",": ",", "blank": " ", ":": ":"}
_SPACED = {",": ", ", ";": "; "}
"""Separators by themselves, and with a blank behind."""
_NAMES = {
    ",": "Commas", ";": "Semicolons", ", ": "Commas with a blank behind", "; ": "Semicolons with a blank behind",
    "tab": "Tabs", "|": "Bars", ":": "Colons", "::": "Two colons", "blank": "Blanks", "blanks": "Blanks",
    "wide": "Two blanks and more",
}  # fmt: skip
_PACKERS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}
_OTHERS = (b"PK\3\4", b"PAR1", b"ARROW1", b"SQLite", b"\xd0\xcf\x11\xe0", b"\x93NUMPY", b"\x89", b"%PDF")
"""What files of other kinds begin with, whatever they are called."""
_TABLE_NAMES = re.compile(r"\.(csv|tsv|tab|psv)(\.|$)", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|head|body)", re.IGNORECASE)

_NUMBER = re.compile(
    r"[-+(\u2212]?\s?[$€£¥]?\s?(\d[\d.,' \u00a0]*|[.,]\d+)(e[-+]?\d+)?\s?[%€$£]?\)?|[-+]?inf|nan", re.I
)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T].*)?|\d{4}[- ]?Q[1-4]|\d{1,2}:\d\d(:\d\d)?.*")
_EITHER_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d\d)([ T].*)?")
_MARKS = {"", "?", "-", "--", ".", "*", *(word.lower() for word in MISSING)}
_TOTAL = re.compile(r"(grand )?(totals?|sum|summe|gesamt|insgesamt|average|mean|mittelwert|durchschnitt)\b", re.I)
_NOTE = re.compile(r"\W*(source|notes?|remarks?|quelle|anmerkung|fuente|data from|copyright|©)\b", re.I)
_COMMA = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+,\d+|0,\d+|\d+,(\d{1,2}|\d{4,})|\d{4,},\d+)(e[-+]?\d+)?", re.I)
_POINT = re.compile(r"[-+]?(\d{1,3}(,\d{3})+\.\d+|0?\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d+)(e[-+]?\d+)?", re.I)
_THREE = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_GROUPS = {
    ",": re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?"),
    " ": re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?"),
    "'": re.compile(r"[-+]?\d{1,3}('\d{3})+([.,]\d*)?"),
}


@dataclass(frozen=True)
class Row:
    """line: on which line it begins, from 0."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Layout:
    separator: str
    quote: str
    escape: str
    rows: list[Row]
    width: int
    share: float
    """Of the rows, those that have `width` columns."""


def is_table(head: bytes, name: str) -> bool:
    """Whether a file that begins so is a table as text: by its name where it is text at all, else by its rows."""
    named = bool(_TABLE_NAMES.search(name))
    if named and head.startswith(tuple(_PACKERS)):
        return True
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, 2**16)
        except zlib.error:
            return named
    wide = is_wide(head)
    if b"\0" in head and not wide:
        return named and head.count(0) < len(head) / 10 and not head.startswith(_OTHERS)
    text = head.decode(wide or "utf-8", "replace").lstrip("\ufeff")
    if named or not text.strip():
        return named
    if text.lstrip()[0] in "{[<" or text.lstrip()[:9].lower() in ("@relation", "%pdf-1.4"):
        return False
    layout = layout_of(lines_of(text)[:200])
    if layout.width < 2 or layout.share < 0.9 or len(layout.rows) < 2:
        return False
    cells = [row.cells for row in layout.rows[1:]]
    return len(cells) > 3 or any(_amounts_in(cells, place) for place in range(min(layout.width, 1000)))


def guessed(path: Path, name: str, options: Params) -> Guess:
    head, whole = _head(path, name)
    encoding = encoding_of(blocks(path))
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if not text.strip():
        raise DataError(f"{name} is empty.", "E_DATA_EMPTY", file=name)
    if _MARKUP.match(text):
        fault = f"{name} is a web page or XML, no table. Was a page saved in place of the file behind it?"
        raise DataError(fault, file=name)
    lines = lines_of(text)
    lines = lines if whole or len(lines) == 1 else lines[:-1]
    if "\0" in text:
        number = next(number for number, line in enumerate(lines, 1) if "\0" in line)
        raise nul_byte(name, number)

    enough = _enough(lines)
    lines, whole = lines[:enough], whole and len(lines) <= enough
    told = [f"The characters are written in {ENCODINGS[encoding]}."] if encoding != "utf-8" else []
    if encoding == "utf-8" and has_mark(head):
        told.append("The byte order mark at the begin is left out.")
    comment, remarks = _comment(lines)
    named = re.fullmatch(r'"?sep=(.)"?', lines[0].strip("\r\n"))
    remarks |= {0} if named or _counts_rows(lines, whole) else set()
    layout = layout_of(["\n" if number in remarks else line for number, line in enumerate(lines)])
    if layout.width > 20_000:
        raise too_wide(name, layout.width)
    if named:
        told.append(f"The first line says that {named[1]} parts the columns.")
    found = dict(options) | {"encoding": encoding, "separator": layout.separator, "quote": layout.quote}
    found |= {"escape": layout.escape, "comment": comment}
    told.append(f"{_NAMES[layout.separator]} part the columns." if layout.width > 1 else "There is one column.")
    if not layout.quote:
        told.append("Quotes are taken as they stand.")
    elif layout.quote == "'":
        told.append("Single quotes enclose texts.")
    if comment:
        told.append(f"Lines that begin with {comment} are left out.")

    table, unnamed = table_of(layout)
    if not table:
        raise DataError(f"{name} has no rows.", "E_DATA_EMPTY", file=name)
    found |= {"skip": table[0].line, "unnamed": unnamed}
    above = [line for line in lines[: table[0].line] if line.strip() and not (comment and line.startswith(comment))]
    if above and not named:
        count = "1 line above the table is" if len(above) == 1 else f"{len(above)} lines above the table are"
        told.append(f"{count} left out, beginning with '{shortened(above[0])}'.")
    cells = [row.cells for row in table]
    header = has_header(cells, unnamed)
    if header and _are_short(cells, layout):
        found["other"] = "fill"
        told.append("Some rows have fewer values than there are names: the others are taken as missing.")
    names_in = lines_of_names(cells) if header else 1
    below = int(_is_alone(cells[names_in]) if names_in > 1 else header and has_units(cells))
    found |= {"header": header, "header_lines": names_in, "below": below}
    if not header:
        called = f"columns are called 0 to {layout.width - 1}" if layout.width > 1 else "column is called 0"
        told.append(f"No line has names; the {called}.")
    top = names_of_lines(cells[:names_in])
    first = {"first": ["", *top], "last": [*top, ""]}.get(unnamed, top)
    names = column_names(first, header)
    told += renamed(first, names) if header else []
    if unnamed == "first":
        told.append("Rows have one value more than there are names: the first has none.")
    if names_in > 1:
        told.append(f"The names stand in {names_in} lines.")
    if below:
        told.append(f"The line below the names is left out: '{shortened(lines[table[names_in].line])}'.")
    end = table if whole else _end(path, encoding, layout)
    footer = footer_of(end, layout.width)
    found["footer"] = footer
    if footer:
        told.append(
            f"{footer} at the end {'is' if footer == 1 else 'are'} left out: '{shortened(' '.join(end[-1].cells))}'."
        )

    body = cells[header * names_in + below : len(cells) - (footer if whole else 0)]
    choices: dict[str, tuple[str, ...]] = {}
    for option, value, words, either in (*_decimal(body, layout.separator), *order_of_dates(body)):
        found[option] = value
        told += [words] if words else []
        choices |= {option: either} if either else {}
    if any(cell.strip() == "?" for row in body for cell in row):
        found["missing"] = (*MISSING, "?")
        told.append("A question mark stands for a value that is missing.")
    codes = tuple(names[place] for place in _country_codes(body) if place < len(names))
    found["text"] = codes
    told += [f"In '{one}', NA is taken for a code, not for a missing value." for one in codes]
    return Guess(found, choices, tuple(told))


def _enough(lines: Sequence[str]) -> int:
    """How many lines are looked at: some, and more of short ones."""
    size = 0
    for number, line in enumerate(lines[:LINES]):
        size += len(line)
        if size > HEAD_BYTES // 5 and number >= 20:
            return number
    return LINES


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)


def layout_of(lines: Sequence[str]) -> Layout:
    """The separator and quotes by which most rows have equally many columns."""
    quotes = ['"', ""]
    if sum(line.count("'") for line in lines) > 2 * sum(line.count('"') for line in lines) + len(lines):
        quotes.insert(1, "'")
    escapes = ["\\", ""] if any('\\"' in line for line in lines) else [""]
    spaced = [two for one, two in _SPACED.items() if 10 * sum(f'{two}"' in line for line in lines) > len(lines)]
    best: Layout | None = None
    for quote in quotes:
        for escape in escapes if quote else [""]:
            for separator in (*spaced, *_SIGNS):
                found = _laid(lines, separator, quote, escape)
                if found and (best is None or _better(found, best)):
                    best = found
    runs = [line for line in lines if re.search(r"\S  +\S", line)]
    if best is None or best.share < 0.9 or 10 * len(runs) > 9 * len(lines):
        for quote in ('"', ""):
            found = _laid(lines, "blanks", quote, "")
            wider = found and best and runs and found.share >= best.share and found.width > best.width
            if found and (best is None or wider or _better(found, best)) and _has_numbers(found):
                best = found
                break
    if (best is None or best.share < 0.9) and 10 * len(runs) > 9 * len(lines):
        found = _laid(lines, "wide", "", "")
        best = found if found and found.share > 0.9 and found.width > 2 and _has_numbers(found) else best
    if best is not None and all(re.fullmatch("'.*'", cell) for cell in best.rows[0].cells):
        best = _laid(lines, best.separator, "'", "") or best
    if best is not None and best.separator == ":" and sum(line.count("::") for line in lines) >= 2 * len(best.rows):
        best = _laid(lines, "::", best.quote, "") or best
    if best is not None and not best.quote and sum(line.count('"') % 2 for line in lines) == 1:
        best = replace(best, quote='"')  # one that is not closed, which is for the reading to tell
    if best is not None and (best.share >= 0.5 or best.width > 2):
        return best
    rows = [Row(number, [line.strip()]) for number, line in enumerate(lines) if line.strip()]
    absent = next((one for one, sign in _SIGNS.items() if not any(sign in row.cells[0] for row in rows)), "tab")
    return Layout(absent, '"', "", rows, 1, 1.0)


def _counts_rows(lines: Sequence[str], whole: bool) -> bool:
    """Whether the first line has how many rows and columns come, as "150,4,setosa,versicolor,virginica"."""
    counts = re.match(r"\s*(\d+)[,;\t ](\d+)([,;\t ]|$)", lines[0])
    if not counts or len(lines) < 4:
        return False
    rows = sum(bool(line.strip()) for line in lines[1:])
    if int(counts[1]) != rows if whole else int(counts[1]) < rows:
        return False
    return layout_of(lines[1:]).width == int(counts[2]) + 1


def _better(one: Layout, other: Layout) -> bool:
    if other.separator in ("blank", ":") and one.separator not in ("blank", ":", "blanks"):
        return one.share >= other.share - 0.1
    if one.quote == other.quote and one.separator in ("blank", ":"):  # such signs are in dates and texts, too
        return other.share < 0.8 and one.share > other.share + 0.1 and (one.separator == "blank" or one.width > 2)
    if _parts_first(one) and not _parts_first(other) and one.quote == other.quote:
        return one.share >= other.share  # signs that are in cells alone are not in the names
    return one.share > other.share + 0.02


def _parts_first(layout: Layout) -> bool:
    return bool(layout.rows) and len(layout.rows[0].cells) == layout.width


def _laid(lines: Sequence[str], separator: str, quote: str, escape: str) -> Layout | None:
    rows = list(_rows(lines, separator, quote, escape))
    widths = Counter(len(row.cells) for row in rows)
    several = [(count, width) for width, count in widths.items() if width > 1]
    if not several:
        return None
    count, width = max(several)
    if separator == "blank" and any("" in row.cells for row in rows):
        return None
    return Layout(separator, quote, escape, rows, width, count / len(rows))


def _rows(lines: Sequence[str], separator: str, quote: str, escape: str) -> Iterator[Row]:
    sign = _SIGNS.get(separator.strip(), " " if separator == "blanks" else "\x1f")
    if between := {"blanks": r"\s+", "wide": r"\s{2,}", "::": "::"}.get(separator):
        lines = [re.sub(between, sign, line.strip()) + "\n" for line in lines]
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(
        lines, delimiter=sign, quotechar=quote or None, quoting=quoting, escapechar=escape or None,
        skipinitialspace=separator in _SPACED.values(),
    )  # fmt: skip
    before = 0
    try:
        for cells in reader:
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield Row(before, cells)
            before = reader.line_num
    except csv.Error:
        return


def _has_numbers(layout: Layout) -> bool:
    """Whether a column has amounts, which words between blanks have not."""
    rows = [row.cells for row in layout.rows[1:]]
    return any(_amounts_in(rows, place) for place in range(min(layout.width, 1000)))


def _head(path: Path, name: str) -> tuple[bytes, bool]:
    """The begin of the file, unpacked, and whether that is all of it."""
    with path.open("rb") as file:
        magic = file.read(8)
    for begin, packer in _PACKERS.items():
        if magic.startswith(begin):
            raise DataError(f"{name} is packed with {packer}. Unpack it, or pack it with gzip.", file=name)
    try:
        with opened(path) as unpacking:
            head = unpacking.read(HEAD_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        unpacked(path, name)
        raise
    if is_packed(path) and path.stat().st_size < 2**23:
        unpacked(path, name)
    return head[:HEAD_BYTES], len(head) <= HEAD_BYTES


def _comment(lines: Sequence[str]) -> tuple[str, set[int]]:
    """What remarks begin with, and which lines are remarks. One such line alone may be that of the names."""
    for sign in ("#", "%", "//", "!"):
        found = {number for number, line in enumerate(lines) if line.startswith(sign)}
        others = [line for number, line in enumerate(lines) if number not in found and line.strip()]
        if not found or len(found) > 0.8 * len(lines) or not others:
            continue
        alike = any(lines[0].count(c) == others[0].count(c) > 0 for c in ",;\t|") and found == {0}
        if not alike:
            return sign, found
    return "", set()


def table_of(layout: Layout) -> tuple[list[Row], str]:
    """The rows from that of the names on, and which column has no name. Lines of prose above are left out, but a line
    of several values right above is one of the table: whether it fits is for the reading to say."""
    rows, width = layout.rows, layout.width
    fits = [len(row.cells) == width and (width < 3 or sum(map(bool, row.cells)) > 1) for row in rows]
    sure = (number for number, fit in enumerate(fits[:-2]) if fit and all(fits[number + 1 : number + 3]))
    start = next(sure, fits.index(True) if True in fits else 0)
    if start and 1 < len(rows[start - 1].cells) == width - 1 and len(rows) - start > 3:
        data = [row.cells for row in rows[start:] if len(row.cells) == width]
        if all(not cells[-1].strip() for cells in data):
            return rows[start - 1 :], "last"
        if len({cells[0] for cells in data}) == len(data) and not any(map(_is_amount, rows[start - 1].cells)):
            return rows[start - 1 :], "first"
    while start and len(rows[start - 1].cells) > 1 and rows[start - 1].line == rows[start].line - 1:
        if _is_alone(rows[start - 1].cells) and start > 2 and len(rows[start - 2].cells) == width > 2:
            if _is_alone(rows[start - 2].cells) or len(rows[start - 1].cells) != width:
                break
        elif sum(map(bool, map(str.strip, rows[start - 1].cells))) < 2:
            break
        start -= 1
    return rows[start + _prose(rows[start : start + PROSE], width) :], ""


PROSE = 10
"""Lines above a table that are looked at for prose."""


def _prose(rows: Sequence[Row], width: int) -> int:
    """How many of these lines are prose that is spread over several columns: above one that names all of them, and no
    names themselves that stand in two lines."""
    filled = [[cell for cell in row.cells if cell.strip()] for row in rows]
    whole = next((place for place, cells in enumerate(filled) if len(cells) == width > 3), 0)
    if any(map(_is_amount, filled[whole])) or any(3 * len(cells) > 2 * width + 3 for cells in filled[:whole]):
        return 0
    if any(_is_amount(cell) for cells in filled[:whole] for cell in cells):
        return 0
    says = whole > 1 or any(len(cell.split()) > 3 for cells in filled[:whole] for cell in cells)
    return whole if says else 0


def _are_short(rows: Sequence[list[str]], layout: Layout) -> bool:
    """Whether rows end where nothing more is known, as some programs write them: many do, and none is too long."""
    widths = [len(row) for row in rows]
    while widths and widths[-1] == 1:
        widths.pop()
    short = sum(width < widths[0] for width in widths)
    return layout.separator != "blanks" and short > 1 and 10 * short > len(rows) and max(widths) == widths[0]


_DAY = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")


def has_header(rows: Sequence[list[str]], unnamed: str) -> bool:
    if unnamed or len(rows) == 1:
        return bool(unnamed) or not any(_is_amount(cell) for cell in rows[0])
    score, first = 0.0, [cell.strip() for cell in rows[0]]
    if _are_places(first):
        return True
    years = [int(cell) for cell in first if re.fullmatch(r"(1[89]|20)\d\d", cell)]
    named = [cell for cell in first if _is_amount(cell)]
    rising = len(years) > 0 and len(years) == len(named) and years in (sorted(years), sorted(years, reverse=True))
    rising &= not any(re.fullmatch(r"(1[89]|20)\d\d", cell) for row in rows[1:20] for cell in row)
    days = [cell for cell in first if _DAY.fullmatch(cell)]
    dated = len(days) > 1 and len({*days}) == len(days) == len(named)
    rising |= dated and not any(_DAY.fullmatch(cell.strip()) for row in rows[1:20] for cell in row)
    for place, name in enumerate(first):
        rest = [row[place].strip() for row in rows[1:200] if place < len(row)]
        rest = [cell for cell in rest if cell.lower() not in _MARKS]
        amounts = sum(map(_is_amount, rest)) > 0.8 * len(rest)
        if not name or not rest or (rising and _is_amount(name)):
            continue
        if _is_amount(name):
            score -= 1 if amounts else 0.25
        elif amounts:
            score += 1
        else:
            score += -1 if name in rest else 0.5 if len({*rest}) < len(rest) else 0.25
    return score > 0 or (rising and score == 0)


def _are_places(names: Sequence[str]) -> bool:
    """Whether names are the places of columns, from 0, as of a table that had none; the first may be
    that of the rows."""
    own = names[1:] if names[:1] != ["0"] else names
    return len(own) > 2 and list(own) == [str(place) for place in range(len(own))]


def lines_of_names(rows: Sequence[list[str]]) -> int:
    """In how many lines the names are: more than one where the first has the same again or none in places, and the next
    have words where amounts come."""
    count = 1
    while count < 5 and len(rows) > count + 3 and _says_too_little(rows[:count]) and _is_of_words(rows, count):
        count += 1
    return count


def _says_too_little(lines: Sequence[list[str]]) -> bool:
    names = names_of_lines(list(lines))
    named = [name.strip() for name in names[1:] if name.strip()]
    return len(named) > len({*named}) or (len(named) < len(names) - 1 and len(lines) == 1)


def _is_of_words(rows: Sequence[list[str]], place: int) -> bool:
    """Whether a line has words in columns of amounts, and a name for each column that had none."""
    columns = [column for column in range(len(rows[0])) if _amounts_in(rows[place + 2 : 200], column)]
    cells = [rows[place][column].strip() if column < len(rows[place]) else "" for column in columns]
    named = all(names_of_lines(rows[: place + 1])[1:])
    return named and any(cells) and not any(_is_amount(cell) for cell in cells)


def _is_alone(cells: list[str]) -> bool:
    """Whether the first cell alone has something: what the names of the rows are called."""
    return bool(cells[0].strip()) and not any(cell.strip() for cell in cells[1:])


def has_units(rows: Sequence[list[str]]) -> bool:
    """Whether the row below the names has words where the others have amounts."""
    if len(rows) < 4:
        return False
    places = [place for place in range(len(rows[0])) if _amounts_in(rows[2:200], place)]
    second = [rows[1][place].strip() if place < len(rows[1]) else "" for place in places]
    if any(_is_amount(cell) for cell in second):
        return False
    words = [cell for cell in second if cell.lower() not in _MARKS or cell in ("-", "%")]
    return len(words) * 2 >= max(1, len(places))


def _amounts_in(rows: Sequence[list[str]], place: int, mostly: float = 0.9) -> bool:
    cells = [row[place].strip() for row in rows if place < len(row)]
    cells = [cell for cell in cells if cell.lower() not in _MARKS]
    return bool(cells) and sum(map(_is_amount, cells)) > mostly * len(cells)


def _is_amount(cell: str) -> bool:
    cell = cell.strip()
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def renamed(first: Sequence[str], names: Sequence[str]) -> list[str]:
    changed = [(place, old, new) for place, (old, new) in enumerate(zip(first, names, strict=True)) if old != new]
    told = [
        f"Column {place + 1} is called '{shortened(new)}'"
        + (f" in place of '{shortened(old)}'." if old.strip() else ".")
        for place, old, new in changed
        if old.strip() != new
    ]
    return told if len(told) < 6 else [*told[:5], f"So are {len(told) - 5:,} more columns renamed."]


def _end(path: Path, encoding: str, layout: Layout) -> list[Row]:
    """The last rows of a file that is not packed."""
    if is_packed(path) or encoding.startswith(("utf-16", "utf-32")):
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = lines_of(file.read().decode(encoding, "replace"))[1:]
    return list(_rows(lines, layout.separator, layout.quote, layout.escape))


def footer_of(rows: Sequence[Row], width: int) -> int:
    """How many of the last rows are remarks or totals, which are few and stand behind many that fit."""
    count = 0
    for row in reversed(rows):
        filled = [cell for cell in row.cells if cell.strip()]
        total = len(row.cells) == width and bool(_TOTAL.match(row.cells[0].strip() or "".join(filled[:1])))
        few = len(filled) == 1 < width - 1 or (3 * len(filled) <= width and len(row.cells) == width)
        if not total and not (few and len(row.cells) in (1, width)):
            break
        if not total and any(map(_is_amount, filled)):
            break
        count += 1
    for place in range(max(1, len(rows) - 5), len(rows)):  # remarks behind an empty line, which may have commas
        end = rows[place:]
        behind = rows[place].line - rows[place - 1].line > 1
        if behind and all(_NOTE.match(row.cells[0]) or len(row.cells) == 1 < width for row in end):
            count = max(count, len(end))
    return count if count <= 20 and len(rows) - count >= 5 else 0


Found = tuple[str, str, str, tuple[str, ...]]


def _decimal(rows: Sequence[list[str]], separator: str) -> Iterator[Found]:
    """What parts fractions and thousands."""
    amounts = [place for place in range(max(map(len, rows), default=0)) if _amounts_in(rows[:200], place, 0.4)]
    own = (row[place] for row in rows for place in amounts if place < len(row))
    bare = (re.sub(r"^[$€£¥(]\s?|\s?[-%€$£)]$", "", cell.strip()) for cell in own)
    cells = [cell for cell in bare if cell[-1:].isdigit()]
    commas, points = sum(map(bool, map(_COMMA.fullmatch, cells))), sum(map(bool, map(_POINT.fullmatch, cells)))
    either = not commas and not points and separator != "," and any(map(_THREE.fullmatch, cells))
    decimal = "," if commas > points else "."
    words = "Numbers have a decimal comma." if decimal == "," else ""
    words = "1,234 is taken for a thousand and more, not for a fraction." if either else words
    yield "decimal", decimal, words, (".", ",") if either else ()
    for thousands, form in _GROUPS.items():
        if thousands == decimal or not any(map(form.fullmatch, cells)):
            continue
        if thousands == "." and not any(re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?", cell) for cell in cells):
            continue
        name = {",": "commas", ".": "points", " ": "blanks", "'": "apostrophes"}[thousands]
        yield "thousands", thousands, f"Numbers have {name} between thousands.", ()
        return


def order_of_dates(rows: Sequence[list[str]]) -> Iterator[Found]:
    """Whether the day or the month is first, where it can be told or must be asked."""
    found = [match for row in rows for cell in row if (match := _EITHER_DATE.fullmatch(cell.strip()))]
    if not found:
        return
    day, month = any(int(match[1]) > 12 for match in found), any(int(match[2]) > 12 for match in found)
    comma = any(_COMMA.fullmatch(cell.strip()) for row in rows for cell in row)
    order = "day first" if (day and not month) or (day == month and comma) else "month first"
    example = found[0][0]
    words = f"Dates such as {example} are read {order}." if day != month else ""
    words = words or f"Dates such as {example} could be read either way; they are read {order}."
    yield "dates", order, words, () if day != month else ("month first", "day first")


def _country_codes(rows: Sequence[list[str]]) -> list[int]:
    """Columns of codes of two or three capitals, of which NA is one."""
    found = []
    for place in range(len(rows[0]) if rows else 0):
        cells = {row[place].strip() for row in rows if place < len(row)} - {""}
        if "NA" in cells and len(cells) > 9 and all(re.fullmatch("[A-Z]{2,3}", cell) for cell in cells):
            found.append(place)
    return found


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:57]}..." if len(text) > 60 else text
