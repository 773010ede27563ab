"""What runs are called by where they are shown together, and which look each has."""

import re
from itertools import pairwise
from pathlib import Path

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.likeness import same_training
from graphbuilder.records.comparison import LOOKS, MOST_SHOWN, Setting, looks_for, names_of, trained_with
from graphbuilder.templates import template

LENET = template("lenet")


def trained_by(name: str, **options: float) -> Document:
    document = editing.set_optimizer(LENET, name)
    for option, value in options.items():
        document = editing.set_optimizer_option(document, option, value)
    return document


def named(*documents: Document, given: dict[int, str] | None = None) -> list[str]:
    titles = [f"run {number}" for number in range(1, len(documents) + 1)]
    return names_of(documents, titles, [(given or {}).get(place, "") for place in range(len(documents))])


def with_setting(name: str, value: object) -> Document:
    return editing.set_training(LENET, name, value)


def test_runs_are_named_by_the_one_thing_they_differ_in() -> None:
    assert named(*(trained_by("Adam", learning_rate=rate) for rate in (0.1, 0.01, 0.001))) == [
        "rate 0.1", "rate 0.01", "rate 0.001"
    ]  # fmt: skip
    assert named(LENET, with_setting("seed", 2)) == ["seed 1", "seed 2"]
    assert named(LENET, with_setting("batch_size", 8)) == ["batch 32", "batch 8"]
    assert named(LENET, with_setting("patience", 5)) == ["no early stopping", "patience 5"]


def test_an_optimizer_is_named_with_its_rate() -> None:
    assert named(trained_by("SGD"), trained_by("Adam"), trained_by("SGD", learning_rate=0.1)) == [
        "SGD 0.01", "Adam 0.001", "SGD 0.1"
    ]  # fmt: skip


def test_options_are_told_among_the_runs_of_one_optimizer() -> None:
    momenta = (trained_by("Momentum", momentum=share) for share in (0.5, 0.9))
    assert named(trained_by("Adam"), *momenta) == [
        "Adam 0.001", "momentum 0.5", "momentum 0.9"
    ]  # fmt: skip


def test_what_most_have_goes_without_saying() -> None:
    one, other = with_setting("batch_size", 8), with_setting("seed", 2)
    assert named(LENET, LENET, LENET, one, other)[3:] == ["batch 8", "seed 2"]


def test_the_network_is_told_by_its_operators_and_their_parameters() -> None:
    node = next(node for node in LENET.nodes if node.label == "f5")
    fewer = editing.set_parameter(LENET, node.id, "units", 20)
    assert named(LENET, fewer) == ["units of f5 84", "units of f5 20"]
    wire = next(wire for wire in LENET.wires if wire.target == node.id)
    dropped = editing.insert(LENET, "drop", "Dropout", (0.0, 0.0), wire)
    assert named(LENET, dropped) == ["no dropout", "+ dropout"]


def test_networks_without_a_node_each_are_called_by_it() -> None:
    lacking = [editing.delete(LENET, [id], heal=True) for id in ("n3", "n5")]
    assert named(LENET, *lacking) == ["the whole network", "without c1", "without c3"]
    by_kind = [editing.delete(LENET, [id], heal=True) for id in ("n3", "n8")]
    assert named(*by_kind, LENET) == ["without c1", "without f5", "the whole network"], "kinds could tell them, too"


def test_data_and_split_are_told() -> None:
    assert named(LENET, editing.set_split(LENET, "validation", 0.3)) == ["validation 0.2", "validation 0.3"]
    assert named(LENET, editing.set_data(LENET, "iris"))[1].startswith("Iris flowers")


def test_a_grid_joins_what_differs() -> None:
    grid = [
        editing.set_training(trained_by("Adam", learning_rate=rate), "batch_size", batch)
        for rate in (0.1, 0.01)
        for batch in (8, 32)
    ]
    assert named(*grid)[0] == "rate 0.1 · batch 8"
    assert len(set(named(*grid))) == 4


