"""Tables as text: CSV, TSV and their kin, one row a line, as programs and people of all countries write them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from graphbuilder.parameters import Choice, TextList, Whole, YesNo
from graphbuilder.readers.bounds import checked
from graphbuilder.readers.cells import column_names, names_of_lines, typed_column
from graphbuilder.readers.delimited_faults import explain, look_before, look_behind
from graphbuilder.readers.delimited_guess import MISSING, guessed, is_table
from graphbuilder.readers.encodings import ENCODINGS
from graphbuilder.readers.reader import Guess, Reader


def read_delimited(
    path, separator=",", header=True, skip=0, header_lines=1, below=0, footer=0, unnamed="", decimal=".", thousands="",
    dates="month first", missing=(), text=(), encoding="utf-8", quote='"', escape="", comment="", other="refuse",
):  # fmt: skip
    """A file of text as a table. A column is of numbers, dates or booleans where all of its cells are."""
    import collections
    import csv
    import gzip
    import io
    import re

    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv as arrow_csv

    between = {"blanks": r"\s+", "wide": r"\s{2,}", "::": "::"}.get(separator)
    signs = {"tab": "\t", "blank": " ", "blanks": " ", "wide": "\x1f", "::": "\x1f"}
    sign = signs.get(separator, separator.strip())
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    quoting = (
        {"quotechar": quote, "escapechar": escape or None} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
    )

    def opened():
        file = open(path, "rb")  # noqa: PTH123, SIM115
        if file.peek(2)[:2] == b"\x1f\x8b":
            file = gzip.GzipFile(fileobj=file)
        if not between and separator not in (", ", "; ") and other != "fill":
            return file
        written = io.StringIO(newline="")
        with file, io.TextIOWrapper(file, codec, newline="") as source:
            if between:
                source = io.StringIO("\n".join(re.sub(between, sign, line.strip()) for line in source))
            written.writelines(source.readline() for _ in range(skip))
            spaced = separator in (", ", "; ")
            rows = [row for row in csv.reader(source, delimiter=sign, skipinitialspace=spaced, **quoting) if row]
            width = len(rows[0]) if rows and other == "fill" else 0
            filled = (row + [""] * (width - len(row)) for row in rows)
            csv.writer(written, delimiter=sign, lineterminator="\n", **quoting).writerows(filled)
        return io.BytesIO(written.getvalue().encode(encoding))

    with io.TextIOWrapper(opened(), codec, newline="") as lines:
        for _ in range(skip):
            lines.readline()
        head = csv.reader(lines, delimiter=sign, **quoting)
        first = names_of_lines([next(head, []) for _ in range(header_lines)])
        stripped = (line.strip() for line in lines if line.strip())
        footers = set(collections.deque(stripped, footer)) if footer else set()
    names = {"first": ["", *first], "last": [*first, ""]}.get(unnamed, first)
    nameless = {place for place, name in enumerate(names) if header and not name.strip()}
    names = column_names(names, header)
    left_out, wrong = set(), []

    def of_other_length(row):
        remark = comment and row.text.startswith(comment)
        if row.text.strip() in footers:
            left_out.add(row.text.strip())
        elif other == "refuse" and not remark and row.text.strip(sign + " "):
            wrong.append(row)
        return "error" if wrong else "skip"

    def batches():
        for batch in arrow_csv.open_csv(
            opened(),
            arrow_csv.ReadOptions(
                column_names=names,
                skip_rows=skip,
                skip_rows_after_names=header * header_lines + below,
                block_size=2**22 if len(names) < 200 else 2**24,
                encoding=encoding,
            ),
            arrow_csv.ParseOptions(
                delimiter=sign,
                quote_char=quote or False,
                escape_char=escape or False,
                newlines_in_values=True,
                invalid_row_handler=of_other_length,
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        ):
            if comment:
                batch = batch.filter(pc.invert(pc.starts_with(batch.column(0), comment)))
            empty = pc.equal(batch.column(0), "")
            for cells in batch.columns[1:]:
                if not pc.any(empty).as_py():
                    break
                empty = pc.and_(empty, pc.equal(cells, ""))
            yield batch.filter(pc.invert(empty)) if pc.any(empty).as_py() and len(names) > 1 else batch

    unknown = pa.array(["", *missing])

    def cleaned(name, cells):
        cells = pc.ascii_trim_whitespace(cells)
        return pc.if_else(pc.is_in(cells, value_set=unknown[:1] if name in text else unknown), None, cells)

    whole, number, words = pa.int64(), pa.float64(), pa.string()

    def as_numbers(cells, before):
        for kind in (whole, number):
            if (kind == whole and before == number) or (kind == number and decimal != "."):
                continue
            try:
                if len(cells) > 100:
                    cells[:100].cast(kind)  # of many words each is told as wrong, which takes long
                found = cells.cast(kind)
            except pa.ArrowInvalid:
                continue
            if kind == whole:
                code = pc.starts_with(cells, "0")
                if not pc.any(code).as_py():
                    return kind, found
                code = pc.and_(code, pc.greater(pc.binary_length(cells), 1))
            else:
                code = pc.is_nan(found)
                if pc.any(pc.greater(pc.abs(found), 2.0**63)).as_py():
                    code = pc.or_(code, pc.match_substring_regex(cells, r"^[-+]?\d{19,}$"))
            return None if pc.any(code).as_py() else (kind, found)
        return None

    kinds = {name: words if name in text else whole for name in names}
    columns, again = {name: [] for name in names}, {}
    try:
        for batch in batches():
            for name, cells in zip(names, batch.columns, strict=True):
                found = None
                if kinds[name] != words:
                    found = as_numbers(cells, kinds[name]) or as_numbers(cleaned(name, cells), kinds[name])
                if found is None and kinds[name] != words and columns[name]:
                    again[name] = columns[name].clear()
                kinds[name], values = found or (words, cleaned(name, cells))
                if name not in again:
                    columns[name].append(values)
        for batch in batches() if again else ():
            for name in again:
                columns[name].append(cleaned(name, batch.column(name)))
    except pa.ArrowInvalid:
        for row in wrong:
            told = f"A row has {row.actual_columns} values where there are {row.expected_columns} columns"
            raise ValueError(f"{told}: {row.text[:200]}") from None
        raise

    table = {}
    for place, name in enumerate(names):
        kind, chunks = kinds[name], columns.pop(name)
        chunks = [chunk if chunk.type == kind else chunk.cast(kind, safe=False) for chunk in chunks]
        column = pa.chunked_array(chunks, kinds[name])
        column = column.slice(0, max(0, len(column) - footer + len(left_out)))
        if kinds[name] == words and name in text:
            table[name] = column
        elif kinds[name] == words or column.null_count == len(column):
            table[name] = typed_column(column, decimal, thousands, dates)
        else:
            table[name] = column
        if place in nameless and table[name].null_count == len(column):
            del table[name]
    return pa.table(table)


class Delimited(Reader, name="delimited", title="CSV, TSV and other tables as text"):
    suffixes: ClassVar[tuple[str, ...]] = (
        ".csv",
        ".tsv",
        ".tab",
        ".txt",
        ".data",
        ".dat",
        ".csv.gz",
        ".tsv.gz",
        ".txt.gz",
    )
    read = staticmethod(checked(read_delimited, explain, look_before, look_behind))
    uses: ClassVar[tuple[Callable[..., Any], ...]] = (column_names, names_of_lines, typed_column)

    separator = Choice(
        ",",
        choices={
            ",": "comma", ";": "semicolon", "tab": "tab", "|": "bar", ":": "colon", "::": "two colons",
            ", ": "comma and blank", "; ": "semicolon and blank", "blank": "one blank",
            "blanks": "any number of blanks", "wide": "two blanks and more",
        },
        help="What parts the columns.",
    )  # fmt: skip
    header = YesNo(True, help="Whether the first line of the table has the names of the columns.")
    skip = Whole(0, low=0, high=10_000, help="Lines above the table that are left out.")
    header_lines = Whole(1, low=1, high=5, more=True, help="Lines that have the names, one below the other.")
    below = Whole(0, low=0, high=100, more=True, help="Lines right below the names that are left out, such as units.")
    footer = Whole(0, low=0, high=1000, more=True, help="Lines at the end that are left out, such as totals.")
    unnamed = Choice(
        "",
        choices={"": "none", "first": "the first, which names the rows", "last": "the last: lines end in a separator"},
        more=True,
        help="Which column has no name though rows have a value there.",
    )
    decimal = Choice(".", choices={".": "point: 1.5", ",": "comma: 1,5"}, help="What parts the fraction of a number.")
    thousands = Choice(
        "",
        choices={
            "": "nothing",
            ",": "comma: 1,000",
            ".": "point: 1.000",
            " ": "blank: 1 000",
            "'": "apostrophe: 1'000",
        },
        help="What parts the thousands of a number.",
    )
    dates = Choice(
        "month first",
        choices={"month first": "month first: 12/31/2020", "day first": "day first: 31/12/2020"},
        help="How dates are read of which both could be meant.",
    )
    missing = TextList(MISSING, longest=100, more=True, help="What stands for a value that is not known.")
    text = TextList((), more=True, help="Columns whose cells stay as they are written, such as codes with zeros ahead.")
    encoding = Choice("utf-8", choices=ENCODINGS, help="How the characters are written as bytes.")
    quote = Choice(
        '"', choices={'"': 'double: "a, b"', "'": "single: 'a, b'", "": "none"}, more=True, help="What encloses a text."
    )
    escape = Choice(
        "",
        choices={"": "written twice", "\\": "behind a backslash"},
        more=True,
        help="How a quote inside a text is written.",
    )
    comment = Choice(
        "", choices={"": "none", "#": "#", "%": "%", "//": "//", "!": "!"}, more=True, help="What remarks begin with."
    )
    other = Choice(
        "refuse",
        choices={
            "refuse": "refuse the file",
            "fill": "take what is not there as missing",
            "leave out": "leave them out",
        },
        more=True,
        help="What is done with rows that have more or fewer values than there are columns.",
    )

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return is_table(head, name)

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        return guessed(path, name, cls.defaults())
