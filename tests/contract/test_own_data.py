"""Data of one's own train, and their code reads the same file with the same rules in a process of its own."""

import ast
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.checks import Report, check
from graphbuilder.codegen import to_python
from graphbuilder.datasets import FILES, Description
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.exports import Subject, everything
from graphbuilder.plan import Plan, plan
from graphbuilder.readers import DataError
from graphbuilder.understanding.looking import Wish, look
from tests.contract.fresh_data import measured, summed
from tests.contract.warm import Warm

ROWS = 120
RANDOM = np.random.default_rng(7)
COLOURS = ("red", "green", "blue")


def people(rows: int = ROWS) -> dict[str, list[Any]]:
    """A table with numbers, gaps, categories and a target that follows from them."""
    age = RANDOM.integers(18, 80, rows).tolist()
    height = np.round(RANDOM.normal(170, 10, rows), 1).tolist()
    colour = RANDOM.choice(COLOURS, rows).tolist()
    bought = ["yes" if a > 50 or c == "red" else "no" for a, c in zip(age, colour, strict=True)]
    gaps = [None if place % 11 == 3 else value for place, value in enumerate(height)]
    words = [None if place % 13 == 5 else value for place, value in enumerate(colour)]
    return {"age": age, "height": gaps, "colour": words, "bought": bought}


def prices() -> dict[str, list[Any]]:
    """A price that follows from the size and the colour."""
    table = people()
    more = {"red": 40, "green": 10, "blue": 0}
    price = [a + more[c or "blue"] for a, c in zip(table["age"], table["colour"], strict=True)]
    return {"age": table["age"], "colour": table["colour"], "price": price}


def sales() -> dict[str, list[Any]]:
    """Sales near 160, of what was spent on advertising."""
    random = np.random.default_rng(8)
    spent, fair = random.integers(0, 300, 400).tolist(), random.integers(0, 50, 400).tolist()
    sold = [round(140 + s / 10 + f / 5 + e, 1) for s, f, e in zip(spent, fair, random.normal(0, 1, 400), strict=True)]
    return {"spent": spent, "fair": fair, "sales": sold}


def tagged() -> dict[str, list[Any]]:
    """Several names in a cell, each of which follows from a number."""
    length, loud = RANDOM.integers(60, 200, 300).tolist(), RANDOM.integers(0, 100, 300).tolist()
    genres = [
        "; ".join([*(["Epic"] if a > 130 else []), *(["Musical"] if b > 50 else []), "Film"])
        for a, b in zip(length, loud, strict=True)
    ]
    return {"length": length, "loud": loud, "genres": genres}


def csv_of(table: dict[str, list[Any]], separator: str = ",", decimal: str = ".") -> bytes:
    lines = [separator.join(table)]
    for row in zip(*table.values(), strict=True):
        cells = ["" if cell is None else str(cell) for cell in row]
        lines.append(separator.join(cell.replace(".", decimal) if decimal != "." else cell for cell in cells))
    return "\n".join([*lines, ""]).encode()


def parquet_of(table: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(table), out)
    return out.getvalue()


def sqlite_of(table: dict[str, list[Any]], path: Path) -> bytes:
    with sqlite3.connect(path) as base:
        base.execute(f"create table people ({', '.join(table)})")
        marks = ", ".join("?" * len(table))
        base.executemany(f"insert into people values ({marks})", list(zip(*table.values(), strict=True)))
    base.close()
    return path.read_bytes()


