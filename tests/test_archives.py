"""Pictures in a zip: what is found, what is left out and told, and what each picture becomes."""

import inspect
import io
import json
import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from graphbuilder.datasets import preparation
from graphbuilder.datasets.fielding import PRINTED
from graphbuilder.readers import READERS, DataError, reader_of
from graphbuilder.readers.archive import Folders, looked_at, told_of_sizes
from graphbuilder.readers.decoding import Pictures, decode, decode_mask, load_pictures, mask_values, opened, upright
from graphbuilder.readers.labelled import Labelled
from graphbuilder.readers.masks import Masks
from graphbuilder.readers.members import LARGEST_MEMBER, why_left_out
from graphbuilder.understanding.looking import Wish, look
from tests.hostile import directory, png

CORPUS = next((p for up in Path(__file__).parents if (p := up / "shared" / "corpus").is_dir()), None)
corpus = pytest.mark.skipif(CORPUS is None, reason="the files of the wild are not here")


def encoded(array: Any, form: str = "PNG", **told: Any) -> bytes:
    into = io.BytesIO()
    image = array if isinstance(array, Image.Image) else Image.fromarray(np.asarray(array, "uint8"))
    image.save(into, form, **told)
    return into.getvalue()


def flat(value: int = 0, size: tuple[int, int] = (6, 8)) -> bytes:
    return encoded(np.full((*size, 3), value))


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def classes(path: Path) -> Any:
    return Folders.read(path, **Folders.guess(path, path.name).options)


def told(path: Path) -> str:
    return " ".join(reader_of(path, path.name).guess(path, path.name).told)


def test_a_folder_names_the_class_at_any_level_and_the_part_of_the_split(tmp_path: Path) -> None:
    ways = {
        f"set/{part}/{kind}/{n}.png": flat(n) for part in ("train", "val", "test") for kind in "ab" for n in range(3)
    }
    table = classes(packed(tmp_path / "a.zip", ways))
    assert Counter(zip(*(table[name].to_pylist() for name in ("class", "part")), strict=True)) == {
        (kind, part): 3 for kind in "ab" for part in ("train", "validation", "test")
    }
    assert table.schema.field("picture").metadata == {b"is": b"picture"}
    assert table.schema.field("part").metadata == {b"is": b"part"}

    patients = {f"{kind}/patient {n}/{m}.png": flat(n) for kind in ("ill", "well") for n in range(4) for m in range(2)}
    path = packed(tmp_path / "b.zip", {way.replace("patient ", kind_of(way)): v for way, v in patients.items()})
    guess = Folders.guess(path, path.name)
    assert (guess.options["level"], guess.choices) == (2, {"level": ("1", "2")})
    table = classes(path)
    assert {*table["class"].to_pylist()} == {"ill", "well"}
    assert Counter(table["group"].to_pylist()) == {
        f"{kind}/{kind[0]}-{n}": 2 for kind in ("ill", "well") for n in range(4)
    }


def test_the_begin_of_a_name_is_the_class_where_no_folder_is(tmp_path: Path) -> None:
    names = [f"train/{kind}.{n}.jpg" for kind in ("cat", "dog") for n in range(4)]
    path = packed(tmp_path / "a.zip", {name: flat(place) for place, name in enumerate(names)})
    assert Counter(classes(path)["class"].to_pylist()) == {"cat": 4, "dog": 4}
    assert "The begin of a name is its class, as cat of train/cat.0.jpg." in told(path)
    plain = packed(tmp_path / "b.zip", {f"IMG_{n}.png": flat(n) for n in range(8)})
    assert classes(plain).column_names == ["picture"]
    assert told(plain).startswith("The pictures lie in no folder, so none has a class.")


def kind_of(way: str) -> str:
    return f"{way[0]}-"


def test_folders_of_windows_and_of_old_alphabets_are_read_as_people_wrote_them(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"Katzen\\1.png": flat(1), "Hüte/1.png": flat(2)})
    raw = path.read_bytes().replace("Hüte".encode(), "Hüte".encode())
    flags = bytearray(raw)
    for place in range(len(flags) - 4):  # as macOS writes it: UTF-8 that nothing tells of
        if flags[place : place + 4] == b"PK\x01\x02":
            flags[place + 9] &= ~8
        elif flags[place : place + 4] == b"PK\x03\x04":
            flags[place + 7] &= ~8
    path.write_bytes(bytes(flags))
    assert classes(path)["class"].to_pylist() == ["Katzen", "Hüte"]


