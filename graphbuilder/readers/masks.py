"""Pictures in a zip, each with a mask: a picture of which every value is a class."""

import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from graphbuilder.parameters import Formula, Params, WholeList, YesNo
from graphbuilder.readers.archive import (
    Folders,
    OfPictures,
    copies_of,
    each,
    has_parts,
    looked_at,
    no_pictures,
    picture_table,
    told_of_broken,
    told_of_copies,
    told_of_sizes,
    told_of_time,
)
from graphbuilder.readers.decoding import BROKEN, decode_mask, mask_values, opened
from graphbuilder.readers.members import (
    PICTURES,
    Contents,
    Listed,
    contents,
    members_of,
    picture_endings,
    shown,
    told_of,
)
from graphbuilder.readers.reader import DataError, Guess, telling

MOST_VALUES = 255
_FOLDERS = ("mask", "label", "annotation", "segmentation", "gt", "ground", "target")
"""What is in the name of a folder of masks, in small letters."""
_ENDINGS = ("_mask", "-mask", "_masks", "_seg", "_segmentation", "_label", "_labels", "_gt", "_annotation", "_l")


def mask_pairs(infos, picture_folder, mask_folder, mask_ending):
    """Each picture with its mask: of one name, but for the folder and the ending that mark a mask."""
    pictures, masks = {}, {}
    for info in infos:
        way = info.filename.replace("\\", "/").split("/")
        name = way.pop().rpartition(".")[0]
        is_mask = (mask_folder in way or not mask_folder) and name.endswith(mask_ending)
        there = tuple(folder for folder in way if folder not in (picture_folder, mask_folder))
        if is_mask:
            masks[there, name.removesuffix(mask_ending)] = info
        elif not picture_folder or picture_folder in way:
            pictures[there, name] = info
    return [(picture, masks[key]) for key, picture in pictures.items() if key in masks]


def read_masks(path, picture_folder, mask_folder, mask_ending, values, parts, together, skip, **decoding):
    """Pictures of a zip, each with its mask."""
    left = set(skip)
    infos = [info for info in members_of(path, picture_endings()) if info.filename not in left]
    pairs = mask_pairs(infos, picture_folder, mask_folder, mask_ending)
    if not pairs:
        raise ValueError("No picture of the zip has a mask of its name.")
    masks = [mask.filename for _, mask in pairs]
    names = [f"#{value:06x}" if max(values) > 255 else str(value) for value in values]
    return picture_table(path, [one for one, _ in pairs], {"mask": masks}, parts, together, names)


def _word(help: str) -> Formula:
    return Formula("", form=".*", needed="the name of a folder, or nothing", others=(), longest=200, help=help)


class Masks(OfPictures, name="masks", title="Pictures with masks (zip)"):
    mask_folder = _word("The folder that masks lie in; empty where they lie among the pictures.")
    picture_folder = _word("The folder that their pictures lie in; empty where they lie in any other.")
    mask_ending = _word("What the name of a mask ends with, behind that of its picture, such as _mask; may be empty.")
    values = WholeList(
        (0, 255), low=0, high=2**24 - 1, least=2, longest=MOST_VALUES, distinct=True, rising=True,
        help="The values in masks, each a class: numbers, places in a palette, or 65536 red + 256 green + blue.",
    )  # fmt: skip
    nearest = YesNo(
        False, help="Whether other values, as JPEG makes them at edges, are taken for the nearest of these."
    )
    read = staticmethod(telling(read_masks))
    uses = (*Folders.uses, mask_pairs)

    def shape_of(self, column: str) -> tuple[int, ...]:
        return (*self.size,) if column == "mask" else super().shape_of(column)

    def decoding(self, column: str) -> tuple[Callable[..., Any], dict[str, Any]]:
        if column != "mask":
            return super().decoding(column)
        return decode_mask, {name: self.params[name] for name in ("size", "values", "nearest", "fit")}

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        return 0.9 if _marks(inside.pictures) else 0.0

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        inside = contents(path, name)
        pictures = inside.pictures
        if not pictures:
            raise no_pictures(name, inside)
        marks = _marks(pictures)
        if marks is None:
            raise DataError(
                f"In {name} no picture has a mask of its name. Put pictures into a folder images and their masks, by "
                "the same names, into a folder masks.",
                "E_DATA_FORMAT", file=name,
            )  # fmt: skip
        pairs = mask_pairs(pictures, **marks)
        options: dict[str, Any] = {**cls.defaults(), **looked_at(path, [one for one, _ in pairs]), **marks}
        copies = copies_of(path, [one for one, _ in pairs])
        options |= {"parts": has_parts([one for one, _ in pairs]), "together": "copies" if copies[0] else "none"}
        options |= _values(path, pairs)
        alone = len(pictures) - 2 * len(pairs)
        told = [
            f"{len(pairs):,} pictures, each with a mask.",
            told_of_sizes(options, len(pairs)),
            _told_of_values(options),
        ]
        told += [f"{alone:,} pictures have no mask of their name, and are left out."] if alone else []
        told += [*_unlike(path, pairs), *told_of_copies(copies, len(pairs))]
        return Guess(options, {}, (*told, *told_of(inside.left_out(pictures, PICTURES))))

    @classmethod
    def examined(
        cls, path: Path, options: Params, progress: Callable[[float], None] = lambda share: None, seconds: float = 60
    ) -> Guess:
        """Decodes every picture and mask: the values of all masks are put into `values`."""
        looked = super().examined(path, options, lambda share: progress(share / 2), seconds / 2)
        marks: Any = {name: options[name] for name in ("picture_folder", "mask_folder", "mask_ending")}
        masks = [mask for _, mask in mask_pairs(members_of(path, PICTURES), **marks)]
        found: set[int] = set()
        broken, seen = each(
            path, masks, lambda _, data: found.update(np.unique(mask_values(data)).tolist()),
            lambda share: progress((1 + share) / 2), seconds / 2,
        )  # fmt: skip
        known: Any = options["values"]
        changed: dict[str, Any] = dict(looked.options)
        if not options["nearest"]:
            changed["values"] = tuple(sorted({*known, *found}))
            if len(changed["values"]) > MOST_VALUES:
                raise DataError(
                    f"The masks have {len(changed['values']):,} values; at most {MOST_VALUES} can be told apart. "
                    "Save masks as PNG, with one value a class.",
                    "E_DATA_CLASSES", classes=len(changed["values"]), most=MOST_VALUES,
                )  # fmt: skip
        changed["skip"] = tuple(dict.fromkeys([*changed["skip"], *broken]))
        more = [*told_of_broken(broken), *told_of_time(seen, len(masks))]
        more += [_told_of_values(changed)] if changed["values"] != known else []
        return Guess(changed, told=(*looked.told, *more))


