"""A finding's experiments: each is worked on the document as one edit, and offered where nothing breaks by it.

A key says all that is to be changed, so that what a run showed can be tried when its records are not at hand.
"""

import base64
import json
import zlib
from dataclasses import asdict
from hashlib import blake2b
from typing import Any, get_args
from weakref import WeakKeyDictionary

from graphbuilder.checks import Report, check
from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.finding import Finding
from graphbuilder.document import Document
from graphbuilder.refusals import EditError
from graphbuilder.repair import Change, Repair
from graphbuilder.repair_words import clauses_of, sentence
from graphbuilder.repair_work import changed, named_changes
from graphbuilder.repairs import Offer

MOST = 3
_MARK = "f:"
_LONGEST = 6_000
_MOST_CHANGES = 24
"""Of one experiment: more are no button, and take seconds to be tried."""
_MOST_KNOWN = 50
_known: "WeakKeyDictionary[Report, dict[tuple[Any, ...], tuple[Offer, ...]]]" = WeakKeyDictionary()
_KINDS = {kind.__name__: kind for kind in get_args(Change)}


def experiments(report: Report, found: Finding) -> tuple[Offer, ...]:
    """What may be tried against a finding, the best first: whatever leaves a network that can be trained, in which the
    document alone no longer shows the finding. Each is tried once: a run that goes on shows the same every half
    second."""
    known = _known.setdefault(report, {})
    key = (found.code, found.nodes, repr(found.repairs))
    if key not in known:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[key] = _tried_out(report, found)
    return known[key]


def _tried_out(report: Report, found: Finding) -> tuple[Offer, ...]:
    offers: list[Offer] = []
    for repair in found.repairs:
        if len(offers) == MOST:
            break
        try:
            key = _key_of(report.document, found, repair)
            document, says = tried(report.document, key)
        except EditError:
            continue
        after = check(document)
        if after.against_training or document == report.document:
            continue
        if not found.of_run and any(one.nodes == found.nodes for one in type(found).found(Case(after))):
            continue
        offers.append(Offer(key, says))
    return tuple(offers)


def is_experiment(key: object) -> bool:
    return isinstance(key, str) and key.startswith(_MARK)


def tried(document: Document, key: str) -> tuple[Document, str]:
    """The document with the experiment of this key, and the words for the history. Raises EditError where the key is
    none, or the network has changed so that it cannot be worked."""
    changes = _changes_of(key)
    says = sentence(tuple(clauses_of(document, changes)))
    named = "f" + blake2b(key.encode(), digest_size=8).hexdigest()
    for change in changes:
        document = changed(document, change, named)
    return document, says


def _key_of(document: Document, found: Finding, repair: Repair) -> str:
    changes = named_changes(document, found, repair)
    if len(changes) > _MOST_CHANGES:
        raise EditError("not mended")
    told = [[type(change).__name__, asdict(change)] for change in changes]
    packed = zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)
    return _MARK + base64.urlsafe_b64encode(packed).decode()


def _changes_of(key: str) -> list[Change]:
    try:
        unpacked = zlib.decompressobj().decompress(base64.urlsafe_b64decode(key[len(_MARK) : _LONGEST]), 20 * _LONGEST)
        told = json.loads(unpacked)
        changes: list[Change] = [_KINDS[name](**values) for name, values in told[:_MOST_CHANGES]]
    except (ValueError, KeyError, TypeError, zlib.error):
        raise EditError("no edit") from None
    if not changes:
        raise EditError("no edit")
    return changes