def test_a_given_name_stands_and_equal_ones_are_told_apart() -> None:
    faster = trained_by("Adam", learning_rate=0.1)
    assert named(LENET, faster, faster, given={0: "mine"}) == ["mine", "rate 0.1 · run 2", "rate 0.1 · run 3"]
    assert named(LENET, LENET) == ["run 1", "run 2"]
    assert named(LENET) == ["run 1"]


def test_a_look_stays_with_its_run_while_others_come_and_go() -> None:
    looks = looks_for(["a", "b"], {})
    assert looks == {"a": 0, "b": 1}
    more = looks_for(["c", "b"], looks)
    assert more == {"b": 1, "c": 2}
    assert looks_for(["a", "b", "c"], looks | more) == {"a": 0, "b": 1, "c": 2}


def test_eight_are_shown_and_who_was_shown_stays() -> None:
    ids = [f"run{number}" for number in range(10)]
    looks = looks_for(ids, {})
    assert list(looks) == ids[:MOST_SHOWN]
    assert sorted(looks.values()) == list(range(MOST_SHOWN))
    assert looks_for(["new", *ids[:MOST_SHOWN]], looks) == looks


def test_no_two_looks_have_a_colour_or_a_dash_in_common() -> None:
    assert len(LOOKS) == MOST_SHOWN
    for aspect in ("color", "color_dark", "dash"):
        assert len({getattr(look, aspect) for look in LOOKS}) == MOST_SHOWN


def test_colours_are_seen_on_their_page() -> None:
    for look in LOOKS:
        assert contrast(look.color, "#FFFFFF") >= 3
        assert contrast(look.color_dark, "#0E1420") >= 3


def test_the_page_draws_the_looks_beside_the_runs() -> None:
    style = (Path(__file__).parents[1] / "app" / "style.css").read_text("utf-8")
    for place, look in enumerate(LOOKS):
        rule = re.search(rf'"st-key-look-{place}-"\]::after {{(.*)}}', style)
        assert rule
        assert f"light-dark({look.color}, {look.color_dark})" in rule[1]
        ends = [int(end) for end in re.findall(r"(\d+)px(?=[,)])", rule[1])]
        assert [end - start for start, end in pairwise([0, *ends])] == [
            int(length) for length in re.findall(r"\d+", look.dash)
        ]


def contrast(color: str, page: str) -> float:
    """As WCAG 2 has it."""
    light, dark = sorted((luminance(color), luminance(page)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_run_says_what_it_was_trained_with_and_what_is_other_now() -> None:
    assert trained_with(LENET, LENET) == [
        Setting("Adam"), Setting("rate 0.002"), Setting("batch 32"), Setting("seed 1")
    ]  # fmt: skip
    now = editing.set_training(trained_by("Adam", learning_rate=0.01), "epochs", 30)
    assert trained_with(LENET, now) == [
        Setting("Adam"), Setting("rate 0.002", "0.01"), Setting("batch 32"), Setting("15 epochs", "30"),
        Setting("seed 1"),
    ]  # fmt: skip
    assert trained_with(with_setting("patience", 5), LENET)[3:] == [
        Setting("patience 5", "no early stopping"), Setting("seed 1")
    ]  # fmt: skip
    assert trained_with(LENET, trained_by("SGD"))[0] == Setting("Adam", "SGD")
    clipped = with_setting("clipping", "global_norm")
    assert trained_with(LENET, clipped)[-1] == Setting("clipping None", "By norm of all")


def test_a_seed_that_is_not_kept_is_another_for_each_run_and_makes_no_run_outdated() -> None:
    loose = with_setting("keep_seed", False)
    first, second = editing.draw_seed(loose), editing.draw_seed(loose)
    assert first.training.settings["seed"] != second.training.settings["seed"]
    assert editing.draw_seed(LENET) is LENET
    assert same_training(first, loose) and not same_training(first, LENET)
    assert trained_with(first, loose)[3] == Setting(f"seed {first.training.settings['seed']}")