def _marks(infos: Sequence[zipfile.ZipInfo]) -> dict[str, str] | None:
    """What marks the masks among these pictures, where at least half of all are such pairs."""
    folders = Counter(folder for info in infos for folder in {*info.filename.replace("\\", "/").split("/")[:-1]})
    names = [info.filename.rpartition(".")[0].casefold() for info in infos]
    ended = [name for name in names if name.endswith(_ENDINGS)]  # among 100,000 there may be none
    endings = ["", *(end for end in _ENDINGS if any(name.endswith(end) for name in ended))]
    found = []
    for folder in ["", *(one for one in folders if any(word in one.casefold() for word in _FOLDERS))]:
        for other in [
            "",
            *(one for one, count in folders.items() if folder and one != folder and count >= folders[folder]),
        ]:
            for ending in endings:
                if folder or ending:
                    marks = {"picture_folder": other, "mask_folder": folder, "mask_ending": ending}
                    found.append((len(mask_pairs(infos, **marks)), marks))
    pairs, best = max(found, key=lambda one: one[0], default=(0, {}))
    return best if pairs and 4 * pairs >= len(infos) else None


def _values(path: Path, pairs: Sequence[tuple[Any, Any]], seconds: float = 0.4, most: int = 60) -> dict[str, Any]:
    """The values in a sample of masks. Very many are what a lossy picture makes at edges."""
    values, until = set[int](), monotonic() + seconds
    with Listed(path) as archive:
        for _, mask in pairs[:: max(1, len(pairs) // most)]:
            try:
                values.update(np.unique(mask_values(archive.read(mask))).tolist())
            except BROKEN:
                continue
            if monotonic() > until:
                break
    if len(values) > 64:
        return {"values": (0, 255), "nearest": True}
    return {"values": tuple(sorted(values)) if len(values) > 1 else tuple(sorted({0, 255, *values}))}


def _told_of_values(options: Params) -> str:
    values: Any = options["values"]
    first = ", ".join(map(str, values[:8])) + (" and so on" if len(values) > 8 else "")
    between = "; values between are taken for the nearest" if options["nearest"] else ""
    return f"The masks have {len(values)} classes, the values {first}{between}."


def _unlike(path: Path, pairs: Sequence[tuple[Any, Any]], most: int = 50) -> list[str]:
    """Of a sample of pairs, those of which picture and mask are of two sizes."""
    with Listed(path) as archive:
        for picture, mask in pairs[:: max(1, len(pairs) // most)]:
            try:
                one, other = (opened(archive.read(info)).size for info in (picture, mask))
            except BROKEN:
                continue
            if one != other:
                sizes = f"{one[1]} × {one[0]} and {other[1]} × {other[0]}"
                return [f"Picture and mask are of two sizes, such as {shown(picture.filename)}: {sizes}."]
    return []