def test_size_colour_and_fit_follow_from_the_pictures(tmp_path: Path) -> None:
    grey = packed(tmp_path / "a.zip", {f"{kind}/1.png": encoded(np.zeros((28, 28))) for kind in "ab"})
    assert {n: Folders.guess(grey, "a").options[n] for n in ("size", "colour", "fit")} == {
        "size": (28, 28), "colour": "grey", "fit": "stretch"
    }  # fmt: skip
    greys = packed(tmp_path / "c.zip", {f"{kind}/1.png": flat(9) for kind in "ab"})
    assert Folders.guess(greys, "c").options["colour"] == "grey"
    photos = packed(
        tmp_path / "b.zip",
        {"a/1.jpg": encoded(np.full((400, 200, 3), (9, 9, 90)), "JPEG"), "b/1.png": flat(1, (300, 300))},
    )
    assert {n: Folders.guess(photos, "b").options[n] for n in ("size", "colour", "fit")} == {
        "size": (128, 64), "colour": "colour", "fit": "pad"
    }  # fmt: skip


def test_many_pictures_are_proposed_so_small_that_all_find_room(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a/1.png": flat(1, (128, 128))})
    with zipfile.ZipFile(path) as archive:
        options = looked_at(path, archive.infolist() * 100_000)
    assert options["size"] == (82, 82)
    assert told_of_sizes({**options, "colour": "colour"}, 100_000).endswith("Decoded, all take 2,017 MB.")


def test_of_many_sizes_that_in_the_middle_is_taken(tmp_path: Path) -> None:
    icons = {f"a/{n}.png": flat(n, size=(side, side)) for n, side in enumerate([16, 16, 32, 32, 96, 96])}
    assert Folders.guess(packed(tmp_path / "a.zip", icons), "a").options["size"] == (32, 32)


HOW: dict[str, Any] = {"size": (6, 8), "colour": "colour", "background": "white", "fit": "stretch"}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_D13_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    for side in (12_000, 60_000):
        with pytest.raises(ValueError, match="16 million"):
            decode(png(side, side), **HOW)


def test_D14_each_mode_is_converted_by_rule() -> None:
    red = Image.new("RGB", (8, 6), (200, 10, 10))
    sixteen = Image.fromarray(np.full((6, 8), 200 * 256 + 7, "uint16"))
    clear = Image.new("RGBA", (8, 6), (200, 10, 10, 0))
    frames = [Image.new("RGB", (8, 6), (value, 0, 0)) for value in (200, 0)]
    tall = Image.fromarray(np.repeat(np.arange(8, dtype="uint8") * 30, 6).reshape(8, 6))
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    found = {
        "palette": decode(encoded(red.quantize(4)), **HOW)[0, 0].tolist(),
        "printing": decode(encoded(red.convert("CMYK"), "TIFF"), **HOW)[0, 0].tolist(),
        "16 bits": decode(encoded(sixteen), **HOW)[0, 0].tolist(),
        "1 bit": decode(encoded(Image.new("1", (8, 6), 1)), **HOW)[0, 0].tolist(),
        "clear": decode(encoded(clear), **HOW)[0, 0].tolist(),
        "clear on black": decode(encoded(clear), **{**HOW, "background": "black"})[0, 0].tolist(),
        "kept clear": decode(encoded(clear), **{**HOW, "colour": "alpha"})[0, 0].tolist()[3],
        "clear palette": decode(encoded(Image.new("P", (8, 6), 0), transparency=0), **HOW)[0, 0].tolist(),
        "grey and clear": decode(encoded(Image.new("LA", (8, 6), (0, 0))), **{**HOW, "colour": "grey"})[0, 0].tolist(),
        "animated": decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), **HOW)[0, 0].tolist(),
        "wrong ending": decode(encoded(red, "BMP"), **HOW)[0, 0].tolist(),
    }
    assert found == {
        "palette": [200, 10, 10], "printing": [200, 10, 10], "16 bits": [200] * 3, "1 bit": [255] * 3,
        "clear": [255] * 3, "clear on black": [0] * 3, "kept clear": 0, "clear palette": [255] * 3,
        "grey and clear": [255], "animated": [200, 0, 0], "wrong ending": [200, 10, 10],
    }  # fmt: skip
    for form in ("TIFF", "PNG"):
        turned = decode(encoded(tall, form, exif=exif), **{**HOW, "colour": "grey"})
        assert turned[:, 0, 0].tolist() == [210] * 6
    with pytest.raises(ValueError, match="is no picture of a kind that is read"):
        decode(encoded(red, "PCX"), **HOW)


