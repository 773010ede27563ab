"""Blocks that are equal become one, and uses of one in a row become one use, so many times."""

import json
from collections.abc import Sequence

from graphbuilder.importing.settings import Raw


def merge_equal(raw: Raw) -> None:
    """Of blocks that are the same but for their ids, all uses are of one: its ports have the same ids."""
    same: dict[str, str] = {}
    known: dict[str, str] = {}
    blocks: list[Raw] = raw.get("blocks", [])
    kept: list[Raw] = []
    for block in reversed(blocks):
        _use(block["nodes"], same)
        text = json.dumps({key: value for key, value in block.items() if key != "id"}, sort_keys=True)
        if text in known:
            same[block["id"]] = known[text]
        else:
            known[text] = block["id"]
            kept.append(block)
    _use(raw["nodes"], same)
    raw["blocks"] = [*reversed(kept)]


def _use(nodes: Sequence[Raw], same: dict[str, str]) -> None:
    for node in nodes:
        if node["kind"] == "Block":
            node["params"]["block"] = same.get(node["params"]["block"], node["params"]["block"])


def _ports(block: Raw) -> tuple[list[str], list[str]]:
    kinds = ("BlockInput", "BlockOutput")
    takes, gives = ([node["id"] for node in block["nodes"] if node["kind"] == kind] for kind in kinds)
    return takes, gives


def rows(raw: Raw) -> None:
    """Uses of one block under one label, one behind the other, become one use so many times."""
    ports = {block["id"]: _ports(block) for block in raw.get("blocks", [])}
    for graph in (raw, *raw.get("blocks", [])):
        _in_rows(graph, ports)


def _in_rows(graph: Raw, ports: dict[str, tuple[list[str], list[str]]]) -> None:
    nodes = {node["id"]: node for node in graph["nodes"]}
    into: dict[str, list[Raw]] = {id: [] for id in nodes}
    out_of: dict[str, list[Raw]] = {id: [] for id in nodes}
    for wire in graph["wires"]:
        into[wire["to"]].append(wire)
        out_of[wire["from"]].append(wire)
    gone: dict[str, str] = {}
    for node in graph["nodes"]:
        if node["kind"] != "Block" or node["id"] in gone:
            continue
        row = [node]
        while following := _next(row[-1], nodes, into, out_of, ports):
            row.append(following)
        if len(row) < 2:
            continue
        once = all(one.get("shares") in (row[0]["id"], row[0].get("shares")) and one.get("shares") for one in row[1:])
        own = not any(one.get("shares") for one in row[1:])
        others = bool(row[0].get("shares")) and len({one.get("shares") for one in row}) == len(row)
        if not (once or own or others):
            continue
        node["params"] |= {"repeat": len(row), **({"shared": True} if once else {})}
        gone |= {one["id"]: node["id"] for one in row[1:]}
        last = row[-1]["id"]
        for wire in out_of[last]:
            wire["from"] = node["id"]
        out_of[node["id"]] = out_of[last]
    graph["nodes"] = [node for node in graph["nodes"] if node["id"] not in gone]
    graph["wires"] = [wire for wire in graph["wires"] if wire["to"] not in gone and wire["from"] not in gone]
    for node in graph["nodes"]:
        if node.get("shares") in gone:
            node["shares"] = gone[node["shares"]]


def _next(
    node: Raw,
    nodes: dict[str, Raw],
    into: dict[str, list[Raw]],
    out_of: dict[str, list[Raw]],
    ports: dict[str, tuple[list[str], list[str]]],
) -> Raw | None:
    """The use of the same block that reads all that this one gives, in order, and nothing else does."""
    readers = {wire["to"] for wire in out_of[node["id"]]}
    if len(readers) != 1:
        return None
    (other,) = (nodes[id] for id in readers)
    block = node["params"]["block"]
    if other["kind"] != "Block" or other["params"]["block"] != block or other["label"] != node["label"]:
        return None
    takes, gives = ports[block]
    came = {(wire["from"], wire.get("from_port", "out"), wire.get("to_port", "in")) for wire in into[other["id"]]}
    wanted = {(node["id"], out, entry) for out, entry in zip(gives, takes, strict=False)}
    return other if came == wanted and len(takes) == len(gives) and len(out_of[node["id"]]) == len(takes) else None
