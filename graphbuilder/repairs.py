"""Faults that help: which repairs of a fault would mend it, tried out, and the working of one as a single edit.

A check names candidates (`repair.py`); here each is worked on the document and the outcome is checked. Offered is only
what leaves nothing as bad or worse behind. Where mending one fault uncovers others that it hid, their best repairs are
worked with it, and the offer's words tell all of it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from weakref import WeakKeyDictionary

from graphbuilder.checks import Report, check
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import Document
from graphbuilder.refusals import EditError
from graphbuilder.repair import Change, Repair
from graphbuilder.repair_words import clauses_of, sentence
from graphbuilder.repair_work import changed, given_at_once, named_changes

MOST_FAULTS = 12
"""Of a report, the first faults that screens tell repairs of without being asked."""
MOST_NODES = 2_000
"""Of a document that repairs are tried on without being asked."""
MOST_TRIED, MOST_OFFERED = 6, 3
"""Of one fault's repairs."""
DEEPEST = 3
"""How many uncovered faults are mended along with the first."""
_MOST_CHECKS = 12
"""That trying one repair may take; each is as long as a check of the document."""
_UNASKED = 6_000
"""Nodes that are checked for offers nobody asked for, all trials together: some tenths of a second."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair that was tried and mends its fault. key: what `repaired` knows it by. says: all that it changes."""

    key: str
    says: str


@dataclass
class _Budget:
    """Checks that may still be made."""

    checks: int


@dataclass(frozen=True, slots=True)
class _Mended:
    """A document on its way, and what was done to it. warned: how many warnings it has more than at first. broke:
    whether something that was in order had to be mended on the way."""

    document: Document
    steps: tuple[tuple[Change, ...], ...] = ()
    clauses: tuple[str, ...] = ()
    warned: int = 0
    broke: bool = False


@dataclass(slots=True)
class _Unasked:
    """What was tried of a report without being asked: by the place of its fault, and what may still be tried."""

    budget: _Budget
    offers: dict[int, tuple[Offer, ...]] = field(default_factory=dict)


_unasked: "WeakKeyDictionary[Report, _Unasked]" = WeakKeyDictionary()
_offered: "WeakKeyDictionary[Report, dict[str, tuple[Offer, ...]]]" = WeakKeyDictionary()


def offers(report: Report, found: Diagnostic) -> tuple[Offer, ...]:
    """The repairs of one fault of the report that hold, in the order of its check; those that leave a new warning,
    or break on the way what was in order, come behind the others. Tried once a report."""
    known = _offered.setdefault(report, {})
    about = _key(found, found.repairs)
    if about not in known:
        known[about] = _tried(report, found, _Budget(MOST_TRIED * _MOST_CHECKS))
    return known[about]


def offered(report: Report) -> list[tuple[Offer, ...]]:
    """For each diagnostic what screens offer unasked."""
    return [offered_for(report, place) for place in range(len(report.diagnostics))]


