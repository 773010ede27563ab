"""What words in the cells of a column are: numbers, dates or booleans, judged over the whole column."""


def typed_column(cells, decimal=".", thousands="", dates="month first"):
    """A column of text as numbers, dates or booleans where every cell is one, else as it came. What stands for "not
    known" among numbers or dates, such as ?, is missing; an amount may have a sign of money, per cent or a unit."""
    import re

    import pyarrow as pa
    import pyarrow.compute as pc

    marks = "? - -- --- . .. * n.a. n/a na nil none null nan missing unknown unbekannt k.a. ka nd n.d. tbd — \u2013"
    marks = pa.array([*marks.split(), "", "0000-00-00", "00.00.0000", "00/00/0000", "#div/0!", "#value!", "#num!"])
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
    forms += ["%a, %d %b %Y", "%a %b %d %H:%M:%S %Y", "%d/%b/%Y:%H:%M:%S", "%b %Y", "%Y-%m", "%m/%Y", "%Y/%m"]

    if cells.null_count == len(cells):
        return pa.nulls(len(cells))
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
    taken = set()
    for place, name in enumerate(names):
        count = 1
        while names[place] in taken:
            count += 1
            names[place] = f"{name} ({count})"
        taken.add(names[place])
    return names
