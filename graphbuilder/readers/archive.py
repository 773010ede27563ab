"""Pictures in a zip, and those in a folder for each class.

A row holds the name of its picture; `decoding.py` makes numbers of it when it is wanted.
"""

import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from graphbuilder.parameters import Choice, Params, Sizes, TextList, Whole, YesNo
from graphbuilder.readers.decoding import BROKEN, Decoder, decode, opened, upright
from graphbuilder.readers.members import (
    PICTURES,
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
    picture_endings,
    shown,
    told_of,
    twice,
    why_left_out,
)
from graphbuilder.readers.reader import DataError, Guess, telling

Infos = Sequence[zipfile.ZipInfo]

MOST_CLASSES = 10_000
_GUESSED_SIDE = 128
"""The longest side that is proposed."""
_ROOM = 2_000_000_000
"""Bytes that all pictures of a proposed size take, decoded."""
_DECODED, _NEARLY_GREY = 16, 8
"""Pictures that are looked at for colours, and how far channels may be apart where there is none."""


class OfPictures(Zipped):
    """Base of what reads pictures: how each is brought to one size and one number of channels."""

    size = Sizes((64, 64), high=2048, help="Height and width that every picture is brought to, in pixels.")
    colour = Choice(
        "colour",
        choices={"colour": "Colour", "grey": "Grey", "alpha": "Colour and transparency"},
        help="The channels of a picture: three, one or four.",
    )
    background = Choice(
        "white",
        choices={"white": "White", "black": "Black", "grey": "Grey"},
        help="What shows through where a picture is transparent, and at its edges where it is padded.",
    )
    fit = Choice(
        "stretch",
        choices={"stretch": "Stretch", "crop": "Crop at the middle", "pad": "Pad at the edges"},
        help="What is done with a picture of other proportions.",
    )
    parts = YesNo(False, help="Whether folders named train, validation and test say which part a picture is in.")
    together = Choice(
        "none",
        choices={"none": "None", "copies": "Exact copies", "folder": "Those of one folder"},
        help="Which pictures stay in one part of the split, since they are much alike.",
    )
    skip = TextList((), more=True, help="Pictures that are left out, by their names: those that cannot be decoded.")

    def shape_of(self, column: str) -> tuple[int, ...]:
        """Of what a member of this column is decoded to: height × width × channels."""
        return (*self.size, {"colour": 3, "grey": 1, "alpha": 4}[self.colour])

    def decoding(self, column: str) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The stand-alone function that decodes a member of this column, and with what."""
        return decode, {name: self.params[name] for name in ("size", "colour", "background", "fit")}

    def decoder(self, column: str) -> Decoder:
        function, how = self.decoding(column)
        return lambda data: function(data, **how)

    @classmethod
    def examined(
        cls, path: Path, options: Params, progress: Callable[[float], None] = lambda share: None, seconds: float = 60
    ) -> Guess:
        """Decodes every picture: those that cannot be are put into `skip`."""
        modes = Counter[str]()
        infos = members_of(path, PICTURES)
        broken, seen = each(path, infos, lambda name, data: modes.update([_mode(data)]), progress, seconds)
        skipped: Any = options.get("skip", ())
        changed = {**options, "skip": tuple(dict.fromkeys([*skipped, *broken]))}
        return Guess(changed, told=(*told_of_broken(broken), *told_of_modes(modes), *told_of_time(seen, len(infos))))


def each(
    path: Path,
    infos: Infos,
    do: Callable[[str, bytes], object],
    progress: Callable[[float], None],
    seconds: float,
) -> tuple[dict[str, str], int]:
    """Does it with each of these members while there is time. Gives those that were broken, with why, and how many
    there was time for."""
    broken, until = dict[str, str](), monotonic() + seconds
    with Listed(path) as archive:
        for seen, info in enumerate(infos):
            if monotonic() > until:
                return broken, seen
            try:
                do(info.filename, archive.read(info))
            except BROKEN as fault:
                broken[info.filename] = str(fault)
            if seen % 50 == 0:
                progress(seen / len(infos))
    progress(1.0)
    return broken, len(infos)


def told_of_time(seen: int, there: int) -> list[str]:
    return [f"{seen:,} of {there:,} pictures were decoded in the time there was for a look."] if seen < there else []


def _mode(data: bytes) -> str:
    """Which rules of `decode` a picture falls under; decodes it, so that one that cannot be raises ValueError."""
    upright(data)
    with opened(data) as image:
        marks = [str(image.mode)]
        with suppress(Exception):  # what follows the first frame may be broken in any way, and is of no matter
            marks += ["animated"] if getattr(image, "n_frames", 1) > 1 else []
            marks += ["turned"] if image.getexif().get(_ORIENTATION, 1) != 1 else []
    return " ".join(marks)


_ORIENTATION = 0x0112


def told_of_modes(modes: Mapping[str, int]) -> list[str]:
    """What `decode` does with them, in words, with how many there are."""
    rules = {
        "animated": "{} animated: the first frame is taken",
        "turned": "{} turned by a note of the camera: they are set upright",
        "CMYK": "{} of printing colours (CMYK): made red, green and blue",
        "I;16": "{} of 16 bits: the upper 8 are kept",
        "P": "{} with a palette: made red, green and blue",
        "LA": "{} grey with transparency",
        "RGBA": "{} with transparency",
    }
    counts = Counter[str]()
    for marks, count in modes.items():
        for mark in marks.split():
            counts["I;16" if mark.startswith("I") else mark] += count
    said = [rules[mark].format(f"{count:,}") for mark, count in counts.most_common() if mark in rules]
    return [f"Pictures: {'; '.join(said)}."] if said else []


def told_of_broken(broken: Mapping[str, str], what: str = "be decoded") -> list[str]:
    if not broken:
        return []
    name, why = next(iter(broken.items()))
    more = f"; {len(broken) - 1:,} more" if len(broken) > 1 else ""
    return [f"Left out, since they cannot {what}: {len(broken):,}. {shown(name)} {why.rstrip('.')}{more}."]


def looked_at(path: Path, infos: Infos, seconds: float = 0.4, most: int = 2000) -> Params:
    """Size, colour and fit that suit these pictures, by the heads of a sample of them. Raises DataError where none of
    the sample is a picture."""
    sizes, broken, until = Counter[tuple[int, int]](), dict[str, str](), monotonic() + seconds
    some, coloured = infos[:: max(1, len(infos) // most)], False
    with Listed(path) as archive:
        for place, info in enumerate(some):
            try:
                data = archive.read(info)
                with opened(data) as image:
                    sizes[image.height, image.width] += 1
                    grey = image.mode in ("1", "L", "I") or image.mode.startswith("I;16")
                if not grey and not coloured and place % (1 + len(some) // _DECODED) == 0:
                    coloured = _is_coloured(data)
            except BROKEN as fault:
                broken[info.filename] = str(fault)
            if monotonic() > until and (sizes or len(broken) > most // 10):
                break
    if not sizes:
        name, why = next(iter(broken.items()))
        raise DataError(
            f"None of the pictures can be read: {shown(name)} {why.rstrip('.')}. Save them as PNG or JPEG.",
            "E_DATA_FORMAT", file=name, why=why,
        )  # fmt: skip
    height, width = _usual_of(sizes)
    room = _ROOM / (3 * height * width * len(infos))
    scale = min(1.0, _GUESSED_SIDE / max(height, width), room**0.5)
    alike = all(abs(h * width - w * height) <= max(w, width) for h, w in sizes)
    return {
        "size": (max(1, round(height * scale)), max(1, round(width * scale))),
        "colour": "colour" if coloured else "grey",
        "fit": "stretch" if alike else "pad",
    }


def _usual_of(sizes: Counter[tuple[int, int]]) -> tuple[int, int]:
    """The size that most pictures have; where less than half have one, that in the middle."""
    size, count = sizes.most_common(1)[0]
    if 2 * count > sizes.total():
        return size
    in_order = sorted(sizes.elements(), key=lambda size: (size[0] * size[1], size))
    return in_order[(len(in_order) - 1) // 2]


def _is_coloured(data: bytes) -> bool:
    """Whether a picture that has three channels needs them; what is lossy is not quite grey anywhere."""
    pixels = np.asarray(upright(data, (64, 64)).convert("RGB")).astype(int)
    return bool(np.ptp(pixels, axis=-1).max() > _NEARLY_GREY)


def told_of_sizes(options: Params, there: int) -> str:
    """there: how many pictures."""
    size: Any = options["size"]
    each = size[0] * size[1] * (1 if options["colour"] == "grey" else 3)
    room = f" Decoded, all take {there * each / 1e6:,.0f} MB." if there * each > 50_000_000 else ""
    return f"Every picture is brought to {size[0]} × {size[1]} pixels, {options['colour']}.{room}"


def copies_of(path: Path, infos: Infos, seconds: float = 0.3) -> tuple[list[list[zipfile.ZipInfo]], bool]:
    """Pictures that are exact copies of one another, and whether there was time to find all. Length and checksum, which
    the directory has, do not prove it: PNGs of one length hold checksums themselves, and so often have the same."""
    alike: dict[tuple[int, int], list[zipfile.ZipInfo]] = defaultdict(list)
    for info in infos:
        alike[info.file_size, info.CRC].append(info)
    until, by_content = monotonic() + seconds, defaultdict[bytes, list[zipfile.ZipInfo]](list)
    whole = True
    with Listed(path) as archive:
        for info in [info for group in alike.values() if len(group) > 1 for info in group]:
            if monotonic() > until:
                whole = False
                break
            with suppress(*BROKEN):
                by_content[sha256(archive.read(info)).digest()].append(info)
    return [group for group in by_content.values() if len(group) > 1], whole


def told_of_copies(
    found: tuple[Sequence[Infos], bool], there: int, class_of: Callable[[zipfile.ZipInfo], object] | None = None
) -> list[str]:
    """What is told of copies among so many pictures; class_of: where it is known."""
    copies, whole = found
    if not copies:
        return []
    more, (one, other, *_) = sum(len(group) - 1 for group in copies), copies[0]
    which = f"such as {shown(other.filename)} of {shown(one.filename)}"
    least = "" if whole else "At least "
    are = "is an exact copy" if more == 1 else "are exact copies"
    told = f"{least}{more:,} of {there:,} pictures {are} of another, {which}."
    if class_of is None:
        return [told]
    crossing = [group for group in copies if len({class_of(info) for info in group}) > 1]
    if not crossing:
        return [told, "No picture lies in more than one class."] if whole else [told]
    one = crossing[0][0]
    other = next(info for info in crossing[0] if class_of(info) != class_of(one))
    which = f"such as {shown(one.filename)} and {shown(other.filename)}"
    lie = "picture lies" if len(crossing) == 1 else "pictures lie"
    return [
        told,
        f"{least}{len(crossing):,} {lie} in more than one class, {which}: one of the classes is wrong.",
    ]


def marks_of(path, infos, parts, together):
    """Of pictures, the columns that say which part of the split each is in, and which stay in one: (field, array)."""
    import zipfile
    import zlib
    from collections import Counter
    from contextlib import suppress
    from hashlib import sha256

    import pyarrow as pa

    marks = {}
    if parts:
        marks["part"] = [named_part(folders_of(info))[0] or "train" for info in infos]
    if together == "folder":
        marks["group"] = ["/".join(folders_of(info)) for info in infos]
    elif together == "copies":
        alike = Counter((info.file_size, info.CRC) for info in infos)
        marks["group"] = [info.filename for info in infos]
        with zipfile.ZipFile(path) as archive:
            for row, info in enumerate(infos):
                if alike[info.file_size, info.CRC] > 1:
                    with suppress(zipfile.BadZipFile, zlib.error, EOFError):
                        marks["group"][row] = sha256(archive.read(info)).hexdigest()[:16]
    text = pa.string()
    return [(pa.field(name, text, metadata={b"is": name}), pa.array(marks[name], text)) for name in marks]


def picture_table(path, infos, columns, parts, together, classes=()):
    """A table of pictures, with columns beside their names. classes: of the masks, where there is a column of them."""
    import json

    import pyarrow as pa

    picture = {b"is": b"picture"}
    mask = {**picture, b"classes": json.dumps([str(one) for one in classes]).encode()}
    made = [(pa.field("picture", pa.string(), metadata=picture), [info.filename for info in infos])]
    for name, values in columns.items():
        made.append((pa.field(name, pa.string(), metadata=mask if name == "mask" else None), values))
    made = [(field, pa.array(values, pa.string())) for field, values in made] + marks_of(path, infos, parts, together)
    return pa.Table.from_arrays([array for _, array in made], schema=pa.schema([field for field, _ in made]))


def read_folders(path, label, level, parts, together, skip, **decoding):
    """Pictures of a zip, with the class that a folder or the begin of their names gives them."""
    left = set(skip)
    infos = [info for info in members_of(path, picture_endings()) if info.filename not in left]
    if not infos:
        raise ValueError("There is no picture in the zip.")
    classes = []
    for info in infos:
        folders = named_part(folders_of(info))[1] if parts else folders_of(info)
        classes.append(label_of(info, folders, label, level))
    return picture_table(path, infos, {} if label == "none" else {"class": classes}, parts, together)


class Folders(OfPictures, name="folders", title="Pictures in folders (zip)"):
    label = Choice(
        "folder",
        choices={"folder": "Its folder", "begin": "The begin of its name", "none": "Nothing"},
        help="What names the class of a picture.",
    )
    level = Whole(
        1, low=1, high=20, help="Which folder names the class: 1 is the one a picture lies in, 2 the one around."
    )
    read = staticmethod(telling(read_folders))
    uses = (
        picture_endings, why_left_out, kept_of, members_of, folders_of, part_words, named_part, label_of, marks_of,
        picture_table,
    )  # fmt: skip

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        return 0.5 * len(inside.pictures) / max(1, len(inside.infos))

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        inside = contents(path, name)
        pictures = inside.pictures
        if not pictures:
            raise no_pictures(name, inside)
        options: dict[str, Any] = {**cls.defaults(), **looked_at(path, pictures), "parts": has_parts(pictures)}
        ways = [named_part(folders_of(info))[1] if options["parts"] else folders_of(info) for info in pictures]
        level, levels = level_of(ways)
        options |= {"level": level or 1, "label": "folder" if level else "begin" if _begins_tell(pictures) else "none"}
        how = options["label"], options["level"]
        class_of = {info: label_of(info, way, *how) for info, way in zip(pictures, ways, strict=True)}
        counts = Counter(one for one in class_of.values() if one is not None)
        if len(counts) > MOST_CLASSES:
            raise DataError(
                f"{name} has {len(counts):,} folders with pictures, each a class; at most {MOST_CLASSES:,} can be told "
                "apart. Put the pictures of one class into one folder.",
                "E_DATA_CLASSES", file=name, classes=len(counts), most=MOST_CLASSES,
            )  # fmt: skip
        copies = copies_of(path, pictures)
        options["together"] = "folder" if level > 1 else "copies" if copies[0] else "none"
        told = [
            *told_of_classes(counts, len(pictures), {way[-1] for way in ways if way}),
            told_of_sizes(options, len(pictures)),
        ]
        if options["label"] == "begin":
            one = pictures[0]
            told.insert(
                1, f"The begin of a name is its class, as {shown(class_of[one] or '')} of {shown(one.filename)}."
            )
        if options["parts"]:
            told.append("Folders named for them say which part of the split a picture is in.")
        if level > 1:
            told.append("Pictures of one folder, such as those of one patient, stay in one part of the split.")
        told += told_of_copies(copies, len(pictures), class_of.__getitem__ if counts else None)
        told += [*told_of_names(pictures, counts), *told_of(inside.left_out(pictures, PICTURES))]
        return Guess(options, {"level": levels} if len(levels) > 1 else {}, tuple(told))


def _begins_tell(infos: Infos) -> bool:
    """Whether names begin with a few words, each of several pictures."""
    counts = Counter(label_of(info, (), "begin", 1) for info in infos)
    return 1 < len(counts) <= len(infos) / 4


def has_parts(infos: Infos) -> bool:
    found = {named_part(folders_of(info))[0] for info in infos} - {None}
    return len(found) > 1 and "train" in found


def level_of(ways: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Which folder names the class, 0 for none, and which could. That of the fewest pictures a folder is the one they
    lie in; it is not the class where it holds fewer than ten, and the one around it parts them as well: then it is one
    patient, or one scene."""
    names = {level: {way[-level] for way in ways if len(way) >= level} for level in range(1, 6)}
    able = [level for level, there in names.items() if len(there) > 1]
    if not able:
        return 0, ()
    first, *outer = able
    parents = {(way[-first], way[:-first]) for way in map(tuple, ways) if len(way) >= first}
    alone = len(parents) == len(names[first])
    few = len(ways) < 10 * len(names[first])
    chosen = outer[0] if outer and alone and few else first
    return chosen, tuple(map(str, able))


