"""The document's published JSON schema, made from the same declarations that a document is read by."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from graphbuilder.datasets import SOURCES
from graphbuilder.document import MAX_BLOCKS, MAX_NODES, MAX_WIRES, VERSION, Document
from graphbuilder.operators import KINDS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Parameter
from graphbuilder.settings import Settings, Split


def schema() -> dict[str, Any]:
    """The published JSON schema: the document's shape, and for every operator the parameters it may have."""
    told = Document.model_json_schema(by_alias=True)
    often = _told_once(parameter for operator in KINDS.values() for parameter in operator.parameters.values())
    told["$defs"] |= {name: json.loads(value) for value, name in often.items()}
    kinds = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"params": _params_schema(operator, often)}},
        }
        for kind, operator in KINDS.items()
    ]
    told["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    told["title"] = "graphbuilder document"
    told["required"] = ["version"]
    told["properties"]["version"] = {"enum": [*range(1, VERSION + 1)]}
    told["properties"]["nodes"]["maxItems"] = MAX_NODES
    told["properties"]["wires"]["maxItems"] = MAX_WIRES
    told["properties"]["blocks"]["maxItems"] = MAX_BLOCKS
    told["$defs"]["Node"]["allOf"] = kinds
    told["$defs"]["Data"]["properties"]["split"] = _params_schema(Split)
    told["$defs"]["Data"]["allOf"] = [
        {
            "if": {"properties": {"name": {"const": name}}, "required": ["name"]},
            "then": {"properties": {"options": _params_schema(source)}},
        }
        for name, source in SOURCES.items()
    ]
    told["$defs"]["Training"]["properties"]["settings"] = _params_schema(Settings)
    told["$defs"]["Training"]["allOf"] = [
        {
            "if": {"properties": {"optimizer": {"const": name}}, "required": ["optimizer"]},
            "then": {"properties": {"options": _params_schema(optimizer)}},
        }
        for name, optimizer in OPTIMIZERS.items()
    ]
    return told


_LONG = 100
"""Letters of a schema from which on it is told once, where several parameters have it."""


def _told_once(parameters: Iterable[Parameter[Any]]) -> dict[str, str]:
    """The long schemas that several parameters have, by what they say, each with a name of its own."""
    kinds: dict[str, list[str]] = {}
    for parameter in parameters:
        kinds.setdefault(_said(parameter.schema()), []).append(parameter.kind)
    often = [(value, of[0]) for value, of in kinds.items() if len(of) > 1 and len(value) > _LONG]
    return {value: f"{kind}_{number}" for number, (value, kind) in enumerate(often, 1)}


def _said(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)


def _params_schema(declared: type[Declared], often: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """often: schemas that are told once, with the names they are told under."""
    properties = {}
    for name, parameter in declared.parameters.items():
        own = parameter.schema()
        known = often.get(_said(own))
        told = {"$ref": f"#/$defs/{known}"} if known else own
        more = {"default": parameter.write(parameter.default), "description": parameter.help}
        properties[name] = {**told, **more}
    return {"type": "object", "additionalProperties": False, "properties": properties}
