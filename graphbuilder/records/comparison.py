"""Several runs beside each other: what each is called by, and which colour and dash is its own.

A run is called by what sets it apart from the others that it is shown with: "SGD 0.01", "units of hidden 32". What most
of them share goes without saying.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document, Training
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Parameter, in_words
from graphbuilder.settings import BESIDE_TRAINING, Settings, Split
from graphbuilder.sweeps import MOST

MOST_SHOWN = MOST
"""Runs in one plot."""
_MOST_WORDS = 3
"""Of the differences that a name joins."""

_ALWAYS = ("optimizer", "learning_rate", "batch_size", "seed")

Traits = Mapping[str, str]
"""What a run had, in words, by what it is about; the first matter most."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run's lines are drawn. dash: as SVG and Plotly write it; solid is empty."""

    color: str
    color_dark: str
    dash: str


LOOKS = (
    Look("#0072B2", "#56B4E9", ""),
    Look("#D55E00", "#FF8A3D", "9px,4px"),
    Look("#009E73", "#2FC79A", "3px,3px"),
    Look("#B8568F", "#E39CC5", "12px,4px,3px,4px"),
    Look("#000000", "#FFFFFF", "6px,3px"),
    Look("#C07F00", "#E69F00", "12px,3px,3px,3px,3px,3px"),
    Look("#3391CC", "#7F9CFF", "16px,5px"),
    Look("#857A00", "#F0E442", "2px,5px"),
)
"""Okabe and Ito's colours, the pale ones darker on a light page; neighbours differ in their dash too."""


def families_of(runs: Sequence[tuple[str, str | None]]) -> list[list[str]]:
    """Ids of runs, given with the group of each or none, as they are listed: those of a group together where its first
    stands, each other alone."""
    found: dict[str, list[str]] = {}
    for id, group in runs:
        found.setdefault(group or id, []).append(id)
    return list(found.values())


def differ_in_luck(documents: Sequence[Document]) -> bool:
    """Whether these differ in the seed of their trainings alone."""
    alike = [*map(seedless, documents)]
    return len(documents) > 1 and all(one == alike[0] for one in alike)


def seedless(document: Document) -> Document:
    """The same for all trainings that differ in their seed alone."""
    return editing.set_training(document, "seed", 0)


def seeds_of(documents: Sequence[Document]) -> list[list[int]]:
    """The places of those that differ in the seed of their trainings alone, for each such set."""
    sets: dict[str, list[int]] = {}
    for place, one in enumerate(documents):
        sets.setdefault(repr(seedless(one)), []).append(place)
    return [*sets.values()]


