"""A run in a folder, asked once more: how its model does on a part of the data, and what it answers for every row."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from graphbuilder.checks import Report
from graphbuilder.compiler import ready_model, split
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.evaluation import Score, macro, of_classes, of_names, weighted
from graphbuilder.plan import Plan, plan
from graphbuilder.readers import DataError
from graphbuilder.records.folder import MODEL, TEST
from graphbuilder.training.parts import parts
from graphbuilder.training.predictions import write_predictions
from graphbuilder.training.results import judged, results


def tested(report: Report, home: Path, folder: Path, part: str, file: Path | None = None) -> dict[str, Any]:
    """How the model of a saved run does on a part, as JSON values: "metrics", and for each Loss the scores of its
    classes. Every look at the test part is counted in the folder. file: where the answers for every row go.

    Raises DataError where the data are not there or the part has no row, OSError where the folder cannot be written.
    """
    planned = plan(report)
    data = prepare(planned.source, home).arrays
    model = ready_model(planned, parts(planned, data).x)
    model.set_weights(keras.models.load_model(folder / MODEL, compile=False).get_weights())
    rows = split(planned, data)[("train", "validation", "test").index(part)]
    if not len(rows):
        raise DataError(f"There is no {part} part: the split keeps no rows for it.")
    found = {
        "part": part,
        "rows": len(rows),
        "metrics": judged(model, planned, data, rows),
        "outputs": [_scored(told) for told in results(model, report, planned, data, rows)],
    }
    if part == "test":
        found["looks"] = _counted(folder)
    if file:
        write_rows(file, model, report, planned, home, rows)
    return found


def write_rows(file: Path, model: keras.Model, report: Report, planned: Plan, home: Path, rows: Any = None) -> None:
    """The answers for every row as CSV. rows: those of the validation part where none are given."""
    snapshot = prepare(planned.source, home)
    data, numbers = snapshot.arrays, snapshot.row_numbers(planned.source, home)
    some = split(planned, data)[1] if rows is None else np.asarray(rows)
    with file.open("wb") as out:
        write_predictions(out, model, report, planned, data, some, numbers)


def _counted(folder: Path) -> int:
    path = folder / TEST
    looks = 1 + (json.loads(path.read_text("utf-8"))["looks"] if path.is_file() else 0)
    path.write_text(json.dumps({"looks": looks}) + "\n", encoding="utf-8")
    return looks


def _scored(told: dict[str, Any]) -> dict[str, Any]:
    """What is told of an output without the rows that are shown of it."""
    names = ["output", "label", "target", "kind", "baseline", "residuals"]
    kept = {name: told[name] for name in names if name in told}
    if told["kind"] not in ("classes", "names"):
        return kept
    classes = told.get("classes") or told["names"]
    scores = of_classes(told["confusion"]) if "confusion" in told else of_names(told["counts"])
    areas = told["curves"]["areas"]
    kept["classes"] = [
        {"name": name, **(asdict(one) if one else {}), "auc": auc, "ap": ap}
        for name, one, (auc, ap) in zip(classes, scores, areas, strict=True)
    ]
    means: dict[str, Score | None] = {"macro": macro(scores), "weighted": weighted(scores)}
    kept |= {name: asdict(one) for name, one in means.items() if one}
    if "calibration" in told:
        kept["calibration_error"] = told["calibration"]["error"]
    return kept
