"""From a table to what a network is fed: numbers, words, pictures, and the codes of what it is to answer.

These functions run here and are printed into exported code as they stand, all of PRINTED together; they need numpy as
np and the imports on their first lines. A cell that is not of its column's type, such as "n/a" among numbers, is a
missing one.
"""

import numpy as np


def fields_of(table, columns):
    """Arrays by field name, one row a sample, from a pyarrow Table.

    columns: Column objects or equal dictionaries, where what is left out is as by
    default. Numbers, and days since 1970 for dates, are float32 and nan where missing;
    words are text and "" where missing; classes are whole numbers.
    """
    defaults = {"role": "feature", "field": "", "missing": "", "classes": ()}
    columns = [{**defaults, **dict(column)} for column in columns]
    kept = kept_rows(table, columns)
    together = {}
    for column in columns:
        if column["role"] not in ("ignore", "id"):
            together.setdefault(column["field"] or column["name"], []).append(column)
    fields = {}
    for name, own in together.items():
        cells = [table[column["name"]] for column in own]
        if not kept.all():
            cells = [column.filter(kept) for column in cells]
        fields[name] = field_of(cells, own, int(kept.sum()))
    return fields


def kept_rows(table, columns):
    """Which rows stay: those that have each target, weight, time and part, and whatever
    drops rows that lack it."""
    kept = np.ones(table.num_rows, bool)
    for column in columns:
        drops = column["missing"] == "drop" and column["role"] not in ("ignore", "id")
        if drops or column["role"] in ("target", "weight", "time", "part"):
            kept &= ~lacks(table[column["name"]], column)
    return kept


def lacks(cells, column):
    """Which rows have no value of the column's type; of a target, none of its names."""
    if column["role"] == "part":
        return part_of(cells) < 0
    is_number = column["type"] in ("number", "whole", "date")
    is_number |= column["type"] == "boolean" and column["role"] != "target"
    if is_number or column["role"] in ("time", "weight"):
        return np.isnan(amounts_of(cells, column))
    if column["type"] in ("pixels", "array") or is_tensor(cells):
        return cells.is_null().to_numpy()
    words, rows = words_of(cells)
    coded = column["role"] == "target" and column["type"] not in ("names", "picture")
    known = set(column["classes"] if coded else ())
    gone = [not word or bool(known and word not in known) for word in words]
    return np.array(gone, bool)[rows]


def field_of(cells, columns, rows):
    """The array of one field. cells: of its columns, each a pyarrow ChunkedArray."""
    first, role, kind = cells[0], columns[0]["role"], columns[0]["type"]
    if role == "group":
        return group_of(first)
    if role == "part":
        return part_of(first)
    if role == "time":
        return amounts_of(first, columns[0]) * (86_400.0 if kind == "date" else 1.0)
    if role == "weight":
        return amounts_of(first, columns[0]).astype("float32")
    if kind == "picture":
        words, each = words_of(first)
        return np.array(words, object)[each]
    if is_tensor(first):
        return tensor_of(first, kind)
    if kind == "names":
        named = zip(cells, columns, strict=True)
        found = [names_of(part, column["classes"]) for part, column in named]
        return np.concatenate(found, axis=1)
    if kind in ("category", "text") and role != "target":
        told = [words_of(part) for part in cells]
        found = [np.array(words, object)[each] for words, each in told]
        return np.stack(found, axis=1)
    if role == "target" and len(cells) == 1 and kind in ("category", "text", "boolean"):
        return classes_of(first, columns[0]["classes"])[1]
    values = np.empty((rows, len(cells)), "float32")
    for place, (part, column) in enumerate(zip(cells, columns, strict=True)):
        with np.errstate(over="ignore"):  # too large for float32 is infinite
            values[:, place] = amounts_of(part, column)
    if kind == "pixels":
        colours = 1 if round(len(cells) ** 0.5) ** 2 == len(cells) else 3
        side = round((len(cells) / colours) ** 0.5)
        values = values.reshape(rows, side, side, colours)
    return values


