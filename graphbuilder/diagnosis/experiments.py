"""A finding's experiments: each is worked on the document as one edit, and offered where nothing breaks by it."""

from hashlib import blake2b

from graphbuilder.checks import Report, check
from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.finding import Finding
from graphbuilder.document import Document
from graphbuilder.refusals import EditError
from graphbuilder.repair import Repair
from graphbuilder.repair_words import clauses_of, sentence
from graphbuilder.repair_work import changed, named_changes
from graphbuilder.repairs import Offer

MOST = 3


def experiments(report: Report, found: Finding) -> tuple[Offer, ...]:
    """What may be tried against a finding, the best first: whatever leaves a network that can be trained, in which the
    document alone no longer shows the finding."""
    offers: list[Offer] = []
    for repair in found.repairs:
        if len(offers) == MOST:
            break
        key = key_of(found, repair)
        try:
            document, says = worked(report.document, found, repair)
        except EditError:
            continue
        after = check(document)
        if after.against_training or document == report.document:
            continue
        if not found.of_run and any(one.nodes == found.nodes for one in type(found).found(Case(after))):
            continue
        offers.append(Offer(key, says))
    return tuple(offers)


def worked(document: Document, found: Finding, repair: Repair) -> tuple[Document, str]:
    """The document with an experiment, and the words for the history. Raises EditError where it cannot be worked."""
    key, changes = key_of(found, repair), named_changes(document, found, repair)
    says = sentence(tuple(clauses_of(document, changes)))
    for change in changes:
        document = changed(document, change, key)
    return document, says


def key_of(found: Finding, repair: Repair) -> str:
    told = repr((found.code, found.nodes, found.parameter, repair))
    return "f" + blake2b(told.encode(), digest_size=8).hexdigest()
