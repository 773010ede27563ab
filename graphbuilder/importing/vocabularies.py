"""Vocabularies that a layer found in data: a .keras file has them beside the configuration, as lines of text."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from graphbuilder.importing.naming import snake

_KINDS = ("TextVectorization", "StringLookup", "IntegerLookup")
MOST_NESTED = 12
MOST_UNKNOWN = 1000
"""How many places for what is not in a vocabulary are counted."""


def with_vocabularies(raw: Any, read: Callable[[str], str | None], room: str = "assets", depth: int = 0) -> Any:
    """The configuration of a model with each vocabulary in the place of none. read: the text of a file in the archive,
    None where there is none. room: the folder of the model's assets."""
    config = raw.get("config") if isinstance(raw, dict) else None
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or depth > MOST_NESTED:
        return raw
    used: Counter[str] = Counter()
    told = [_with_own(one, read, f"{room}/layers", used, depth) for one in layers]
    return {**raw, "config": {**config, "layers": told}}  # type: ignore[dict-item]


def listed(kind: str, config: Mapping[str, Any]) -> list[Any] | None:
    """What `get_vocabulary` of a layer gives whose words stand in its configuration; None where they do not, or where
    the layer is no lookup."""
    words = config.get("vocabulary")
    if kind not in _KINDS or not isinstance(words, list | tuple):
        return None
    is_text = kind == "TextVectorization"
    unknown = config.get("oov_token", -1 if kind == "IntegerLookup" else "[UNK]")
    count = config.get("num_oov_indices", 1)
    mask = "" if is_text else config.get("mask_token")
    if not isinstance(count, int) or not 0 <= count <= MOST_UNKNOWN or not isinstance(mask, str | int | None):
        return None
    none = [] if mask is None or config.get("output_mode", "int") != "int" else [mask]
    special = [*none, *[unknown] * count]
    return list(words) if list(words[: len(special)]) == special else [*special, *words]


def _with_own(layer: Any, read: Callable[[str], str | None], room: str, used: Counter[str], depth: int) -> Any:
    config = layer.get("config") if isinstance(layer, Mapping) else None
    kind = layer.get("class_name") if isinstance(layer, Mapping) else None
    if not isinstance(config, dict) or not isinstance(kind, str):
        return layer
    stem = snake(kind)
    key = f"{stem}_{used[stem]}" if used[stem] else stem
    used[stem] += 1
    if "layers" in config:
        return with_vocabularies(layer, read, f"{room}/{key}", depth + 1)
    if kind not in _KINDS or config.get("vocabulary") is not None:
        return layer
    text = read(f"{room}/{key}/vocabulary.txt")
    if text is None:
        return layer
    words: list[Any] = text.split("\n")
    if kind == "IntegerLookup":
        words = [int(one) if one.lstrip("-").isdigit() and len(one) < 19 else one for one in words]
    return {**layer, "config": {**config, "vocabulary": words}}