def npz_of(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def png_of(values: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(values).save(out, "PNG")
    return out.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def pictures(count: int = 40) -> dict[str, bytes]:
    shades = {"dark": 60, "light": 200}
    return {
        f"{name}/{number}.png": png_of((RANDOM.integers(-40, 40, (12, 12, 3)) + shade).clip(0, 255).astype("uint8"))
        for name, shade in shades.items()
        for number in range(count // 2)
    }


def masks() -> dict[str, bytes]:
    found = {}
    for number in range(20):
        picture = RANDOM.integers(0, 90, (16, 16, 3)).astype("uint8")
        mask = np.zeros((16, 16), "uint8")
        top, left = RANDOM.integers(0, 9, 2)
        mask[top : top + 6, left : left + 6] = 255
        picture[mask > 0] += 150
        found[f"images/{number}.png"], found[f"masks/{number}.png"] = png_of(picture), png_of(mask)
    return found


def texts() -> dict[str, bytes]:
    words = {"good": ("fine", "lovely", "great"), "bad": ("awful", "boring", "weak")}
    return {
        f"{name}/{number}.txt": " ".join(RANDOM.choice([*own, "the", "film", "was"], 12)).encode()
        for name, own in words.items()
        for number in range(30)
    }


def series(rows: int = 200) -> bytes:
    hours = np.arange(rows)
    stamps = np.datetime_as_string(np.datetime64("2020-01-01T00") + hours * np.timedelta64(1, "h"), "m")
    load = np.sin(hours / 4) + RANDOM.normal(0, 0.05, rows)
    return csv_of({"time": [s.replace("T", " ") + ":00" for s in stamps], "load": np.round(load, 4).tolist()})


def workbook(table: dict[str, list[Any]]) -> bytes:
    """An .xlsx as small as it can be."""
    rows = [list(table), *map(list, zip(*table.values(), strict=True))]
    sheet = ""
    for down, row in enumerate(rows, 1):
        cells = ""
        for across, value in enumerate(row):
            place = f"{'ABCDEFGH'[across]}{down}"
            if isinstance(value, str):
                cells += f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
            elif value is not None:
                cells += f'<c r="{place}"><v>{value}</v></c>'
        sheet += f'<row r="{down}">{cells}</row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    of_office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zip_of(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
                f'Type="{of_office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{of_office}"><sheets><sheet name="people" sheetId="1" r:id="r1"/>'
                "</sheets></workbook>"
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{of_office}/worksheet" '
                'Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
            ).encode(),
        }
    )


def records(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def idx_like() -> bytes:
    images = RANDOM.integers(0, 256, (100, 8, 8)).astype("uint8")
    labels = np.arange(100) % 4
    return npz_of(x_train=images[:80], y_train=labels[:80], x_test=images[80:], y_test=labels[80:])


def colours_first() -> bytes:
    """Pictures whose colours come first, with a row of 0 and 1 for each class."""
    random = np.random.default_rng(5)
    kinds = random.integers(0, 3, 90)
    pictures = random.integers(0, 99, (90, 3, 8, 9)) + 150 * np.eye(3, dtype=int)[kinds][:, :, None, None]
    np.savez(out := io.BytesIO(), images=pictures.astype("uint8"), labels=np.eye(3)[kinds])
    return out.getvalue()


def odd_table() -> bytes:
    """Names in two lines, quotes behind blanks, days in digits, and yes and no in German."""
    random = np.random.default_rng(6)
    rows = [
        f'"Ort {n % 3}, Nord", {random.normal():.3f}, 202001{n % 28 + 1:02d}, {"ja" if n % 2 else "nein"}, {n % 2}'
        for n in range(90)
    ]
    return "\n".join(["shop, , date, open, sold", "town, size, , ,", *rows]).encode()


SOURCES: dict[str, tuple[str, Callable[[Path], bytes], dict[str, Any]]] = {
    "csv": ("people.csv", lambda _: csv_of(people()), {}),
    "german": ("leute.csv", lambda _: csv_of(people(), ";", ","), {}),
    "packed": ("people.csv.gz", lambda _: gzip.compress(csv_of(people())), {}),
    "excel": ("people.xlsx", lambda _: workbook(people()), {}),
    "parquet": ("people.parquet", lambda _: parquet_of(people()), {}),
    "json": ("people.json", lambda _: json.dumps(records(people())).encode(), {}),
    "lines": ("people.jsonl", lambda _: "\n".join(map(json.dumps, records(people()))).encode(), {}),
    "sqlite": ("people.db", lambda folder: sqlite_of(people(), folder / "made.db"), {}),
    "regression": ("prices.csv", lambda _: csv_of(prices()), {"target": "price"}),
    "far from 0": ("sales.csv", lambda _: csv_of(sales()), {"target": "sales"}),
    "labels": ("films.csv", lambda _: csv_of(tagged()), {"target": "genres"}),
    "series": ("load.csv", lambda _: series(), {}),
    "arrays": ("images.npz", lambda _: idx_like(), {}),
    "rows of classes": ("colours.npz", lambda _: colours_first(), {}),
    "a table in a zip": (
        "people.zip",
        lambda _: zip_of({"a/test.csv": b"x,y\n1,2\n", "a/train.csv": csv_of(people(), ";", ",")}),
        {},
    ),
    "names in two lines": ("shop.csv", lambda _: odd_table(), {}),
    "folders": ("shades.zip", lambda _: zip_of(pictures()), {}),
    "masks": ("squares.zip", lambda _: zip_of(masks()), {}),
    "texts": ("films.zip", lambda _: zip_of(texts()), {}),
}


class Tried:
    """One source: drawn, planned, and its code written beside its file."""

    def __init__(self, name: str, home: Path) -> None:
        file, made, wish = SOURCES[name]
        (home / FILES).mkdir(exist_ok=True)
        self.home, self.folder = home, home / f"code-{name}"
        self.folder.mkdir()
        content = made(home / "scratch")
        hash = sha256(content).hexdigest()
        (home / FILES / hash).write_bytes(content)
        (self.folder / file).write_bytes(content)
        self.found = look(home / FILES / hash, file, Wish.of(wish), title=name, hash=hash)
        assert self.found["description"], self.found["fault"]
        described = Description.model_validate(self.found["description"])
        drawn = draw_network(editing.use_own_data(Document(name=name), described))
        drawn = editing.set_training(editing.set_training(drawn, "epochs", 2), "patience", 0)
        self.document = read_document(write_document(drawn))
        self.report: Report = check(self.document)
        self.plan: Plan = plan(self.report)
        (self.folder / "net.py").write_text(to_python(self.plan), "utf-8")
        if name in ZIPPED:
            (self.folder / file).unlink()
            packed = b"".join(everything(Subject(self.report, data=home / FILES / hash)))
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                archive.extractall(self.folder)
            (self.folder / "model.py").replace(self.folder / "net.py")


ZIPPED = ("csv", "folders")
"""Those whose code and data come out of the archive of everything."""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tried]:
    home = tmp_path_factory.mktemp("home")
    (home / "scratch").mkdir()
    return {name: Tried(name, home) for name in SOURCES}


