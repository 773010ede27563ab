"""Blocks that nothing uses, which code has no function for: they stand beside it as a file has them, and are put back.

A block that code has a function for goes by that function's name, and its ports by their place, as both are read anew.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphbuilder.document import Document, as_json
from graphbuilder.operators import KINDS
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.parameters import written

Raw = dict[str, Any]
_ENDS = {"to": BlockInput.kind, "from": BlockOutput.kind}


def unused(document: Document, functions: Mapping[str, str]) -> list[Raw]:
    """functions: of blocks that are printed, what each is called."""
    if len(functions) == len(document.blocks):
        return []
    blocks: list[Raw] = as_json(document)["blocks"]
    ports = {block["id"]: _ports(block) for block in blocks if block["id"] in functions}
    others = [block for block in blocks if block["id"] not in functions]
    for wire, end, id in _at_uses(others, ports):
        wire[f"{end}_port"] = ports[id][end].index(wire[f"{end}_port"])
    for block in others:
        for node in block["nodes"]:
            _without_defaults(node)
            if node["kind"] == BlockUse.kind and node["params"]["block"] in functions:
                node["params"]["function"] = functions[node["params"].pop("block")]
    return others


def known_again(raw: Raw, others: list[Raw]) -> list[Raw]:
    """Them as blocks of a document that was read of code, whose own still go by their functions' names. Raises
    LookupError and such where somebody changed them."""
    own: list[Raw] = raw.get("blocks", [])
    by_function = {block["name"]: block["id"] for block in own}
    anew = _names(others, {block["id"] for block in own})
    for block in others:
        block["id"] = anew[block["id"]]
        for node in block["nodes"]:
            if node["kind"] == BlockUse.kind:
                params = node["params"]
                function = params.pop("function", None)
                params["block"] = by_function[function] if function else anew[params["block"]]
    ports = {block["id"]: _ports(block) for block in own}
    for wire, end, id in _at_uses(others, ports):
        wire[f"{end}_port"] = ports[id][end][wire[f"{end}_port"]]
    return others


def _at_uses(blocks: list[Raw], known: Collection[str]) -> Iterator[tuple[Raw, str, str]]:
    """The wires in these blocks at uses of known ones: the wire, which end of it, and the used block."""
    for block in blocks:
        uses = {node["id"]: node["params"]["block"] for node in block["nodes"] if node["kind"] == BlockUse.kind}
        for wire in block["wires"]:
            yield from ((wire, end, uses[wire[end]]) for end in _ENDS if uses.get(wire[end]) in known)


def _ports(block: Raw) -> dict[str, list[str]]:
    """By the end of a wire that is at a use of it."""
    return {end: [node["id"] for node in block["nodes"] if node["kind"] == kind] for end, kind in _ENDS.items()}


def _without_defaults(node: Raw) -> None:
    known = KINDS[node["kind"]].parameters if node["kind"] in KINDS else {}
    for name, parameter in known.items():
        if name in node["params"] and node["params"][name] == written(parameter.default):
            del node["params"][name]


def _names(others: list[Raw], taken: set[str]) -> dict[str, str]:
    """Ids that none of the document's own blocks has."""
    found: dict[str, str] = {}
    for block in others:
        id, number = block["id"], 2
        while id in taken:
            id, number = f"{block['id']}-{number}", number + 1
        taken.add(id)
        found[block["id"]] = id
    return found
