"""What the cells of a column are: numbers, dates, booleans or words, judged over the whole column.

These functions stand alone, since they are printed into exported code.
"""


def typed_column(cells, decimal=".", thousands="", dates="month first"):
    """A column of text as numbers, dates or booleans where every cell is one, else as it came. What stands for "not
    known" among numbers or dates, such as ?, is missing; an amount may have a sign of money, per cent or a unit."""
    import re

    import pyarrow as pa
    import pyarrow.compute as pc

    marks = "? - -- --- . .. * n.a. n/a na nil none null nan missing unknown unbekannt k.a. ka nd n.d. tbd — \u2013"
    marks = pa.array(
        [*marks.split(), "", "0000-00-00", "00.00.0000", "00/00/0000", "#div/0!", "#value!", "#num!", "#ref!"]
    )
    truths = {"true": "false", "wahr": "falsch", "vrai": "faux", "vero": "falso", "verdadero": "falso"}
    money = r"(?:[$€£¥₹₽]|us\$|usd|eur|gbp|chf|jpy|cad|aud|sek|nok|dkk|pln|inr|rs\.?|kr\.?|zł|kč)"
    units = r"(?:%|‰|°[cf]?|k|km|m|cm|mm|kg|g|mg|lbs?|oz|min|sec|s|ms|h|hrs?|l|ml|kwh|kw|w|mph|km/h|hp|ps|years?|yrs?)"
    day = ["%d/%m/%y", "%d/%m/%Y", "%d-%m-%y", "%d-%m-%Y"]
    month = ["%m/%d/%y", "%m/%d/%Y", "%m-%d-%y", "%m-%d-%Y"]
    forms = [*(day + month if dates == "day first" else month + day), "%d.%m.%y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d"]
    forms += [
        "%d %b %y",
        "%d %b %Y",
        "%d-%b-%y",
        "%d-%b-%Y",
        "%b %d, %Y",
        "%b %d %Y",
        "%d. %b %Y",
        "%d/%b/%Y",
        "%Y-%b-%d",
    ]
    forms += ["%a, %d %b %Y", "%a %b %d %H:%M:%S %Y", "%d/%b/%Y:%H:%M:%S"]
    forms += ["%b %Y", "%b-%Y", "%b-%y", "%Y-%m", "%m/%Y", "%Y/%m"]

    if cells.null_count == len(cells):
        return pa.nulls(len(cells))
    if pc.max(pc.binary_length(cells)).as_py() > 100:
        return cells
    known = {word.strip().lower() for word in cells.drop_null().slice(0, 100).to_pylist()}
    known -= {*marks.to_pylist()}
    truth = any(known <= {true, false} for true, false in truths.items())
    if not truth and not all(any(sign.isdigit() for sign in word) or "inf" in word for word in known):
        return cells
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    encoded = cells.dictionary_encode()
    words = pc.replace_substring_regex(encoded.dictionary, "[\u00a0\u202f]", " ")
    words = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    unknown = pc.is_in(words, value_set=marks)
    words = pc.if_else(unknown, None, words)
    if words.null_count == len(words):
        return cells

    def whole_column(values):
        return pc.take(values, encoded.indices)

    for true, false in truths.items():
        if {*words.drop_null().unique().slice(0, 3).to_pylist()} <= {true, false}:
            return whole_column(pc.equal(words, true))
    group = {"": "", " ": "[ ]"}.get(thousands, "[" + thousands + "]")
    digits = rf"(?:\d{{1,3}}(?:{group}\d{{2,3}})+|\d+)" if group else r"\d+"
    point = "[" + decimal + "]"
    amount = rf"(?:{digits}(?:{point}\d*)?|{point}\d+)(?:e[-+]?\d+)?"
    form = rf"^([-+\x{{2212}}]?) ?({money}?) ?([-+\x{{2212}}]?)({amount}|inf|infinity) ?({money}|{units})?$"
    plain = pc.replace_substring_regex(words, r"^\((.*\d.*)\)$", r"-\1")
    plain = pc.replace_substring_regex(plain, r"^([\d., ']+)-$", r"-\1")
    if pc.all(pc.match_substring_regex(plain, form)).as_py():
        parts = [pc.replace_substring_regex(plain, form, rf"\{part}") for part in (1, 2, 3, 4, 5)]
        sign, number = pc.binary_join_element_wise(parts[0], parts[2], ""), parts[3]
        one_unit = all(len({*part.drop_null().unique().to_pylist()} - {""}) < 2 for part in (parts[1], parts[4]))
        shares = pc.equal(parts[4], "%")
        code = pc.match_substring_regex(number, r"^0\d|^\d{19,}$")
        if one_unit and pc.any(shares).as_py() in (False, pc.all(shares).as_py()) and not pc.any(code).as_py():
            number = pc.replace_substring(number, thousands, "") if thousands else number
            number = pc.replace_substring(number, decimal, ".")
            number = pc.binary_join_element_wise(pc.replace_substring_regex(sign, "[-\u2212]", "-"), number, "")
            number = pc.replace_substring(number, "+", "")
            try:
                return whole_column(number.cast("int64"))
            except pa.ArrowInvalid:
                return whole_column(number.cast("float64"))
    quarter = r"^(\d{4})[- ]?q([1-4])$"
    if pc.all(pc.match_substring_regex(words, quarter)).as_py():
        for number, first in zip("1234", ("01", "04", "07", "10"), strict=True):
            words = pc.replace_substring_regex(words, rf"^(\d{{4}})[- ]?q{number}$", rf"\1-{first}-01")
    moments = pc.utf8_upper(words)
    for kind in (pa.date32(), pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            found = moments.cast(kind)
        except pa.ArrowInvalid:
            continue
        return whole_column(found.cast(pa.timestamp("us")) if pa.types.is_timestamp(kind) else found)
    for form in forms:
        before = re.findall("%[dmYy]", form)
        before = before.index("%d") if "%d" in before else None
        for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"):
            try:
                found = pc.strptime(words, format=form + clock, unit="us")
            except pa.ArrowInvalid:
                continue
            if "%Y" in form and not pc.all(pc.match_substring_regex(words, r"\d{4}")).as_py():
                continue  # strptime takes 1/2 for January of the year 2
            if before is not None:  # strptime takes the 31st of February for the 3rd of March
                days = pc.replace_substring_regex(words, rf"^(?:\D*\d+){{{before}}}\D*?(\d+).*$", r"\1")
                if not pc.all(pc.equal(pc.day(found), days.cast("int64"))).as_py():
                    continue
            return whole_column(found if clock or "%H" in form else found.cast(pa.date32()))
    return cells


def column_names(first, header=True):
    """Names of columns from the first line of a table: each on one line, none empty, none twice; the place of the
    column, from 0, where that line has no names."""
    if not header:
        return [str(place) for place in range(len(first))]
    names = []
    for place, name in enumerate(first):
        name = " ".join("".join(c if c.isprintable() else " " for c in str(name)).split())[:200]
        names.append(name or f"column {place + 1}")
    taken, last = set(), {}
    for place, name in enumerate(names):
        count = last.get(name, 1)
        while names[place] in taken:
            count += 1
            names[place] = f"{name} ({count})"
        taken.add(names[place])
        last[name] = count
    return names


def names_of_lines(lines):
    """One name a column, of names in several lines: each is said with those above it, and stands for the columns to its
    right that have none."""
    if len(lines) < 2:
        return lines[0]
    *above, last = lines
    names = [[] for _ in range(max(map(len, lines)))]
    for line in above:
        before = ""
        for place, name in enumerate(line):
            before = name.strip() or before
            names[place].append(before if place or name.strip() else "")
    for place, name in enumerate(last):
        names[place].append(name.strip())
    return [" ".join(dict.fromkeys(filter(None, own))) for own in names]


def plain_column(cells, missing=(), dates="month first"):
    """A column of a list of values as they come from a sheet, a database or JSON. Amounts without fractions are whole
    numbers; where there are words among other values, all are words."""
    import json
    import math
    from datetime import UTC, date, datetime, time, timedelta

    import numpy as np
    import pyarrow as pa

    unknown = {*missing}
    cells = [None if isinstance(cell, bytes) or (isinstance(cell, str) and cell in unknown) else cell for cell in cells]
    cells = [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
    there = [cell for cell in cells if cell is not None]
    kinds = {type(cell) for cell in there}
    if not kinds:
        return pa.nulls(len(cells))
    if kinds == {bool}:
        return pa.array(cells, pa.bool_())
    if kinds <= {int, float} and all(abs(cell) < 2**63 for cell in there if isinstance(cell, int)):
        whole = all(math.isfinite(cell) and abs(cell) < 2**63 and cell == int(cell) for cell in there)
        as_kind = int if whole else float
        cells = [None if cell is None else as_kind(cell) for cell in cells]
        return pa.array(cells, pa.int64() if whole else pa.float64())
    if kinds <= {date, datetime}:
        midnight = time()
        moments = [
            cell.astimezone(UTC).replace(tzinfo=None) if getattr(cell, "tzinfo", None)
            else cell if isinstance(cell, datetime) or cell is None
            else datetime.combine(cell, midnight)
            for cell in cells
        ]  # fmt: skip
        days = all(moment is None or moment.time() == midnight for moment in moments)
        moments = pa.array(moments, pa.timestamp("us"))
        return moments.cast(pa.date32()) if days else moments
    if kinds == {timedelta}:
        return pa.array([None if cell is None else cell.total_seconds() for cell in cells], pa.float64())
    if kinds == {list}:
        if all(isinstance(part, str) for cell in there for part in cell):
            return pa.array(cells, pa.list_(pa.string()))
        try:
            values = np.array(cells)
            if values.dtype.kind in "if" and values.size:
                return pa.FixedShapeTensorArray.from_numpy_ndarray(values)
        except ValueError:
            pass  # of different lengths
    words = [
        cell if isinstance(cell, str) or cell is None
        else str(int(cell)) if isinstance(cell, float) and cell.is_integer()
        else json.dumps(cell) if isinstance(cell, list | dict)
        else str(cell)
        for cell in cells
    ]  # fmt: skip
    return typed_column(pa.array(words, pa.string()), dates=dates)


def plain_table(table):
    """A table with nothing but numbers, booleans, dates, words, lists of words and arrays of one shape."""
    import pyarrow as pa

    def plain(cells):
        form, types = cells.type, pa.types
        if types.is_dictionary(form):
            return plain(cells.cast(form.value_type))
        if types.is_timestamp(form):
            return cells.cast(pa.timestamp("us"), safe=False)
        if types.is_decimal(form) or types.is_float16(form):
            return cells.cast(pa.float64())
        if types.is_large_string(form) or types.is_string_view(form):
            return cells.cast(pa.string())
        if types.is_binary(form) or types.is_large_binary(form):
            return pa.nulls(len(cells))
        if types.is_unsigned_integer(form) or (types.is_integer(form) and form.bit_width < 64):
            return cells.cast(pa.int64())
        if types.is_nested(form) and not types.is_struct(form) and not hasattr(form, "shape"):
            return plain_column(cells.to_pylist())
        return cells

    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return pa.table([plain(cells) for cells in table.columns], names=table.column_names)