@pytest.fixture(scope="module")
def told(tried: dict[str, Tried], warm: Warm) -> dict[str, Any]:
    """What the code of all sources told in one fresh process."""
    script = Path(__file__).with_name("fresh_data.py")
    folders = [str(one.folder) for one in tried.values()]
    ran = warm.run(script, *folders)
    assert ran.returncode == 0, ran.stderr[-3000:]
    every = json.loads(ran.stdout.splitlines()[-1])
    return {name: every[str(one.folder)] for name, one in tried.items()}


@pytest.mark.parametrize("name", SOURCES)
def test_the_code_has_the_same_parts_inputs_targets_and_measures(
    name: str, tried: dict[str, Tried], told: dict[str, Any]
) -> None:
    from graphbuilder.compiler import inputs_of, ready_model, split, targets_of

    one = tried[name]
    arrays = prepare(one.plan.source, one.home).arrays
    for part, rows in zip(("train", "validation", "test"), split(one.plan, arrays), strict=True):
        here = summed(inputs_of(one.plan, arrays, rows), targets_of(one.plan, arrays, rows))
        assert here.keys() == told[name][part].keys()
        for field, sums in here.items():
            assert sums[0] == told[name][part][field][0], (part, field)
            if isinstance(sums[1], list):
                assert sums[1] == told[name][part][field][1], (part, field)
            else:
                np.testing.assert_allclose(sums[1:], told[name][part][field][1:], rtol=1e-6, err_msg=f"{part} {field}")
    train = split(one.plan, arrays)[0]
    model = ready_model(one.plan, inputs_of(one.plan, arrays, train))
    here = measured(model)
    assert here.keys() == told[name]["measured"].keys()
    for layer, values in here.items():
        if values and isinstance(values[0], str):
            assert values == told[name]["measured"][layer]
        else:
            np.testing.assert_allclose(values, told[name]["measured"][layer], rtol=1e-4)


LEARNED = {
    "csv": ("val_accuracy", 0.8),
    "labels": ("val_accuracy", 0.9),
    "folders": ("val_accuracy", 0.9),
    "texts": ("val_accuracy", 0.8),
    "masks": ("val_accuracy", 0.95),
    "series": ("val_r2", 0.8),
    "regression": ("val_r2", 0.8),
}


