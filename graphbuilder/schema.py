"""The document's published JSON schema, made from the same declarations that a document is read by."""

from typing import Any

from graphbuilder.datasets import SOURCES
from graphbuilder.document import MAX_BLOCKS, MAX_NODES, MAX_WIRES, VERSION, Document
from graphbuilder.operators import KINDS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared
from graphbuilder.settings import Settings, Split


def schema() -> dict[str, Any]:
    """The published JSON schema: the document's shape, and for every operator the parameters it may have."""
    told = Document.model_json_schema(by_alias=True)
    kinds = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"params": _params_schema(operator)}},
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


def _params_schema(declared: type[Declared]) -> dict[str, Any]:
    properties = {
        name: {**parameter.schema(), "default": parameter.write(parameter.default), "description": parameter.help}
        for name, parameter in declared.parameters.items()
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}
