"""From the bytes of a picture to numbers: each picture of a set in one size and with as many channels.

The untyped functions stand alone, since they are printed into exported code.
"""

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.readers.reader import DataError

Array = np.ndarray[Any, Any]


def opened(data):
    """A picture by its bytes, not decoded yet. Raises ValueError where it is none, or too large."""
    from io import BytesIO

    from PIL import Image

    kinds = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
    try:
        image = Image.open(BytesIO(data), formats=kinds)
    except Image.DecompressionBombError:
        raise ValueError("has over 16 million pixels") from None
    except Exception:  # Pillow's readers raise whatever a broken file makes them stumble over
        raise ValueError(f"is no picture of a kind that is read ({', '.join(kinds)})") from None
    if image.width * image.height > 16_000_000:
        raise ValueError(f"has {image.width} × {image.height} pixels; at most 16 million are decoded")
    return image


def upright(data, size=None):
    """A picture decoded: its first frame, turned as the camera was held, in mode L, RGB or RGBA. Of sixteen bits the
    upper eight are kept. size: it need not be larger than this (height, width). Raises ValueError."""
    from PIL import Image, ImageOps

    image = opened(data)
    try:
        if size is not None:
            image.draft(None, (max(size), max(size)))
        image.load()
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith("I;16") or (image.mode == "I" and image.getextrema()[1] > 255):
            return Image.fromarray((np.asarray(image).astype("uint32") >> 8).clip(0, 255).astype("uint8"))
        if image.mode == "F":
            raise ValueError("has numbers with a fraction for pixels, of which the range is not known")
        if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
            return image.convert("RGBA")
        return image.convert("L" if image.mode in ("1", "L", "I") else "RGB")
    except ValueError:
        raise
    except Exception as fault:
        raise ValueError(f"cannot be decoded: {fault}") from None


def decode(data, size, colour, background, fit):
    """A picture as uint8 (height, width, channels). size: (height, width). colour: "colour", "grey" or "alpha", which
    keeps transparency as a fourth channel. background: what shows through, "white", "black" or "grey". fit: "stretch",
    "crop" or "pad". Raises ValueError where it cannot be decoded."""
    from PIL import Image, ImageOps

    image = upright(data, size)
    if image.mode == "RGBA" and colour != "alpha":
        image = Image.alpha_composite(Image.new("RGBA", image.size, background), image)
    image = image.convert({"colour": "RGB", "grey": "L", "alpha": "RGBA"}[colour])
    width, height = size[1], size[0]
    if image.size != (width, height):
        if fit == "crop":
            image = ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
        elif fit == "pad":
            behind = 0 if colour == "alpha" else background
            image = ImageOps.pad(image, (width, height), Image.Resampling.BILINEAR, color=behind)
        else:
            image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(height, width, -1)


def mask_values(data):
    """A mask as it is: its numbers, of a palette the places in it, of colours 65536 red + 256 green + blue."""
    from PIL import ImageOps

    image = opened(data)
    try:
        image.load()
        image = ImageOps.exif_transpose(image)
        if image.mode in ("1", "L", "P", "I", "LA") or image.mode.startswith("I;16"):
            image = image.convert("L") if image.mode in ("1", "LA") else image
            return np.asarray(image).astype("int64")
        red, green, blue = np.moveaxis(np.asarray(image.convert("RGB")).astype("int64"), -1, 0)
    except Exception as fault:
        raise ValueError(f"cannot be decoded: {fault}") from None
    return (red << 16) + (green << 8) + blue


def decode_mask(data, size, values, nearest, fit):
    """A mask as uint8 (height, width) of class numbers: the place of each of its values among `values`, which rise.
    nearest: a value that is not there is taken for the nearest that is. Fitted as its picture is, yet nothing is mixed;
    what is padded is class 0. Raises ValueError."""
    from PIL import Image, ImageOps

    known, found = np.asarray(values), mask_values(data)
    if nearest:
        places = np.searchsorted((known[1:] + known[:-1]) / 2, found)
    else:
        places = np.searchsorted(known, found).clip(0, len(known) - 1)
        strange = found[known[places] != found]
        if strange.size:
            raise ValueError(f"has the value {strange.flat[0]}, which is none of {', '.join(map(str, values))}")
    image = Image.fromarray(places.astype("uint8"))
    width, height = size[1], size[0]
    if fit == "crop":
        image = ImageOps.fit(image, (width, height), Image.Resampling.NEAREST)
    elif fit == "pad":
        image = ImageOps.pad(image, (width, height), Image.Resampling.NEAREST, color=0)
    else:
        image = image.resize((width, height), Image.Resampling.NEAREST)
    return np.asarray(image)


def load_pictures(path, names, decode, **how):
    """The members of a zip by these names, decoded, one a row."""
    import zipfile

    pictures = []
    with zipfile.ZipFile(path) as archive:
        for name in names:
            try:
                pictures.append(decode(archive.read(name), **how))
            except (ValueError, zipfile.BadZipFile) as fault:
                raise ValueError(f"{name} {fault}") from None
    return np.stack(pictures)


Decoder = Callable[[bytes], Array]


DECODING: dict[Callable[..., Any], tuple[Callable[..., Any], ...]] = {
    decode: (opened, upright),
    decode_mask: (opened, mask_values),
}
"""What each of these calls, for whoever prints it."""


class Pictures:
    """The pictures of a zip as one array of uint8 on the disk, each of them decoded when it is first wanted.

    names: a member a row. decode: of the bytes of one, giving `shape`. into: a folder of its own, where the array is
    kept with which rows are done, so that who comes later goes on.

    Several processes may fill one folder at once: they write the same.
    """

    def __init__(self, path: Path, names: Sequence[str], decode: Decoder, shape: tuple[int, ...], into: Path) -> None:
        self.names, self.decode, self.shape = names, decode, (len(names), *shape)
        into.mkdir(parents=True, exist_ok=True)
        self._array = _mapped(into / "pictures.npy", self.shape)
        self._done = _mapped(into / "done.npy", (len(names),))
        self._archive = zipfile.ZipFile(path)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def done(self) -> int:
        """How many rows are decoded."""
        return int(np.count_nonzero(self._done))

    def take(self, rows: Array) -> Array:
        """These rows. Raises DataError where one of them cannot be decoded."""
        rows = np.asarray(rows)
        for row in rows[self._done[rows] == 0].tolist():
            try:
                self._array[row] = self.decode(self._archive.read(self.names[row]))
            except BROKEN as fault:
                why = str(fault).rstrip(".")
                raise DataError(
                    f"{self.names[row]} {why}. Leave it out: name it under skip, where it is said how the file is "
                    "read.", "E_DATA_PICTURE", member=self.names[row], why=why,
                ) from fault  # fmt: skip
            self._done[row] = 1
        taken: Array = self._array[rows]
        return taken


BROKEN = (ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What reading and decoding a member raises where it is broken, locked, or packed in a way that is not known."""


def _mapped(path: Path, shape: tuple[int, ...]) -> Array:
    """An array of bytes on the disk, all zero where it is new; it is there whole or not at all."""
    if not path.is_file() or np.load(path, mmap_mode="r").shape != shape:
        making = path.with_name(f".{os.getpid()}-{path.name}")
        np.lib.format.open_memmap(making, mode="w+", dtype=np.uint8, shape=shape).flush()
        making.rename(path)
    found: Array = np.load(path, mmap_mode="r+")
    return found
