"""Real samples before and after a node: what preprocessing and augmentation make of them, before any training."""

import base64
import io
from typing import Any

import keras
import numpy as np
from PIL import Image

from graphbuilder.checks import Report
from graphbuilder.compiler import Arrays, build_model, inputs_of, split, values_of
from graphbuilder.datasets import preparation
from graphbuilder.datasets.feed import Part
from graphbuilder.plan import Plan

SAMPLES = 6
SIDE = 72
_NUMBERS = 6
"""Of a value that is no picture, so many are told."""
_MEASURED = 2_000
"""Rows that what adapts is measured on here: enough to see what it does."""


def strip(report: Report, plan: Plan, data: Arrays, node: str, seed: int) -> list[dict[str, Any]]:
    """SAMPLES rows of the training part as they come to a node and as they leave it, as training sees them: each with
    "before" and "after", which are pictures ("png", base64) or words ("text"). seed: of the rows and of what augments.
    """
    train = split(plan, data)[0]
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(train)[:SAMPLES])
    keras.utils.set_random_seed(plan.seed)
    model = build_model(plan)
    known = inputs_of(plan, data, train[:_MEASURED])
    known = {name: np.asarray(values) if isinstance(values, Part) else values for name, values in known.items()}
    preparation.adapt(model, plan.adapted, known)  # type: ignore[no-untyped-call]
    values = values_of(model, plan)
    sources = [wire.source for wire in report.wired.into[node]] or [node]
    outputs = {"before": values[sources[0]], "after": values[node]}
    inside = keras.Model(model.input, outputs)
    keras.utils.set_random_seed(seed)
    fed = {name: keras.ops.convert_to_tensor(values) for name, values in inputs_of(plan, data, rows).items()}
    seen = inside(fed, training=True)
    spans = {name: _span(values) for name, values in seen.items()}
    return [
        {name: _shown(np.asarray(seen[name][place]), spans[name]) for name in outputs} for place in range(len(rows))
    ]


def _span(values: Any) -> tuple[float, float]:
    """Between which values pictures are drawn: as they come, where that is 0 to 1 or 0 to 255."""
    array = np.asarray(values)
    if array.dtype == object or not array.size:
        return 0.0, 1.0
    low, high = float(np.nanmin(array)), float(np.nanmax(array))
    for top in (1.0, 16.0, 255.0):
        if low >= 0 and high <= top:
            return 0.0, top
    return low, high if high > low else low + 1


def _shown(value: Any, span: tuple[float, float]) -> dict[str, str]:
    if value.ndim == 3 and value.shape[-1] in (1, 3) and value.dtype != object:
        return {"png": _png(value, *span)}
    flat = value.reshape(-1)
    words = [_word(one) for one in flat[:_NUMBERS]]
    return {"text": " · ".join(words) + (f" … ({flat.size:,} in all)" if flat.size > _NUMBERS else "")}


def _word(one: Any) -> str:
    if isinstance(one, bytes):
        return one.decode("utf-8", "replace")[:80]
    return f"{float(one):.3g}" if isinstance(one, np.floating) else str(one)[:80]


def _png(value: Any, low: float, high: float) -> str:
    pixels = np.nan_to_num(np.clip(255 * (value.astype(float) - low) / (high - low), 0, 255)).astype("uint8")
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    scale = SIDE / max(image.size)
    size = tuple(max(1, round(scale * side)) for side in image.size)
    out = io.BytesIO()
    image.resize((size[0], size[1]), Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BILINEAR).save(
        out, "PNG"
    )
    return base64.b64encode(out.getvalue()).decode()
