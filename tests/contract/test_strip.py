"""Samples before and after a node are those of the training part, and what Keras makes of them."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import plan
from tests.networks import DIGIT, PIXELS, SCORES, chain, node

FLIPPED = chain(
    node("in", "Input", field="image"),
    node("half", "Rescaling", scale=1 / 16),
    node("flip", "RandomFlip", mode="vertical"),
    node("flat", "Flatten"),
    SCORES,
    DIGIT,
)
MEASURED = chain(PIXELS, node("norm", "Normalization"), SCORES, DIGIT)


def taken(document: Document, home: Path, node: str, seed: int = 1) -> list[dict[str, Any]]:
    from graphbuilder.training.strip import strip

    report = check(document)
    planned = plan(report)
    return strip(report, planned, prepare(planned.source, home).arrays, node, seed)


def pixels(png: str) -> Any:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))


def test_an_augmentation_is_seen_at_work_as_in_training(home: Path) -> None:
    samples = taken(FLIPPED, home, "flip")
    assert len(samples) == 6
    turned = 0
    for sample in samples:
        before, after = pixels(sample["before"]["png"]), pixels(sample["after"]["png"])
        assert np.array_equal(after, before) or np.array_equal(after, before[::-1])
        turned += not np.array_equal(after, before)
    assert 0 < turned < 6, "by chance some are turned, and some are not"
    assert taken(FLIPPED, home, "flip") == samples
    assert taken(FLIPPED, home, "flip", seed=2) != samples


def test_what_is_measured_is_measured_first_and_told_in_numbers(home: Path) -> None:
    report = check(MEASURED)
    arrays = prepare(plan(report).source, home).arrays
    samples = taken(MEASURED, home, "norm")
    first = [float(word) for word in samples[0]["before"]["text"].split(" … ")[0].split(" · ")]
    assert any(np.allclose(first, row[:6], atol=0.05) for row in np.asarray(arrays["pixels"]))
    assert samples[0]["after"]["text"] != samples[0]["before"]["text"]
    assert samples[0]["before"]["text"].endswith("(64 in all)")