def words_of(cells):
    """The different cells of a column as text, "" where there is none, and which of
    them each row has."""
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if pa.types.is_null(cells.type) or pa.types.is_string_view(cells.type):
        cells = cells.cast(pa.string())
    if pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type):
        joined = ["; ".join(map(str, cell or ())) for cell in cells.to_pylist()]
        cells = pa.chunked_array([pa.array(joined, pa.string())])
    if hasattr(cells.type, "shape"):  # of one number each
        cells = pa.chunked_array([cells.combine_chunks().storage.flatten()])
    encoded = cells.combine_chunks().dictionary_encode("encode")
    words = []
    for cell in encoded.dictionary.to_pylist():
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)  # a class 1.0 is that of 1
        words.append("" if cell is None or cell != cell else str(cell).strip())
    return words, encoded.indices.to_numpy()


def amounts_of(cells, column):
    """Each cell as a number, nan where there is none; a date as days since 1970. Those
    too large for float32 are missing where it is said what then is done."""
    import pyarrow as pa

    form, types = cells.type, pa.types
    if hasattr(form, "shape"):  # of one number each
        cells = pa.chunked_array([cells.combine_chunks().storage.flatten()])
        form = cells.type
    if column["type"] == "date" and types.is_integer(form):  # 20201231
        cells, form = cells.cast(pa.string()), pa.string()
    is_text = types.is_string(form) or types.is_large_string(form)
    if is_text or types.is_dictionary(form) or types.is_string_view(form):
        words, each = words_of(cells)
        amounts = parsed(words, column["type"])[each]
    elif types.is_date(form) or types.is_timestamp(form):
        cells = cells.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
        amounts = cells.cast(pa.float64(), safe=False).to_numpy() / 86_400e6
    else:
        if types.is_boolean(form) or types.is_null(form):
            cells = cells.cast(pa.uint8())
        elif types.is_time(form) or types.is_duration(form):
            cells = cells.cast(pa.int32() if form.bit_width == 32 else pa.int64())
        amounts = cells.cast(pa.float64(), safe=False).to_numpy()
    if column["missing"]:
        amounts = np.where(np.abs(amounts) > np.finfo("float32").max, np.nan, amounts)
    return amounts


def parsed(words, kind):
    """Numbers, truths or dates that are written in words; nan for what is none."""
    if kind == "date":
        days_first = days_come_first(words)
        return np.array([day_of(word, days_first) for word in words], float)
    truths = dict.fromkeys(("true", "yes", "y", "t", "ja", "oui", "si", "sí"), 1.0)
    truths |= dict.fromkeys(("false", "no", "n", "f", "nein", "non"), 0.0)
    truths |= {"sim": 1.0, "não": 0.0, "tak": 1.0, "nie": 0.0}
    truths = truths if kind == "boolean" else {}
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            numbers.append(truths.get(word.lower(), np.nan))
    return np.array(numbers, float)


def days_come_first(words):
    """Whether 03.04.2020 among these dates is in April: a number above 12 tells it,
    else the full stop."""
    import re

    begin = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2\d{2}")
    dates = [found.groups() for word in words if (found := begin.match(word))]
    if any(int(first) > 12 for first, _, _ in dates):
        return True
    if any(int(second) > 12 for _, _, second in dates):
        return False
    return any(mark == "." for _, mark, _ in dates)