def offered_for(report: Report, place: int) -> tuple[Offer, ...]:
    """What screens offer unasked for the diagnostic at this place: nothing in large documents, nor behind the first
    faults, nor once the time for it is used up. Tried once a report, and only for what is shown."""
    size = len(report.wired.nodes)
    if place >= MOST_FAULTS or size > MOST_NODES:
        return ()
    known = _unasked.setdefault(report, _Unasked(_Budget(_UNASKED // max(1, size))))
    if place not in known.offers:
        known.offers[place] = _tried(report, report.diagnostics[place], known.budget)
    return known.offers[place]


def repaired(document: Document, key: str) -> tuple[Document, str]:
    """The document with the offer of this key worked on it, and the words for the history.

    Raises EditError where the fault is not there any more, or cannot be mended so any more.
    """
    report = check(document)
    for found in report.diagnostics:
        for repair in found.repairs:
            if _key(found, repair) == key:
                mended = _mended(report, found, repair, key, _Budget(_MOST_CHECKS))
                if mended is None:
                    raise EditError("not mended")
                return mended.document, sentence(mended.clauses)
    raise EditError("fault gone")


def _key(found: Diagnostic, repair: object) -> str:
    told = repr((found.code, found.nodes, found.parameter, repair))
    return "r" + blake2b(told.encode(), digest_size=8).hexdigest()


def _tried(report: Report, found: Diagnostic, budget: _Budget) -> tuple[Offer, ...]:
    keys = [(repair, _key(found, repair)) for repair in found.repairs[:MOST_TRIED]]
    tried = [(mended, key) for repair, key in keys if (mended := _mended(report, found, repair, key, budget))]
    least = min((mended.warned for mended, _ in tried), default=0)
    held: list[tuple[_Mended, Offer]] = []
    for mended, key in sorted(tried, key=lambda one: (one[0].broke, one[0].warned > least)):
        if all(mended.document != other.document for other, _ in held):
            held.append((mended, Offer(key, sentence(mended.clauses))))
    return tuple(offer for _, offer in held[:MOST_OFFERED])


# Trying


_OF_THE_WHOLE = ("E_NO_INPUT", "E_NO_DATA", "E_NOTHING_TO_LEARN")
"""Faults of which a document has one, whatever nodes they mark."""
_HIDES_ALL = "E_NO_DATA"
"""Behind it, whatever is found out from data was hidden."""
Identity = tuple[str, tuple[str, ...], str | None]


def _identities(report: Report) -> Counter[Identity]:
    return Counter(map(_identity, report.diagnostics))


def _identity(found: Diagnostic) -> Identity:
    return found.code, () if found.code in _OF_THE_WHOLE else found.nodes, found.parameter


def _mended(report: Report, found: Diagnostic, repair: Repair, key: str, budget: _Budget) -> _Mended | None:
    """The document without this fault and with none as bad that was not there; None where that is not to be had."""
    own = _Budget(min(_MOST_CHECKS, budget.checks))
    budget.checks -= own.checks
    mended = _Trial(report, found, key, own).mend(report, found, repair, _Mended(report.document), frozenset())
    budget.checks += own.checks
    return mended


class _Trial:
    """One repair of one fault on its way: depth first over the repairs of what it uncovers, with bounded work."""

    def __init__(self, first: Report, found: Diagnostic, key: str, budget: _Budget) -> None:
        self.first, self.found, self.key, self.budget = first, found, key, budget
        self.at_first = _identities(first)

    def mend(
        self, before: Report, found: Diagnostic, repair: Repair, so_far: _Mended, uncovered: frozenset[Identity]
    ) -> _Mended | None:
        """uncovered: faults that came up on the way and may stay for a later step."""
        if len(so_far.steps) > DEEPEST or self.budget.checks <= 0:
            return None
        try:
            mended = self._one_more(so_far, named_changes(before.document, found, repair))
        except EditError:
            return None
        self.budget.checks -= 1
        after = check(mended.document)
        left = _identities(after)
        if left[_identity(found)] >= _identities(before)[_identity(found)]:
            same = next((d for d in after.diagnostics if _identity(d) == _identity(found)), found)
            progress = same.text != found.text and len(mended.steps) < DEEPEST
            return self._further(after, same, mended, uncovered) if progress else None
        come = [d for d in after.diagnostics if self._weighs(d) and left[_identity(d)] > self.at_first[_identity(d)]]
        if not come:
            gone = left[_identity(self.found)] < self.at_first[_identity(self.found)]
            warned = 0 if self.found.code == _HIDES_ALL else _new_warnings(self.first, after)
            return replace(mended, warned=warned) if gone else None
        if not all(_identity(d) in uncovered or _was_hidden(d, before, found) for d in come):
            return None
        broke = mended.broke or any(_was_in_order(d, before, found) for d in come)
        return self._further(after, come[0], replace(mended, broke=broke), frozenset(map(_identity, come)))

    def _further(
        self, after: Report, found: Diagnostic, so_far: _Mended, uncovered: frozenset[Identity]
    ) -> _Mended | None:
        ways = (self.mend(after, found, one, so_far, uncovered) for one in found.repairs[:MOST_TRIED])
        return next((way for way in ways if way), None)

    def _one_more(self, so_far: _Mended, changes: tuple[Change, ...]) -> _Mended:
        """With one step more. Raises EditError where it cannot be worked, or sets again what was set on the way."""
        steps = (*so_far.steps, changes)
        mended = _worked(self.first.document, given_at_once(self.first.document, steps, self.key), self.key)
        if mended.document == self.first.document:
            raise EditError("no change")
        return replace(mended, broke=so_far.broke)

    def _weighs(self, come: Diagnostic) -> bool:
        """Whether a fault is as bad as the one that is to be mended."""
        return come.severity is not Severity.WARNING or self.found.severity is Severity.WARNING


def _was_in_order(come: Diagnostic, before: Report, found: Diagnostic) -> bool:
    """Whether nothing had hidden a fault that came up."""
    return bool(come.nodes) and {*come.nodes}.isdisjoint(found.nodes) and all(id in before.facts for id in come.nodes)


def _new_warnings(first: Report, after: Report) -> int:
    """How many more there are, code by code, of those that nothing had hidden: one that only moved is none."""
    hidden = first.wired.nodes.keys() - first.facts.keys()
    come = Counter(found.code for found in after.warnings if hidden.isdisjoint(found.nodes))
    return (come - Counter(found.code for found in first.warnings)).total()


def _was_hidden(come: Diagnostic, before: Report, found: Diagnostic) -> bool:
    """Whether a fault that came up was there all the time, behind the one that was mended, or is one with it."""
    return (
        come.code == found.code
        or not found.nodes
        or found.code == _HIDES_ALL
        or bool(come.nodes and come.unfinished)
        or not {*come.nodes}.isdisjoint(found.nodes)
        or any(id not in before.facts for id in come.nodes)
    )


def _worked(document: Document, steps: Sequence[Sequence[Change]], key: str) -> _Mended:
    """The document with all changes, one by one, and a clause for each. Raises EditError."""
    clauses: list[str] = []
    for changes in steps:
        clauses += clauses_of(document, changes)
        for change in changes:
            document = changed(document, change, key)
    return _Mended(document, tuple(map(tuple, steps)), tuple(clauses))