@pytest.mark.parametrize(("fit", "edge", "middle"), [("stretch", 0, 90), ("crop", 60, 90), ("pad", 255, 90)])
def test_a_picture_of_other_proportions_is_fitted_as_is_said(fit: str, edge: int, middle: int) -> None:
    wide = np.repeat(np.arange(0, 180, 20), 20)[None, :].repeat(60, 0)
    made = decode(encoded(wide), **{**HOW, "size": (9, 9), "colour": "grey", "fit": fit})[..., 0]
    row = made[0] if fit == "pad" else made[4]
    assert (made.shape, abs(int(row[0]) - edge) < 12, abs(int(made[4, 4]) - middle) < 12) == ((9, 9), True, True)


def test_D14_what_cannot_be_decoded_is_listed_with_counts_and_left_out(tmp_path: Path) -> None:
    good = encoded(np.random.default_rng(0).integers(0, 255, (40, 40, 3)))
    members = {"a/1.png": good, "b/2.png": flat(2), "b/cut.png": good[: len(good) // 2], "a/none.jpg": b"plain text"}
    path = packed(tmp_path / "a.zip", members)
    looked = Folders.examined(path, Folders.guess(path, "a.zip").options)
    assert looked.options["skip"] == ("b/cut.png", "a/none.jpg")
    assert looked.told[0].startswith("Left out, since they cannot be decoded: 2. b/cut.png cannot be decoded: ")
    assert Folders.read(path, **looked.options)["picture"].to_pylist() == ["a/1.png", "b/2.png"]


def test_D15_only_safe_members_are_read_and_the_others_are_told_with_counts(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        {
            "a/1.png": flat(1), "b/1.png": flat(2), "B/1.png": flat(3), "../out.png": flat(), "/etc/out.png": flat(),
            "C:\\out.png": flat(), "__MACOSX/a/1.png": flat(), "a/.DS_Store": b"x", "a/more.zip": b"PK\x03\x04",
            "a/bell\x07.png": flat(), "a/read.me": b"x", "a/none.png": b"",
        },
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("a/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert classes(path)["picture"].to_pylist() == ["a/1.png", "b/1.png", "B/1.png"]
    said = told(path)
    for part in (
        "being a name that leads out of the zip: 3, such as ../out.png.", "being a link: 1, such as a/link.png.",
        "being a file of the operating system: 2", "being packed once more: 1, such as a/more.zip.",
        "being a name with control characters, or with over 200: 1, such as a/bell?.png.",
        "being of another kind: 1, such as a/read.me.", "being empty: 1",
        "1 names differ by capital letters alone, such as b/1.png",
        "Classes that differ by capital letters alone: b, B.",
    ):  # fmt: skip
        assert part in said
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_D15_too_many_members_are_refused_by_their_number_before_they_are_listed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds 100,001 files; at most 100,000 are read") as refused:
        reader_of(written(tmp_path / "a.zip", directory(100_001)), "a.zip")
    assert (refused.value.code, refused.value.facts["files"]) == ("E_DATA_SIZE", 100_001)


def test_D15_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    path, one = (packed(tmp_path / name, {"a/1.png": flat(), "b/2.png": flat()}) for name in ("a.zip", "b.zip"))
    raw = path.read_bytes()
    first, last = raw.index(b"PK\x01\x02") + 8, raw.rindex(b"PK\x01\x02") + 8
    path.write_bytes(raw[:first] + b"\x01" + raw[first + 1 : last] + b"\x01" + raw[last + 1 :])
    one.write_bytes(raw[:first] + b"\x01" + raw[first + 1 :])
    assert "Left out, being locked by a password: 1, such as a/1.png." in told(one)
    with pytest.raises(DataError, match="is locked by a password") as refused:
        reader_of(path, "a.zip")
    assert refused.value.code == "E_DATA_LOCKED"


def test_D16_a_zip_that_says_it_is_a_bomb_is_refused_from_its_directory(tmp_path: Path) -> None:
    zeros = packed(tmp_path / "a.zip", {"a/1.png": bytes(70_000_000)})
    with pytest.raises(DataError, match="times its size") as refused:
        reader_of(zeros, "a.zip")
    assert refused.value.code == "E_DATA_SIZE"
    with pytest.raises(DataError, match=r"at most 1,074 MB are read"):
        reader_of(written(tmp_path / "b.zip", directory(300, size=60_000_000)), "b.zip")


def test_D16_a_member_that_is_larger_than_it_says_is_not_unpacked_further(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a/1.png": bytes(20_000_000), "b/1.png": flat()})
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1000)))
    looked = Folders.examined(path, Folders.guess(path, "a.zip").options)
    assert looked.options["skip"] == ("a/1.png",)
    large = zipfile.ZipInfo("a/1.png")
    large.file_size = LARGEST_MEMBER + 1
    assert why_left_out(large, (".png",)) == "over 64 MB"


def test_D17_one_class_few_pictures_and_too_many_classes_are_told(tmp_path: Path) -> None:
    one = packed(tmp_path / "a.zip", {f"cats/{n}.png": flat(n) for n in range(3)})
    assert told(one).startswith("All pictures lie in one folder, cats: that is one class, and nothing to tell it from.")
    few = packed(
        tmp_path / "b.zip", {f"{name}/1.png": flat(n) for n, name in enumerate(("<img onerror=x>", "../a", "'b"))}
    )
    assert classes(few)["class"].to_pylist() == ["<img onerror=x>", "'b"]
    assert "fewer than 3 pictures, which cannot be in all three parts of the split: <img onerror=x>, 'b." in told(few)
    many = packed(tmp_path / "d.zip", {f"{n}/1.png": b"x" if n else flat() for n in range(10_001)})
    with pytest.raises(DataError, match=r"has 10,001 folders with pictures, each a class; at most 10,000") as refused:
        Folders.guess(many, "d.zip")
    assert refused.value.code == "E_DATA_CLASSES"


@pytest.mark.parametrize("text", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html><script>1</script>"])
def test_X6_a_drawing_or_a_page_is_no_picture(tmp_path: Path, text: bytes) -> None:
    for name in ("a.svg", "a.html", "a.png"):
        (tmp_path / name).write_bytes(text)
        with pytest.raises(DataError) as refused:
            reader_of(tmp_path / name, name)
        assert refused.value.code == "E_DATA_FORMAT"
    with pytest.raises(ValueError, match="is no picture of a kind that is read"):
        opened(text)
    path = packed(tmp_path / "a.zip", {"a/1.svg": text, "a/2.png": text, "b/3.png": flat()})
    looked = Folders.examined(path, Folders.guess(path, "a.zip").options)
    assert Folders.read(path, **looked.options)["picture"].to_pylist() == ["b/3.png"]


def test_copies_are_told_and_marked_also_in_more_than_one_class(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a/1.png": flat(1), "a/2.png": flat(1), "b/3.png": flat(1), "b/4.png": flat(2)})
    said = told(path)
    assert "2 of 4 pictures are exact copies of another, such as a/2.png of a/1.png." in said
    assert "1 picture lies in more than one class, such as a/1.png and b/3.png: one of the classes is wrong." in said
    table = classes(path)
    assert table.schema.field("group").metadata == {b"is": b"group"}
    assert [len(set(table["group"].to_pylist()[:3])), len(set(table["group"].to_pylist()))] == [1, 2]


def test_pictures_of_one_length_and_checksum_are_no_copies(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (900, 28, 28))
    path = packed(tmp_path / "a.zip", {f"{n % 2}/{n}.png": encoded(one) for n, one in enumerate(noise)})
    with zipfile.ZipFile(path) as archive:
        assert len({(info.file_size, info.CRC) for info in archive.infolist()}) < 900
    options = Folders.guess(path, "a.zip").options
    assert options["together"] == "none"
    assert len({*Folders.read(path, **{**options, "together": "copies"})["group"].to_pylist()}) == 900


def test_pictures_are_decoded_when_they_are_wanted_once_and_stay_on_the_disk(tmp_path: Path) -> None:
    members = {f"a/{n}.png": flat(n) for n in range(20)} | {"a/20.png": b"no picture"}
    path, calls = packed(tmp_path / "a.zip", members), []

    def counted(data: bytes) -> Any:
        calls.append(data)
        return decode(data, **HOW)

    rows = Pictures(path, [*members], counted, (6, 8, 3), tmp_path / "kept")
    assert rows.take(np.array([7, 3]))[:, 0, 0, 0].tolist() == [7, 3]
    assert (rows.done, len(calls)) == (2, 2)
    assert rows.take(np.arange(20))[:, 0, 0, 0].tolist() == [*range(20)]
    assert (rows.done, len(calls)) == (20, 20)
    with pytest.raises(DataError, match=r"a/20\.png is no picture .*\. Leave it out: name it under skip"):
        rows.take(np.array([19, 20]))
    before = len(calls)
    again = Pictures(path, [*members], counted, (6, 8, 3), tmp_path / "kept")
    assert (again.take(np.array([19]))[0, 0, 0, 0], len(calls)) == (19, before)


def test_what_is_printed_of_a_reader_stands_alone_and_gives_the_same(tmp_path: Path) -> None:
    folders = {f"{kind}/{n}.png": flat(n) for kind in "ab" for n in range(3)}
    labels = b"file,kind\n" + b"".join(f"{n}.png,k{n % 2}\n".encode() for n in range(4))
    pairs = {f"{kind}/{n}.png": encoded(np.eye(6, 8) * 255) for kind in ("images", "masks") for n in range(3)}
    for reader, members in (
        (Folders, folders), (Masks, pairs),
        (Labelled, {f"im/{n}.png": flat(n) for n in range(4)} | {"labels.csv": labels}),
    ):  # fmt: skip
        path = packed(tmp_path / f"{reader.name}.zip", members)
        assert reader_of(path, path.name) is reader
        options, printed = reader.guess(path, path.name).options, dict[str, Any](np=np)
        for function in (*reader.uses, reader.read, *DECODING):
            exec(inspect.getsource(function), printed)
        table = reader.read(path, **options)
        assert printed[reader.read.__name__](path, **options).equals(table)
        for column in [field.name for field in table.schema if (field.metadata or {}).get(b"is") == b"picture"]:
            one = reader(options)
            function, how = one.decoding(column)
            names = table[column].to_pylist()
            made = printed["load_pictures"](path, names, printed[function.__name__], **how)
            kept = Pictures(path, names, one.decoder(column), one.shape_of(column), tmp_path / reader.name / column)
            assert np.array_equal(made, kept.take(np.arange(len(names)))) and made.dtype == np.uint8 and made.any()


DECODING = (opened, upright, decode, mask_values, decode_mask, load_pictures)


def test_a_table_beside_the_pictures_is_read_by_the_names_it_has_for_them(tmp_path: Path) -> None:
    lines = ["Nr;Datei;Art;Länge"] + [f"{n};bild{n}.JPG;{'Hund' if n % 2 else 'Bär'};{n},5" for n in range(1, 7)]
    members = {f"train/Bild{n}.jpg": encoded(np.full((5, 5, 3), n), "JPEG") for n in range(5)}
    path = packed(tmp_path / "a.zip", members | {"daten/namen.csv": "\r\n".join(lines).encode("cp1252")})
    reader = reader_of(path, path.name)
    guess = reader.guess(path, path.name)
    assert {n: guess.options[n] for n in ("table", "separator", "decimal", "encoding", "file_column")} == {
        "table": "daten/namen.csv", "separator": ";", "decimal": ",", "encoding": "cp1252", "file_column": "Datei"
    }  # fmt: skip
    assert guess.told[0] == "daten/namen.csv names pictures in its column Datei: 4 of 6 rows have one."
    parted = reader.read(path, **{**guess.options, "parts": True, "together": "copies"})
    assert (parted["part"].to_pylist(), len({*parted["group"].to_pylist()})) == (["train"] * 4, 4)
    assert "1 pictures are in no row, and are left out." in guess.told
    assert reader.read(path, **guess.options).to_pydict() == {
        "Nr": [1, 2, 3, 4], "Datei": [f"train/Bild{n}.jpg" for n in range(1, 5)],
        "Art": ["Hund", "Bär", "Hund", "Bär"], "Länge": [1.5, 2.5, 3.5, 4.5],
    }  # fmt: skip


def test_numbers_without_ending_name_pictures_too_and_two_of_one_name_name_none(tmp_path: Path) -> None:
    labels = b"".join(f"{n:03d},{n}\n".encode() for n in range(6))
    members = {f"{n:03d}.png": flat(n) for n in range(5)} | {"more/000.png": flat(9), "labels.csv": labels}
    path = packed(tmp_path / "a.zip", members)
    guess = Labelled.guess(path, "a.zip")
    assert (guess.options["header"], guess.options["file_column"]) == (False, "f0")
    assert Labelled.read(path, **guess.options)["f0"].to_pylist() == [f"{n:03d}.png" for n in range(1, 5)]


def test_copies_of_other_labels_are_told(tmp_path: Path) -> None:
    labels = b"file,kind\n" + b"".join(f"{n}.png,{'ab'[n // 3]}\n".encode() for n in range(6))
    path = packed(tmp_path / "a.zip", {f"{n}.png": flat(n % 5) for n in range(7)} | {"labels.csv": labels})
    guess = Labelled.guess(path, "a.zip")
    assert guess.options["together"] == "copies"
    assert {*guess.told} >= {
        "1 of 6 pictures is an exact copy of another, such as 5.png of 0.png.",
        "1 picture lies in more than one class, such as 0.png and 5.png: one of the classes is wrong.",
    }


def test_a_list_of_names_and_numbers_is_a_table(tmp_path: Path) -> None:
    lines = "".join(f"/home/me/images/{n}.png {n % 2}\n" for n in range(6)).encode()
    path = packed(tmp_path / "a.zip", {f"set/images/{n}.png": flat(n) for n in range(6)} | {"set/train.txt": lines})
    reader = reader_of(path, "a.zip")
    assert reader.read(path, **reader.guess(path, "a.zip").options).to_pydict() == {
        "f0": [f"set/images/{n}.png" for n in range(6)], "f1": [n % 2 for n in range(6)]
    }  # fmt: skip


def test_a_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    labels = b"file,kind\n" + b"".join(f"{n}.png,a\n".encode() for n in range(4)) + b"4.png,a,b\n"
    path = packed(tmp_path / "a.zip", {f"{n}.png": flat(n) for n in range(5)} | {"labels.csv": labels})
    with pytest.raises(DataError, match=r"The table labels.csv of the zip cannot be read: .*Expected 2 columns, got 3"):
        Labelled.guess(path, "a.zip")


@pytest.mark.parametrize(
    ("picture", "mask"),
    [("images/{}.jpg", "masks/{}.png"), ("{}.png", "{}_mask.png"),
     ("train/JPEGImages/{}.jpg", "train/SegmentationClass/{}.png"), ("data/{}.png", "data/labels/{}_seg.png")],
)  # fmt: skip
def test_a_mask_belongs_to_the_picture_of_its_name(tmp_path: Path, picture: str, mask: str) -> None:
    classes = Image.fromarray(np.repeat(np.array([[0, 1, 7]], "uint8"), 3, 0), "L").convert("P")
    form = "JPEG" if ".jpg" in picture else "PNG"
    members = {picture.format(n): encoded(np.full((3, 3, 3), 60 * n), form) for n in range(4)}
    path = packed(tmp_path / "a.zip", members | {mask.format(n): encoded(classes) for n in range(3)})
    reader = reader_of(path, "a.zip")
    assert reader is Masks
    guess = reader.guess(path, "a.zip")
    table = reader.read(path, **guess.options)
    assert table.to_pydict() == {kind: [one.format(n) for n in range(3)] for kind, one in
                                 (("picture", picture), ("mask", mask))}  # fmt: skip
    assert {*map(str, guess.told)} >= {
        "3 pictures, each with a mask.",
        "1 pictures have no mask of their name, and are left out.",
    }
    looked = reader.examined(path, {**guess.options, "values": (0, 7)})
    assert looked.options["values"] == (0, 1, 7)
    decoded = Masks(looked.options).decoder("mask")(encoded(classes))
    assert decoded.tolist() == [[0, 1, 2]] * 3


def test_a_mask_of_colours_or_of_jpeg_gives_classes_and_a_strange_value_is_named(tmp_path: Path) -> None:
    colours = np.array([[[0, 0, 0], [0, 0, 128]], [[128, 0, 0], [0, 0, 0]]])
    values = (0, 128, 128 << 16)
    made = decode_mask(encoded(colours), size=(2, 2), values=values, nearest=False, fit="stretch")
    assert made.tolist() == [[0, 1], [2, 0]]
    path = packed(tmp_path / "a.zip", {f"{kind}/1.png": encoded(colours) for kind in ("images", "masks")})
    options = Masks.guess(path, "a.zip").options
    marks = Masks.read(path, **options).schema.field("mask").metadata
    assert (options["values"], json.loads(marks[b"classes"])) == (values, ["#000000", "#000080", "#800000"])
    lossy = encoded(np.array([[0, 3, 250, 255]]))
    assert decode_mask(lossy, size=(1, 4), values=(0, 255), nearest=True, fit="stretch").tolist() == [[0, 0, 1, 1]]
    with pytest.raises(ValueError, match="has the value 3, which is none of 0, 255"):
        decode_mask(lossy, size=(1, 4), values=(0, 255), nearest=False, fit="stretch")


@corpus
def test_tango_icons_come_out_with_the_stated_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "graphbuilder.readers.archive.monotonic", lambda: 0.0
    )  # all are looked at on a slow machine too
    assert CORPUS is not None
    path = CORPUS / "tango_icons.zip"
    facts = next(one for one in json.loads((CORPUS / "facts.json").read_text()) if one["file"] == path.name)["facts"]
    reader = reader_of(path, path.name)
    guess = reader.guess(path, path.name)
    looked = reader.examined(path, guess.options)
    table = reader.read(path, **looked.options)
    assert reader is Folders and table.num_rows == facts["images"]
    assert Counter(table["class"].to_pylist()) == facts["classes"]
    assert len({*table["group"].to_pylist()}) == facts["distinct files by content"]
    assert "635 of 850 pictures are exact copies" in " ".join(guess.told)
    assert "No picture lies in more than one class." in guess.told
    assert looked.options["skip"] == () and looked.told == ("Pictures: 850 with transparency.",)
    assert guess.options["size"] == (32, 32)


@corpus
def test_emoji_come_out_with_the_stated_facts() -> None:
    assert CORPUS is not None
    path = CORPUS / "emoji_64.zip"
    facts = next(one for one in json.loads((CORPUS / "facts.json").read_text()) if one["file"] == path.name)
    reader = reader_of(path, path.name)
    guess = reader.guess(path, path.name)
    table = reader.read(path, **guess.options)
    assert reader is Labelled and (table.num_rows, table.num_columns) == (facts["rows"], facts["columns"])
    assert Counter(table["category"].to_pylist()) == facts["facts"]["classes"]
    assert guess.options["size"] == (64, 64) and guess.options["together"] == "none"
    looked = reader.examined(path, guess.options)
    assert looked.options["skip"] == ()
    assert looked.told == (
        "Pictures: 748 with transparency; 12 grey with transparency; 2 with a palette: made red, green and blue.",
    )


def test_a_look_takes_masks_for_the_answer_and_keeps_copies_together(tmp_path: Path) -> None:
    masks = {f"masks/{n}.png": encoded(np.arange(48).reshape(6, 8) % 3) for n in range(4)}
    members = masks | {f"images/{n}.png": encoded(np.full((6, 8), n)) for n in range(4)}
    found = look(packed(tmp_path / "a.zip", members), "a.zip", Wish(), title="a", hash="0" * 64)
    fields = [(one["name"], one["kind"], one["shape"], one["classes"]) for one in found["description"]["fields"]]
    assert fields == [("picture", "image", [6, 8, 1], []), ("mask", "class", [6, 8], ["0", "1", "2"])]
    again = packed(tmp_path / "b.zip", {f"{kind}/{n}.png": flat(n // 2) for kind in "ab" for n in range(4)})
    columns = look(again, "b.zip", Wish(), title="b", hash="0" * 64)["columns"]
    assert [(one["name"], one["role"]) for one in columns] == [
        ("picture", "feature"), ("class", "target"), ("group", "group")
    ]  # fmt: skip


def test_functions_that_are_printed_together_have_names_of_their_own() -> None:
    own = [*PRINTED, preparation.split_rows, preparation.adapt]
    for reader in READERS.values():
        names = [one.__name__ for one in dict.fromkeys((*reader.uses, reader.read, *DECODING, *own))]
        assert [name for name, count in Counter(names).items() if count > 1] == [], reader.name