def looks_for(chosen: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """For each run that is shown, the number of its look: the one that it had before, else the first that is free.

    before: the numbers given so far, also to runs that are not chosen now. Runs beyond `MOST_SHOWN` get none; those
    that were shown stay.
    """
    looks: dict[str, int] = {}
    for id in sorted(chosen, key=lambda id: id not in before):
        free = [place for place in range(MOST_SHOWN) if place not in looks.values()]
        if not free:
            break
        own = before.get(id)
        unused = [place for place in free if place not in before.values()]
        looks[id] = own if own in free else (unused or free)[0]
    return looks


# Names


def names_of(documents: Sequence[Document], titles: Sequence[str], given: Sequence[str]) -> list[str]:
    """What to call each of these runs where they are shown together.

    titles: what each is called alone, such as "run 5", which tells equal ones apart. given: the name that a person
    gave, which stands, or nothing.
    """
    told = [name or found for name, found in zip(given, _differences(documents), strict=True)]
    count = Counter(told)
    return [
        name if name and count[name] == 1 else " · ".join(filter(None, (name, title)))
        for name, title in zip(told, titles, strict=True)
    ]


def _differences(documents: Sequence[Document]) -> list[str]:
    """By what each differs; empty where nothing that has words does."""
    traits = [_traits(document, documents) for document in documents]
    usual = {}
    for name in dict.fromkeys(name for one in traits for name in one):
        counts = Counter(one[name] for one in traits if name in one)
        if len(counts) > 1:
            (value, most), (_, second), *_ = counts.most_common()
            usual[name] = value if 2 * most >= counts.total() and most > second else None
    found = []
    for one in traits:
        differing = [name for name in usual if name in one]
        own = [one[name] for name in differing if one[name] != usual[name]]
        found.append(" · ".join(own[:_MOST_WORDS] or [one[name] for name in differing[:1]]))
    return found


def _traits(document: Document, all: Sequence[Document]) -> Traits:
    """What may set a run apart."""
    optimizer = document.training.optimizer
    options = options_told(document)
    rate = options.pop("learning_rate", "")
    if len({one.training.optimizer for one in all}) > 1:
        rate = f"{optimizer} {rate.removeprefix('rate ')}".rstrip()
    own = {f"{optimizer} {name}": words for name, words in options.items()}
    return {"rate": rate, **own, **_network(document, all), **_data(document), **settings_told(document)}


def options_told(document: Document) -> dict[str, str]:
    """The optimizer's options in words, by name."""
    training = document.training
    known = OPTIMIZERS.get(training.optimizer)
    declared = known.parameters if known else {}
    called = {"learning_rate": "rate"}
    return {
        name: f"{called.get(name, _spaced(name))} {_value(training.options.get(name, option.default), option)}"
        for name, option in declared.items()
    }


def settings_told(document: Document) -> dict[str, str]:
    """What holds for every optimizer, in words, by name."""
    settings = {**Settings.defaults(), **document.training.settings}
    epochs, patience = settings["epochs"], settings["patience"]
    batch = settings["batch_size"]
    told = {
        "batch_size": f"batch {batch}" if batch else "full batch",
        "epochs": f"{epochs} epoch{'s' if epochs != 1 else ''}",
        "patience": f"patience {patience}" if patience else "no early stopping",
        "min_delta": f"min delta {settings['min_delta']:g}",
        "seed": f"seed {settings['seed']}",
    }
    untold = ("keep_seed", *BESIDE_TRAINING)
    rest = {name: one for name, one in Settings.parameters.items() if one.quiet and name not in untold}
    return told | {name: f"{_spaced(name)} {_value(settings[name], one)}" for name, one in rest.items()}


def _data(document: Document) -> dict[str, str]:
    """Data set, its options and which rows are kept from training."""
    data, split = document.data, document.data.split
    source = data.source
    told = {"data": source.title if source else data.name}
    for name, option in (source.parameters if source else {}).items():
        told[f"data {data.name} {name}"] = f"{_spaced(name)} {_value(data.options.get(name, option.default), option)}"
    told |= {f"split {part}": f"{part} {split[part]:.3g}" for part in ("validation", "test") if part in split}
    told |= {"split seed": f"split seed {split['seed']}"} if "seed" in split else {}
    asked = {name: one for name, one in Split.parameters.items() if one.quiet and name in split}
    if asked.pop("bootstrap", None):
        told["split bootstrap"] = f"draw {split['bootstrap']} of the rows" if split["bootstrap"] else "every row once"
    return told | {f"split {name}": f"split {name} {_value(split[name], one)}" for name, one in asked.items()}


def _network(document: Document, all: Sequence[Document]) -> dict[str, str]:
    """What the network has that others have not, and the parameters of the operators that all have."""
    shared = set.intersection(*({node.id for node in one.nodes} for one in all))
    kinds = [Counter(node.kind for node in one.nodes) for one in all]
    own = Counter(node.kind for node in document.nodes)
    whole = _taken_out(all)
    told = {}
    if whole is not None:
        told["without"] = _without(document, whole)
    for kind in dict.fromkeys(node.kind for one in all for node in one.nodes):
        counts = {count[kind] for count in kinds}
        if len(counts) > 1 and whole is None:
            told[f"kind {kind}"] = _added(kind, own[kind], min(counts))
    for node in document.nodes:
        known = OPERATORS.get(node.kind)
        for name, parameter in (known.parameters if known and node.id in shared else {}).items():
            value = _value(node.params.get(name, parameter.default), parameter)
            told[f"node {node.id} {name}"] = f"{_spaced(name)} of {node.label or _word(node.kind)} {value}"
    return told


def _taken_out(networks: Sequence[Document]) -> Document | None:
    """The whole network, where the others are the same without one or more of its nodes, and kinds cannot tell which,
    or where several lack one node each; None of any other networks."""
    whole = max(networks, key=lambda one: len(one.nodes))
    ids = {node.id for node in whole.nodes}
    variants = {frozenset(node.id for node in one.nodes) for one in networks}
    kinds = {tuple(sorted(node.kind for node in one.nodes)) for one in networks}
    if not all(map(ids.issuperset, variants)):
        return None
    one_each = len(variants) > 2 and all(len(ids - one) <= 1 for one in variants)
    return whole if one_each or len(variants) > len(kinds) else None


def _without(document: Document, whole: Document) -> str:
    own = {node.id for node in document.nodes}
    gone = [node.label or _word(node.kind) for node in whole.nodes if node.id not in own]
    return f"without {', '.join(gone)}" if gone else "the whole network"


def _added(kind: str, count: int, least: int) -> str:
    """How many operators of a kind there are, where another network has as few as `least`."""
    if least:
        return f"{count} × {_word(kind)}"
    if count == 0:
        return f"no {_word(kind)}"
    return f"+ {count} × {_word(kind)}" if count > 1 else f"+ {_word(kind)}"


def _word(kind: str) -> str:
    known = OPERATORS.get(kind)
    title = known.title if known else kind
    return title if title[1:2].isupper() else title[0].lower() + title[1:]


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Any, parameter: Parameter[Any]) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, str):
        return str(getattr(parameter, "choices", {}).get(value, value))
    return in_words(value).replace(" × ", "×")


# Beside a run's numbers


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a run was trained with. now: what the network is set to since, where that is another."""

    words: str
    now: str | None = None


def trained_with(document: Document, now: Document) -> list[Setting]:
    """What a run was trained with, in few words: optimizer, rate, batch size, seed; and others where they are not usual
    or have been changed since. The epochs stand beside it anyway."""
    usual = _told(document.model_copy(update={"training": Training(optimizer=document.training.optimizer)}))
    since = _told(now)
    if not now.training.settings["keep_seed"]:
        del since["seed"]
    found = []
    for name, words in _told(document).items():
        other = since.get(name, words)
        if other != words or name in _ALWAYS or (name != "epochs" and words != usual[name]):
            found.append(Setting(words, _without_name(other, words) if other != words else None))
    return found


def _without_name(words: str, beside: str) -> str:
    """The value alone, where it stands beside another of the same name: of "rate 0.01" or "30 epochs" the number, of
    "clipping By norm of all" what it is clipped by."""
    name, _, value = words.rpartition(" ")
    if name and beside.startswith(f"{name} "):
        return value
    value, _, name = words.partition(" ")
    if name and beside.endswith(f" {name}"):
        return value
    pairs = zip(words.split(), beside.split(), strict=False)
    named = [one for one, other in takewhile(lambda pair: pair[0] == pair[1] and pair[0][0].islower(), pairs)]
    return " ".join(words.split()[len(named) :])


def _told(document: Document) -> dict[str, str]:
    return {"optimizer": document.training.optimizer, **options_told(document), **settings_told(document)}