@pytest.mark.parametrize("name", LEARNED)
def test_a_network_that_is_drawn_for_data_learns_them(name: str, tried: dict[str, Tried]) -> None:
    from graphbuilder.training.runs import run

    one = tried[name]
    document = editing.set_training(editing.set_training(one.document, "epochs", 40), "batch_size", 16)
    document = editing.set_optimizer_option(document, "learning_rate", 0.01)
    kept = run(check(document), one.home, lambda event: None).ended
    metric, least = LEARNED[name]
    assert kept.state == "finished"
    assert kept.kept[metric] >= least, kept.kept


def test_amounts_far_from_0_are_learned_with_the_usual_settings(tried: dict[str, Tried]) -> None:
    """By a Rescaling behind the last Linear, of the mean and the spread of the training part alone."""
    from graphbuilder.compiler import split
    from graphbuilder.training.runs import run

    one = tried["far from 0"]
    arrays = prepare(one.plan.source, one.home).arrays
    train = arrays["sales"][split(one.plan, arrays)[0]]
    (drawn,) = (node for node in one.document.nodes if node.kind == "Rescaling")
    assert drawn.params["scale"] == pytest.approx(float(train.std()), rel=1e-3)
    assert drawn.params["offset"] == pytest.approx(float(train.mean()), abs=drawn.params["scale"] / 1000)
    usual = Document().training
    document = one.document.model_copy(update={"training": usual})
    kept = run(check(document), one.home, lambda event: None).ended
    assert kept.kept["val_r2"] > 0.5, kept.kept
    code = to_python(one.plan)
    assert f"{drawn.params['scale']!r}" in code and f"{drawn.params['offset']!r}" in code


def test_a_picture_that_cannot_be_decoded_is_named_where_it_is_wanted(tmp_path: Path) -> None:
    """One that nobody looked at before: the look had no time for all of them."""
    from graphbuilder.training.jobs.telling import in_words
    from graphbuilder.training.runs import run

    (tmp_path / FILES).mkdir()
    content = zip_of(pictures() | {"dark/broken.png": b"no picture at all"})
    hash = sha256(content).hexdigest()
    (tmp_path / FILES / hash).write_bytes(content)
    found = look(tmp_path / FILES / hash, "shades.zip", Wish(), title="shades", hash=hash)
    told = {**found["description"], "options": {**found["description"]["options"], "skip": []}, "rows": 41}
    told["class_rows"] = [21, 20]
    document = draw_network(editing.use_own_data(Document(), Description.model_validate(told)))
    with pytest.raises(Exception) as fault:
        run(check(document), tmp_path, lambda event: None)
    assert in_words(fault.value, 10**9, "train").startswith("dark/broken.png is no picture"), in_words(
        fault.value, 10**9, "train"
    )


def test_names_that_are_imported_for_a_reader_mean_one_thing(tried: dict[str, Tried]) -> None:
    """Imports of all functions stand at the head of the file together."""
    for name, one in tried.items():
        meant: dict[str, str] = {}
        body = ast.parse((one.folder / "net.py").read_text("utf-8")).body
        for line in body:
            if isinstance(line, ast.Import | ast.ImportFrom):
                for alias in line.names:
                    whole = f"{getattr(line, 'module', '')}.{alias.name}"
                    assert meant.setdefault(alias.asname or alias.name.split(".")[0], whole) == whole, (name, whole)
        defined = [part.name for part in body if isinstance(part, ast.FunctionDef)]
        assert len(defined) == len(set(defined)), name


def test_a_split_that_leaves_no_row_to_train_on_says_so(tmp_path: Path) -> None:
    from graphbuilder.training.parts import parts

    (tmp_path / "rows.csv").write_text("a,b,kind\n" + "".join(f"{n},{n * n % 7},k{n}\n" for n in range(30)))
    found = look(tmp_path / "rows.csv", "rows.csv", Wish(target="kind"), title="rows", hash="0" * 64)
    assert [one["code"] for one in found["facts"]["findings"] if one["severity"] == "error"] == ["E_DATA_ONE_ROW_EACH"]
    document = draw_network(editing.use_own_data(Document(), Description.model_validate(found["description"])))
    planned = plan(check(document))
    data = {"numbers": np.zeros((30, 2), "float32"), "kind": np.arange(30)}
    with pytest.raises(DataError, match="leaves the training part no row, of 30"):
        parts(planned, data)
