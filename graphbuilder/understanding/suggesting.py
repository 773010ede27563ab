"""The best guess at what each column is and is for. Every bit of it can be changed."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, groupby
from math import isqrt
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphbuilder.datasets.description import MAX_CLASSES, Column, ColumnType, Missing, Role
from graphbuilder.datasets.fielding import amounts_of, in_order, is_tensor, parsed, part_of, separated, words_of
from graphbuilder.readers.series import REPEATED

# fmt: off
TARGETS = (
    "target", "label", "labels", "y", "survived", "outcome", "response", "churn", "churned", "exited", "attrition",
    "fraud", "spam", "sentiment", "default", "approved", "clicked", "purchased", "subscribed", "stroke", "disease",
    "diagnosis", "choice", "species", "profit", "price", "mpg", "miles", "tip", "delay", "passengers", "yield", "meter",
    "temp", "temperature", "years", "gdp", "medv", "quality", "rating", "score", "charges", "income", "salary", "sales",
    "revenue", "cost", "cnt", "count", "ozone", "class", "category", "value",
)
"""Words of columns that are to be told from the others, the surest first."""
GROUPS = frozenset({
    "individual", "person", "subject", "patient", "participant", "customer", "client", "user", "student", "pupil",
    "household", "family", "speaker", "writer", "author", "session", "group", "group_id", "animal", "device", "site",
})
IDS = frozenset({"id", "ids", "uuid", "guid", "index", "idx", "rowid", "url", "email", "phone", "imdbid"})
NAMES = frozenset({"name", "title", "address", "filename", "path"})
NUMBERED = frozenset({"no", "nr", "number", "num", "code", "key"})
ROWS = frozenset({"obs", "observation", "case", "row", "record", "entry", "seq", "seqno", "sno", "sn", "nr", "no"})
"""Words of numbers of rows, where they count them."""
ROW_NAMES = (("column", "1"), ("unnamed", "0"), ("rownames",), ("row", "names"))
"""What a column is called that had no name, or that programs give to the names of rows."""
DATES = frozenset({"date", "day", "dt", "datum", "datetime", "ymd", "yyyymmdd", "month", "time", "timestamp"})
TRUTHS = ({"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}, {"ja", "nein"}, {"oui", "non"}, {"si", "no"},
          {"sí", "no"}, {"sim", "não"}, {"tak", "nie"})
CODES = frozenset({
    "zip", "zipcode", "postal", "postcode", "plz", "code", "class", "pclass", "type", "category", "kind", "mode",
    "cluster", "label", "region", "district", "gender", "sex", "id",
})
"""Words of whole numbers that name something."""
PARTS = frozenset({"part", "split", "subset", "partition", "set"})
WEIGHTS = frozenset({"sample_weight", "row_weight", "case_weight", "instance_weight", "fnlwgt"})
# fmt: on

FEW = 20
"""So many different whole numbers are classes where they are to be told, if each has five rows on average."""
MANY = 1000
"""More categories than that are as good as one each."""
MOSTLY = 0.8
"""Share of the cells that are numbers, from which a column of text is meant to be numbers."""
_SECONDS = 1_000_000_000
"""From 2001 on."""
LOOKED_AT = 20_000
"""Rows, spread over the table, that tell what words are like."""
NUMBERS = ("number", "whole", "boolean", "date")


Said = Mapping[str, Mapping[str, Any]]
"""By name of a column, which type, role and missing rule a person gave it; what was left as it was is not in it."""


def suggest(table: pa.Table, target: str | None = None, said: Said = MappingProxyType({})) -> tuple[Column, ...]:
    """What each column of a table is and is for. target: the column that is to be told, by default a guess by its name,
    its place and its kind; "" for none. said: what a person said, which holds where it can."""
    if target is None and any(one.get("role") == "target" for one in said.values()):
        target = ""
    looks = [Look(name, column, field) for name, column, field in zip(*_of(table), strict=True)]
    pixels = {look.name for look in _pixels([look for look in looks if look.name != target])}
    types: dict[str, ColumnType] = {look.name: "pixels" if look.name in pixels else look.type for look in looks}
    roles = _roles(looks, types)
    if target is None:
        target = _target(looks, types, roles)
    alone = "time" in roles.values() and not {name for name, role in roles.items() if role == "feature"} - {target}
    for look in looks:
        one = said.get(look.name, {})
        roles[look.name] = one.get("role", "target" if look.name == target else roles[look.name])
        usual = _type_of_target(look, alone) if roles[look.name] == "target" else types[look.name]
        types[look.name] = one.get("type", usual)
    columns = [_column(look, types[look.name], roles[look.name]) for look in looks]
    rules = {name: {"missing": one["missing"]} for name, one in said.items() if "missing" in one}
    return _named([column.model_copy(update=rules.get(column.name, {})) for column in columns])


def _of(table: pa.Table) -> tuple[list[str], list[pa.ChunkedArray], list[pa.Field]]:
    return table.column_names, table.columns, list(table.schema)


@dataclass(eq=False)
class Look:
    """A column as far as it must be known to guess at it."""

    name: str
    cells: pa.ChunkedArray
    declared: pa.Field

    @cached_property
    def rows(self) -> int:
        """That have a value."""
        return len(self.cells) - int(self.cells.null_count)

    @cached_property
    def marks(self) -> str:
        """What the reader says that it is."""
        return ((self.declared.metadata or {}).get(b"is") or b"").decode()

    @cached_property
    def mask(self) -> tuple[str, ...]:
        """The classes that the reader says pictures of masks have; empty of others."""
        return tuple(json.loads((self.declared.metadata or {}).get(b"classes") or "[]"))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words of its name: "Postal Code", "postalCode" and "postal_code" are postal and code."""
        parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name)
        return tuple(re.findall(r"[a-z]+|\d+", parted.lower()))

    @property
    def is_called_as_group(self) -> bool:
        """As "Customer ID" and "patient" are, and "customer_age" is not."""
        return bool(GROUPS & set(self.tokens)) and set(self.tokens) <= GROUPS | IDS | NAMES | NUMBERED

    @cached_property
    def sample(self) -> pa.ChunkedArray:
        if len(self.cells) <= LOOKED_AT:
            return self.cells
        return self.cells.take(pa.array(np.linspace(0, len(self.cells) - 1, LOOKED_AT).astype("int64")))

    @cached_property
    def sampled_words(self) -> tuple[list[str], "np.ndarray[Any, Any]"]:
        words, each = words_of(self.sample)
        return words, each

    @cached_property
    def words(self) -> tuple[list[str], "np.ndarray[Any, Any]"]:
        words, each = self.sampled_words if self.sample is self.cells else words_of(self.cells)
        return words, each

    @cached_property
    def distinct(self) -> int:
        if self.is_text:
            return len({word for word in self.words[0] if word})
        return len(np.unique(self.plain[~np.isnan(self.plain)]))

    def distinct_beyond(self, most: int) -> bool:
        """Whether there are more different values than that; seen in a part of the rows where it can be."""
        some = self.sampled_words[0] if self.is_text else np.unique(self.plain[:: max(1, len(self.plain) // LOOKED_AT)])
        seen = len(some) - 1
        return seen > most or bool(self.distinct > most)

    @cached_property
    def plain(self) -> "np.ndarray[Any, Any]":
        """The cells as numbers, where they are not text."""
        return np.asarray(amounts_of(self.cells, {"type": "number", "missing": ""}))

    @cached_property
    def is_text(self) -> bool:
        form, types = self.cells.type, pa.types
        if types.is_dictionary(form):
            form = form.value_type
        return bool(types.is_string(form) or types.is_large_string(form) or types.is_string_view(form))

    @cached_property
    def readable(self) -> bool:
        """Whether it is of a kind that a network can be fed at all: no records, maps and bytes."""
        form = self.cells.type
        return not (pa.types.is_nested(form) and self.type != "names") and not _is_bytes(form)

    @cached_property
    def amounts(self) -> "np.ndarray[Any, Any]":
        as_told = self.is_text or self.type == "date"
        return np.asarray(amounts_of(self.cells, {"type": self.type, "missing": ""})) if as_told else self.plain

    @cached_property
    def is_sorted(self) -> bool:
        """From small to large, each value once, none missing."""
        return bool(np.isfinite(self.amounts).all()) and bool((np.diff(self.amounts) > 0).all())

    @cached_property
    def is_timeline(self) -> bool:
        """In order, the latest first or last, and nearly each value once: an hour comes twice when clocks go back."""
        steps = np.diff(self.amounts)
        if not np.isfinite(self.amounts).all() or not ((steps >= 0).all() or (steps <= 0).all()):
            return False
        return bool((steps == 0).sum() <= REPEATED * len(steps))

    @cached_property
    def mixed(self) -> ColumnType | None:
        """Of text, what most cells are that are not all of it: "number" or "date"."""
        words, each = self.words
        count = np.bincount(each, minlength=len(words)) * np.array([bool(word) for word in words])
        types: tuple[ColumnType, ...] = ("number", "date")
        for type in types:
            good = ~np.isnan(parsed(words, type))
            if MOSTLY * count.sum() <= count[good].sum() < count.sum() and good.sum() > FEW:
                return type
        return None

    @cached_property
    def type(self) -> ColumnType:
        form, types = self.cells.type, pa.types
        if self.marks == "picture":
            return "picture"
        if self.rows == 0 or _is_bytes(form):
            return "empty"
        if is_tensor(self.cells):
            return "pixels" if _is_picture(tuple(form.shape), form.value_type) else "array"
        if types.is_boolean(form):
            return "boolean"
        if types.is_integer(form) and self.counts_days:
            return "date"
        if types.is_integer(form) or hasattr(form, "shape"):
            named = CODES & set(self.tokens) and not self.distinct_beyond(min(MANY, self.rows // 2))
            return "category" if named else "whole"
        if types.is_list(form) or types.is_large_list(form):
            return "names" if any(self.words[0]) else "empty"
        if types.is_nested(form):
            return "empty"
        if types.is_date(form) or types.is_timestamp(form):
            return "date"
        return self._type_of_words() if self.is_text else "number"

    @cached_property
    def counts_days(self) -> bool:
        """Whether whole numbers are dates such as 20201231, or seconds since 1970."""
        if not DATES & set(self.tokens) or not self.rows:
            return False
        some = self.plain[~np.isnan(self.plain)][:: max(1, self.rows // 500)]
        forms = (1_000_01_01, 2200_12_31), (_SECONDS, 2 * _SECONDS), (1000 * _SECONDS, 2000 * _SECONDS)
        if not any(low <= some.min() and some.max() <= high for low, high in forms):
            return False
        return not np.isnan(parsed([str(int(one)) for one in some], "date")).any()

    def _type_of_words(self) -> ColumnType:
        words = [word for word in self.sampled_words[0] if word]
        if not words:
            return "empty"
        some = words[:: max(1, len(words) // 500)]
        if not any(np.isnan(parsed(part, "date")).any() for part in (some[:10], some)):
            return "date"
        if {word.lower() for word in words} in TRUTHS:
            return "boolean"
        if _are_names(words, self.sampled_words):
            return "names"
        if not self.distinct_beyond(FEW) and self.distinct <= max(2, self.rows / 2):
            return "category"
        if sum(len(word.split()) for word in some) >= 4 * len(some) and not NAMES & set(self.tokens):
            return "text"
        return "category"


def _is_bytes(form: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_binary(form) or types.is_large_binary(form) or types.is_fixed_size_binary(form))


def _is_picture(shape: tuple[int, ...], numbers: pa.DataType) -> bool:
    """Two axes of like length, and colours where there are three; of few lines only if it is of whole numbers."""
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        return False
    short, long = min(shape[:2]), max(shape[:2])
    return short >= 4 and long <= 4 * short and (pa.types.is_integer(numbers) or short >= 8)


def _are_names(words: Sequence[str], sampled: tuple[list[str], "np.ndarray[Any, Any]"]) -> bool:
    """Whether cells hold several of a few names, as in "Musical, Comedy"."""
    cells = separated(words)
    several = sum(len(cell) > 1 for cell in cells)
    if several < 3 or several < len(words) / 10:
        return False
    names = {name for cell in cells for name in cell}
    count = np.bincount(sampled[1], minlength=len(sampled[0]))
    used = sum(len(cell) * int(count[place]) for place, cell in enumerate(separated(sampled[0])))
    return len(names) <= 200 and len(names) < len(words) and used >= 3 * len(names)


def _pixels(looks: Sequence[Look]) -> list[Look]:
    """The columns that are one picture: numbered, square in number, and of one range; one before or behind is none."""
    for run in [list(run) for _, run in groupby(looks, lambda look: re.sub(r"\d+", "#", look.name))]:
        for part in (run, run[:-1], run[1:]):
            side = isqrt(len(part)), isqrt(len(part) // 3)
            if len(part) >= 64 and len(part) in (side[0] ** 2, 3 * side[1] ** 2) and _are_pixels(part):
                return part
    return []


def _are_pixels(looks: Sequence[Look]) -> bool:
    forms = {look.cells.type for look in looks}
    if any(look.cells.null_count for look in looks) or not all(re.search(r"\d", look.name) for look in looks):
        return False
    if not all(pa.types.is_integer(form) or pa.types.is_floating(form) for form in forms):
        return False
    ends = [pc.min_max(look.cells).as_py() for look in looks]
    low, high = min(end["min"] for end in ends), max(end["max"] for end in ends)
    whole = all(map(pa.types.is_integer, forms))
    return bool(low >= 0 and ((whole and 1 < high <= 255) or (not whole and 0 < high <= 1)))


def _roles(looks: Sequence[Look], types: dict[str, ColumnType]) -> dict[str, Role]:
    """All but the target."""
    roles: dict[str, Role] = {}
    for place, look in enumerate(looks):
        roles[look.name] = _role(look, types[look.name], place, len(looks))
    for role in ("group", "time", "part", "weight"):
        for name in [name for name, found in roles.items() if found == role][1:]:
            roles[name] = "feature" if types[name] in NUMBERS else "id"
    return roles


def _role(look: Look, type: ColumnType, place: int, of: int) -> Role:
    """place: of the column, of so many."""
    tokens = set(look.tokens)
    if look.marks == "part" or (tokens & PARTS and _is_part(look)):
        return "part"
    if look.marks == "group":
        return "group"
    if type in ("pixels", "picture", "array", "names", "boolean", "text"):
        return "feature"
    if type == "empty" or not look.distinct_beyond(1):
        return "ignore"
    if "_".join(look.tokens) in WEIGHTS:
        return "weight"
    if (
        look.is_called_as_group
        and type in ("whole", "category")
        and 2 * look.distinct <= look.rows
        and look.distinct > FEW
    ):
        return "group"
    if place == 0 and type == "whole" and _counts_years(look):
        return "time"
    if place == 0 and look.tokens in ROW_NAMES and 10 * look.distinct >= 9 * look.rows:
        return "id"
    if type == "date" or (type in ("whole", "number") and tokens & {"year", "time", "timestamp", "date", "step"}):
        return "time" if look.is_timeline else "feature"
    if type == "whole":
        named = bool(tokens & ROWS) or (place == 0 and of > 2)
        return "id" if tokens & IDS or (named and _counts(look)) else "feature"
    if type == "category" and look.is_text and look.mixed:
        return "feature"
    if type == "category" and (tokens & (IDS | NAMES) or look.distinct_beyond(MANY)):
        return "id" if look.distinct_beyond(max(FEW, min(MANY, look.rows // 20))) else "feature"
    if type == "category" and look.distinct > max(2, look.rows / 2):
        return "id"
    return "feature"


def _is_part(look: Look) -> bool:
    return look.is_text and not look.distinct_beyond(3) and look.distinct > 1 and bool((part_of(look.cells) >= 0).all())


def _counts(look: Look) -> bool:
    """Whether it numbers the rows."""
    return look.is_sorted and look.rows > 1 and look.amounts[-1] - look.amounts[0] == look.rows - 1


def _counts_years(look: Look) -> bool:
    """Whether a column without a name counts years."""
    unnamed = look.tokens in ROW_NAMES or all(token.isdigit() for token in look.tokens)
    return unnamed and _counts(look) and look.amounts[0] >= 1500 and look.amounts[-1] <= 2200


def _target(looks: Sequence[Look], types: dict[str, ColumnType], roles: dict[str, Role]) -> str:
    masks = [look for look in looks if roles[look.name] == "feature" and (look.mask or _is_map(look, types))]
    if masks and (masks[0].mask or len([one for one in types.values() if one == "pixels"]) > 1):
        return masks[0].name
    free = [look for look in looks if roles[look.name] == "feature" and _may_be_target(look, types[look.name])]
    others = [name for name, role in roles.items() if role == "feature"]
    if not free or (len(others) < 2 and "time" not in roles.values()):
        return ""
    if all(_PLACES & set(look.tokens) - {"year"} for look in free):
        return ""
    series = "time" in roles.values()
    likely = [_likely(look, types[look.name], look is free[-1], series) for look in free]
    return free[likely.index(max(likely))].name


_MASKS = frozenset({"mask", "masks", "seg", "segmentation", "y", "label", "labels", "target", "targets"})


def _is_map(look: Look, types: Mapping[str, ColumnType]) -> bool:
    """Whether it is pictures of classes, as it is called and by how few values they have."""
    if types[look.name] != "pixels" or not is_tensor(look.cells) or not _MASKS & set(look.tokens):
        return False
    if len(look.cells.type.shape) == 3 and look.cells.type.shape[2] != 1:
        return False
    return pa.types.is_integer(look.cells.type.value_type) and _highest(look.cells) <= MOST_MAPPED


MOST_MAPPED = 255
"""The number of the last class that a map of classes may have."""


def _highest(cells: pa.ChunkedArray) -> int:
    return int(pc.max(cells.combine_chunks().storage.flatten()).as_py())


def _may_be_target(look: Look, type: ColumnType) -> bool:
    """Of arrays, those of one axis that are called so."""
    called = {"y", "target", "targets", "label", "labels", "class", "classes"} & set(look.tokens)
    return type not in _NO_TARGET or (type == "array" and len(look.cells.type.shape) == 1 and bool(called))


_ENDS = [(word,) for word in ("status", "death", "died", "dead", "result", "satisfaction", "canceled")]
"""Names of columns that say how something ended."""
_PLACES = {"latitude", "longitude", "lat", "lon", "lng", "year"}
"""Words of where and when something is."""
_NO_TARGET = ("pixels", "picture", "array", "empty", "text", "date")


def _likely(look: Look, type: ColumnType, last: bool, series: bool) -> float:
    """How likely a column is the target."""
    named = [TARGETS.index(token) for token in look.tokens if token in TARGETS]
    score = 0.0
    if look.tokens[:1] in _ENDS and len(look.tokens) == 1:
        score += 22
    if named:
        score += (60 if len(look.tokens) == 1 else 40) - min(named) / 5
    if last and not series:
        score += 20
    elif last and named:
        score += 10
    if type in ("category", "boolean"):
        score += 5 if not look.distinct_beyond(max(FEW, look.rows // 50)) else -30
    if type == "names" or _PLACES & set(look.tokens):
        score -= 30
    missing = 1 - look.rows / max(1, len(look.cells))
    return score - 30 * missing - (100 if missing > 0.5 else 0)


def _type_of_target(look: Look, of_series: bool) -> ColumnType:
    """of_series: nothing but times stands beside it, so what it tells is its own next value."""
    if of_series and look.type in ("number", "whole"):
        return look.type
    if look.type == "whole" and not look.distinct_beyond(min(FEW, max(2, look.rows // 5))):
        return "category"
    if look.type == "number" and not look.distinct_beyond(FEW // 2):
        whole = np.nan_to_num(look.amounts)
        return "category" if np.array_equal(whole, np.round(whole)) else "number"
    if is_tensor(look.cells) and len(look.cells.type.shape) == 1:
        return _type_of_row(look.cells)
    if is_tensor(look.cells):
        is_map = len(look.cells.type.shape) > 1 and pa.types.is_integer(look.cells.type.value_type)
        return "category" if is_map else look.type
    return "category" if look.type == "text" else look.type


def _type_of_row(cells: pa.ChunkedArray) -> ColumnType:
    """A class where one of several is 1 and the others 0, names where any may be."""
    values = cells.combine_chunks().to_numpy_ndarray()
    if not np.isin(values, (0, 1)).all():
        return "array"
    return "category" if (values.sum(axis=1) == 1).all() else "names"


def _column(look: Look, type: ColumnType, role: Role) -> Column:
    classes: Iterable[str] = look.mask
    wanted = role in ("feature", "target")
    if wanted and is_tensor(look.cells) and len(look.cells.type.shape) == 1 and type in ("category", "names"):
        classes = map(str, range(look.cells.type.shape[0]))
    elif wanted and is_tensor(look.cells) and type == "category":
        classes = [str(code) for code in range(1 + _highest(look.cells))]
    elif wanted and type == "names":
        classes = in_order({name for cell in separated(look.words[0]) for name in cell})
    elif (wanted and type == "category") or (role == "target" and type == "boolean"):
        classes = in_order(look.words[0])
    classes = tuple(classes)
    return Column(
        name=look.name,
        type=type,
        role=role,
        missing=_rule(look, type, role),
        classes=classes if len(classes) <= MAX_CLASSES else (),
    )


def _rule(look: Look, type: ColumnType, role: Role) -> Missing:
    """What is done where a value is missing. Where some are infinite nothing is said: that is for a person to say."""
    if role != "feature":
        return ""
    if type == "category":
        return "category" if look.cells.null_count or "" in look.words[0] else ""
    if type not in NUMBERS or np.isinf(look.amounts).any():
        return ""
    return "median" if np.isnan(look.amounts).any() else ""


def _named(columns: Sequence[Column]) -> tuple[Column, ...]:
    """With the fields: features that are numbers share one, and so do the columns of one picture, and targets that are
    true or false."""
    features = [column for column in columns if column.role == "feature"]
    taken = {column.name for column in columns if column.role not in ("ignore", "id")}
    shared: dict[str, str] = {}
    targets = [column for column in columns if column.role == "target"]
    of_kinds = (("numbers", features, NUMBERS), ("image", features, ("pixels",)), ("labels", targets, ("boolean",)))
    for field, those, types in of_kinds:
        own = [column.name for column in those if column.type in types]
        if len(own) > 1:
            free = next(name for name in chain([field], (f"{field}_{n}" for n in count(2))) if name not in taken)
            shared |= dict.fromkeys(own, free)
    used = ("ignore", "id")
    return tuple(
        column.model_copy(update={"field": "" if column.role in used else shared.get(column.name, column.name)})
        for column in columns
    )