def day_of(word, days_first):
    """Days since 1970 of a date in words, with a fraction for the time, or nan."""
    import re
    from datetime import UTC, datetime

    clock = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: *Z|[+-]00:00)?)?"
    year_first = r"(\d{4})[./-](\d{1,2})(?:[./-](\d{1,2}))?" + clock
    year_last = r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})" + clock
    if re.fullmatch(r"\d{10}(\d{3})?", word):
        return int(word[:10]) / 86_400
    if re.fullmatch(r"\d{4}", word):
        parts = [word, 1, 1]
    elif found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", word):
        parts = found.groups()
    elif found := re.fullmatch(r"(\d{4})[./-]?Q([1-4])", word):
        parts = [found[1], 3 * int(found[2]) - 2, 1]
    elif found := re.fullmatch(year_first, word):
        time = [part or 0 for part in found.groups()[3:]]
        parts = [found[1], found[2], found[3] or 1, *time]
    elif found := re.fullmatch(year_last, word):
        day, month = (found[1], found[3]) if days_first else (found[3], found[1])
        year = int(found[4])
        if len(found[4]) == 2:
            year = 1970 + (year - 70) % 100
        parts = [year, month, day, *(part or 0 for part in found.groups()[4:])]
    elif re.match(r"\d{4}-\d\d-\d\d", word):
        try:
            date = datetime.fromisoformat(word)
        except ValueError:
            return np.nan
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return date.timestamp() / 86_400
    elif re.fullmatch(r"(?=.*\d)(?=.*[A-Za-z]{3})[\w ,.-]{6,20}", word):
        word = word.replace(",", "").replace(".", "").replace("-", " ")
        days = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
        for form in (*days, "%b %Y", "%B %Y"):
            try:
                date = datetime.strptime(word, form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return date.timestamp() / 86_400
        return np.nan
    else:
        return np.nan
    try:
        return datetime(*map(int, parts), tzinfo=UTC).timestamp() / 86_400
    except ValueError:
        return np.nan


def in_order(words):
    """Each word once, in the order of the classes: by size where all are numbers, else
    by the alphabet."""
    found = sorted({word for word in words if word})
    numbers = parsed(found, "number")
    if np.isnan(numbers).any():
        return found
    return [found[place] for place in np.argsort(numbers, kind="stable")]


def classes_of(cells, classes=()):
    """The classes of a column, all that are there by default, and the number of each
    row's; -1 where it has none."""
    if is_tensor(cells):
        classes = classes or [str(place) for place in range(cells.type.shape[0])]
        return classes, tensor_of(cells, "category")
    words, each = words_of(cells)
    classes = classes or in_order(words)
    number = {name: place for place, name in enumerate(classes)}
    return classes, np.array([number.get(word, -1) for word in words], "int64")[each]


def separated(words):
    """The names in each cell of several, parted by the mark that most cells have."""
    mark = max(";|,", key=lambda mark: sum(mark in word for word in words))
    cells = [[part.strip() for part in word.split(mark)] for word in words]
    return [[name for name in cell if name] for cell in cells]


def names_of(cells, classes=()):
    """A column for each name, 1 where the row's cell has it and else 0."""
    words, each = words_of(cells)
    cells = separated(words)
    classes = classes or in_order({name for cell in cells for name in cell})
    number = {name: place for place, name in enumerate(classes)}
    found = np.zeros((len(words), len(classes)), "float32")
    for row, cell in enumerate(cells):
        found[row, [number[name] for name in cell if name in number]] = 1
    return found[each]


def group_of(cells):
    """A whole number for each group; a row that belongs to none is one by itself."""
    words, each = words_of(cells)
    alone = np.array([not word for word in words], bool)[each]
    return np.where(alone, len(words) + np.arange(len(each)), each).astype("int64")


def part_of(cells):
    """0 for training, 1 for validation, 2 for test, -1 for what is none of them."""
    words, each = words_of(cells)
    known = dict.fromkeys(("train", "training", "0"), 0)
    known |= dict.fromkeys(("validation", "valid", "val", "dev", "1"), 1)
    known |= dict.fromkeys(("test", "testing", "2"), 2)
    return np.array([known.get(word.lower(), -1) for word in words], "int64")[each]


def is_tensor(cells):
    """Whether each cell holds several numbers."""
    return hasattr(cells.type, "shape") and list(cells.type.shape) != [1]


def tensor_of(cells, kind):
    """Arrays as they are. A picture without an axis of colours gets one; of a map of
    classes it goes. Of a row of 0 and 1 for each class, the number of the class."""
    values = cells.combine_chunks().to_numpy_ndarray()
    if kind == "names":
        return values.astype("float32")
    if kind == "category" and values.ndim == 2:
        return values.argmax(axis=1).astype("int64")
    if kind == "category":
        return values.reshape(values.shape[:3]).astype("int64")
    return values[..., np.newaxis] if kind == "pixels" and values.ndim == 3 else values


PRINTED = (
    kept_rows, lacks, field_of, words_of, amounts_of, parsed, days_come_first, day_of, in_order, classes_of, separated,
    names_of, group_of, part_of, is_tensor, tensor_of, fields_of,
)  # fmt: skip
"""What a file of code needs to make the fields by itself."""