def no_pictures(name: str, inside: Contents) -> DataError:
    gone = inside.left_out((), PICTURES)
    said = "; ".join(f"{len(names):,} {reason}" for reason, names in gone.items()) or "it is empty"
    return DataError(
        f"{name} holds no picture that can be read ({said}). Pack PNG or JPEG files, a folder for each class.",
        "E_DATA_EMPTY", file=name, left_out={reason: len(names) for reason, names in gone.items()},
    )  # fmt: skip


def told_of_classes(counts: Mapping[str, int], there: int, folders: set[str], what: str = "picture") -> list[str]:
    """What is told of so many pictures or texts of these classes, which lie in these folders."""
    if not counts and not folders:
        return [f"The {what}s lie in no folder, so none has a class. For classes, put those of each into one folder."]
    if len(counts) < 2:
        only = shown(*(counts or folders))
        alone = f"All {what}s lie in one folder, {only}: that is one class, and nothing to tell it from."
        return [f"{alone} For classes, put the {what}s of each into a folder of its own."]
    low, high = min(counts.values()), max(counts.values())
    told = [f"{there:,} {what}s in {len(counts):,} classes, from {low:,} to {high:,} each."]
    few = [name for name, count in counts.items() if count < 3]
    if few:
        most = ", ".join(map(shown, few[:5])) + (f" and {len(few) - 5:,} more" if len(few) > 5 else "")
        told.append(f"Classes of fewer than 3 {what}s, which cannot be in all three parts of the split: {most}.")
    lacking = there - sum(counts.values())
    if lacking:
        told.append(f"{lacking:,} {what}s lie in no folder of a class, and have none.")
    return told


def told_of_names(infos: Infos, counts: Mapping[str, int]) -> list[str]:
    told = []
    if alike := twice(infos):
        told.append(f"{len(alike):,} names differ by capital letters alone, such as {shown(alike[0])}; all are read.")
    small = Counter(name.casefold() for name in counts)
    if pairs := [name for name in counts if small[name.casefold()] > 1]:
        told.append(f"Classes that differ by capital letters alone: {', '.join(map(shown, pairs[:4]))}. They are two.")
    return told
