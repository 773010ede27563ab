"""Help: every declared thing has a whole lesson, and its picture shows what the thing really does."""

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from graphbuilder import composed
from graphbuilder.activations import ACTIVATIONS
from graphbuilder.checks import DIAGNOSTICS
from graphbuilder.diagnosis import FINDINGS
from graphbuilder.diagnosis.finding import Finding
from graphbuilder.diagnosis.of_run import OfRun
from graphbuilder.diagnostics import Diagnostic, Fault, Need, Suspicion
from graphbuilder.help import TOPICS, Topic, key_of, search
from graphbuilder.ideas import IDEAS
from graphbuilder.losses import LOSSES
from graphbuilder.metrics import METRICS
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS, ways
from graphbuilder.parameters import CONSTRAINTS, INITIALIZERS, PENALTIES
from graphbuilder.schedules import SCHEDULES
from graphbuilder.settings import Settings, Split

ALL = {**DIAGNOSTICS, **FINDINGS}
SVG = "{http://www.w3.org/2000/svg}"
WITHOUT_FORMULA = {
    "training.seed",
    "training.keep_seed",
    "training.tensorboard_logs",
    "training.patience",
    "training.min_delta",
    "split.validation",
    "split.test",
    "split.seed",
    "split.by",
    "split.grouped",
    "split.together",
    "idea.overfitting",
    "idea.parts",
    "idea.augmentation",
    "idea.transfer",
    "idea.sequences",
}
DRAWN = {key: topic for key, topic in TOPICS.items() if not topic.fault}
each = pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)


def test_there_is_a_topic_for_everything_that_is_declared() -> None:
    kinds = {
        "operator": OPERATORS, "activation": ACTIVATIONS, "loss": LOSSES, "metric": METRICS, "optimizer": OPTIMIZERS,
        "initializer": INITIALIZERS, "penalty": PENALTIES, "constraint": CONSTRAINTS,
        "training": Settings.parameters, "split": Split.parameters,
        "fault": ALL, "schedule": SCHEDULES,
        "option": {name for one in OPTIMIZERS.values() for name in one.parameters},
    }  # fmt: skip
    wanted = {key_of(kind, name) for kind, names in kinds.items() for name in names}
    assert set(TOPICS) == wanted | {key_of("idea", name) for name in IDEAS}


def test_every_idea_leads_on_to_topics_that_are_there_and_says_where_there_is_nothing_yet() -> None:
    for idea in IDEAS.values():
        assert idea.see and set(idea.see) <= set(TOPICS)
        assert idea.summary.startswith("Not there yet.") != idea.is_there
        assert ("earest here" in idea.lesson.when) != idea.is_there


LECTURE = {
    "minibatch": "gradient_descent", "mini-batch": "gradient_descent", "gradient descent": "gradient_descent",
    "stochastic gradient descent": "gradient_descent",
    "backpropagation": "backpropagation", "chain rule": "backpropagation",
    "vanishing gradient": "vanishing_gradient", "exploding gradients": "vanishing_gradient",
    "overfitting": "overfitting", "underfitting": "overfitting", "generalisation": "overfitting",
    "regularization": "regularization", "regularisation": "regularization", "regularis": "regularization",
    "weight decay": "regularization", "initialisation": "initialization", "xavier": "initialization",
    "validation": "parts", "cross validation": "parts", "test set": None, "accuracy": "measures",
    "confusion matrix": "measures", "augmentation": "augmentation",
    "transfer": "transfer", "fine-tuning": "transfer", "learning rate schedule": "schedule", "LSTM": "sequences",
    "attention": "sequences",
}  # fmt: skip


@pytest.mark.parametrize("query", LECTURE)
def test_the_words_of_a_lecture_are_found(query: str) -> None:
    first = [topic.key for topic in search(query)][:4]
    assert first and (LECTURE[query] is None or key_of("idea", str(LECTURE[query])) in first)


@pytest.mark.parametrize(
    ("query", "key"),
    [("batch norm", "operator.BatchNormalization"), ("softmax", "activation.softmax"), ("epoch", "training.epochs"),
     ("cross entropy", "loss.softmax_crossentropy"), ("hinge", "loss.hinge"), ("SVM", "loss.hinge"),
     ("focal loss", "loss.focal_crossentropy"), ("sensitivity", "metric.recall"), ("top-5", "metric.top_k"),
     ("segmentation", "loss.dice"), ("momentum", "option.momentum"), ("dropout", "operator.Dropout"),
     ("early stopping", "training.patience"), ("weight decay", "penalty.l1_l2"),
     ("normalise", "operator.Normalization")],
)  # fmt: skip
def test_a_word_of_a_lecture_that_is_declared_here_leads_to_it(query: str, key: str) -> None:
    assert key in [topic.key for topic in search(query)][:5]


@each
def test_a_lesson_is_whole(topic: Topic) -> None:
    lesson = topic.lesson
    assert bool(lesson.formula) == (topic.key not in WITHOUT_FORMULA and not topic.fault)
    for text in (topic.summary, lesson.when, lesson.point):
        assert re.fullmatch(r"[A-Z0-9a-z].{12,}\.|.{12,}\)\.", text, re.S), text
        assert "!" not in text
        assert "  " not in text
    if topic.group == "Operators":
        assert "shape" in topic.shapes
        assert topic.code.startswith(("layers.", "losses.", "keras.", "in[", *(f"{name}(" for name in vars(composed))))


@pytest.mark.parametrize("code", ALL)
def test_the_page_of_a_fault_has_an_example_of_each_of_its_kinds_and_leads_on(code: str) -> None:
    topic = TOPICS[key_of("fault", code)]
    sentences = [kind(**(kind.example or {})).text for kind in ALL[code]]
    assert topic.title
    assert [sentence for _, sentence in topic.examples] == sentences
    assert [means for means, _ in topic.examples].count("") == 1
    for part in [part for example in topic.examples for part in example if part]:
        assert part[0].isupper() and part.endswith(".") and "(*" not in part
    assert set(topic.see) <= set(TOPICS)
    assert {search(code)[0].key, search(code.lower())[0].key} == {topic.key}


def test_a_kind_of_diagnostic_that_is_declared_anywhere_has_its_page() -> None:
    found = [*Diagnostic.__subclasses__()]
    for kind in found:  # grows
        found += kind.__subclasses__()
    told = [kind for kinds in ALL.values() for kind in kinds]
    assert {kind for kind in found if kind.__module__.startswith("graphbuilder.")} == {
        *told,
        Fault,
        Need,
        Suspicion,
        Finding,
        OfRun,
    }


def test_no_two_lessons_say_the_same_point() -> None:
    points = [
        topic.lesson.point
        for topic in TOPICS.values()
        if not topic.key.startswith(("option.beta_", "option.adam_beta_", "option.rho"))
    ]
    assert len(set(points)) == len(points)


@pytest.mark.parametrize("topic", DRAWN.values(), ids=DRAWN)
def test_a_picture_is_a_drawing_inside_its_frame_with_words_for_those_who_do_not_see_it(topic: Topic) -> None:
    assert topic.lesson.picture
    root = ElementTree.fromstring(topic.lesson.picture.svg())
    assert "prefers-color-scheme:dark" in (root[0].text or ""), "its ink is that of the scheme, whenever that changes"
    assert len(root.attrib["aria-label"]) > 10
    assert len(list(root)) >= 3
    for text in root.iter(f"{SVG}text"):
        assert float(text.attrib["font-size"]) >= 11
        assert -1 <= float(text.attrib["x"]) <= 321
        assert 8 <= float(text.attrib["y"]) <= 160
    for line in root.iter(f"{SVG}polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert all(-4 <= x <= 324 and -4 <= y <= 164 for x, y in points)


GLYPH = 0.54
"""Of a letter's size, how wide it is in the mean: narrower than browsers draw, so that what this finds is seen."""


def box_of(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of its letters."""
    x, y, size = (float(text.attrib[name]) for name in ("x", "y", "font-size"))
    wide = GLYPH * size * len(text.text or "")
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.attrib["text-anchor"]]
    return left, y - 0.7 * size, left + wide, y


@pytest.mark.parametrize("topic", DRAWN.values(), ids=DRAWN)
def test_the_words_of_a_picture_are_neither_cut_by_its_edge_nor_crossed_by_an_axis(topic: Topic) -> None:
    assert topic.lesson.picture
    root = ElementTree.fromstring(topic.lesson.picture.svg())
    boxes = {text.text: box_of(text) for text in root.iter(f"{SVG}text")}
    assert not {text: box for text, box in boxes.items() if box[0] < -1 or box[2] > 320}
    for line in root.iter(f"{SVG}polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for (x, y), (to_x, to_y) in pairwise(points):
            if y == to_y and abs(to_x - x) > 100:
                low, high = sorted((x, to_x))
                crossed = [
                    text for text, box in boxes.items() if box[1] < y < box[3] and box[0] < high and box[2] > low
                ]
                assert not crossed


FUNCTIONS = {
    "linear": lambda x: x, "relu": lambda x: np.maximum(0, x), "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hard_tanh": lambda x: np.clip(x, -1, 1), "softplus": lambda x: np.log1p(np.exp(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "gelu": lambda x: x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2,
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_curve_is_the_function_and_the_dashed_one_its_slope(name: str) -> None:
    function = ACTIVATIONS[name].function
    assert function
    x = np.linspace(-3.9, 3.9, 40)
    assert np.allclose([function(float(one)) for one in x], FUNCTIONS[name](x))
    picture = ACTIVATIONS[name].lesson.picture
    assert picture
    root = ElementTree.fromstring(picture.svg())
    lines = [line for line in root.iter(f"{SVG}polyline") if line.attrib["points"].count(",") == 121]
    slope, curve = [np.array([[*map(float, p.split(","))] for p in line.attrib["points"].split()]) for line in lines]
    across = 8 / 280  # units of x a pixel
    high = max(curve[:, 1].max(), slope[:, 1].max()) - min(curve[:, 1].min(), slope[:, 1].min())
    values = [function(-4 + 8 * step / 120) for step in range(121)]
    reach = max([*values, 1.0]) - min([0.0, *values])
    up = reach / high  # units of y a pixel
    measured = -np.gradient(curve[:, 1]) / np.gradient(curve[:, 0]) * up / across
    drawn = (slope[:, 1] - 138) * -up + min(0.0, *values)
    away_from_corners = np.abs(np.gradient(drawn)) < 0.05
    assert np.abs(measured - drawn)[away_from_corners].max() < 0.12


@pytest.mark.parametrize(
    "name",
    ["sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "ftrl", "adam", "adamw", "nadam", "adamax",
     "lamb", "lion"],
)  # fmt: skip
def test_an_optimizers_way_leads_down_to_the_lowest_point(name: str) -> None:
    way = ways.way_down(getattr(ways, name))
    height = [x * x / 20 + y * y for x, y in way]
    assert height[-1] < 0.05 * height[0]
    assert len({round(x, 6) for x, _ in way}) > 10


@pytest.mark.parametrize(
    ("query", "first"),
    [("conv2d", "operator.Conv2D"), ("overfitting", "idea.overfitting"), ("learning rate", "option.learning_rate"),
     ("He", "initializer.he_normal"), ("downsample", "operator.MaxPooling2D"), ("early stopping", "training.patience"),
     ("padding", "operator.Conv2D"), ("kernel_size", "operator.Conv2D")],
)  # fmt: skip
def test_a_topic_is_found_by_what_people_call_it(query: str, first: str) -> None:
    assert first in [topic.key for topic in search(query)][:4]
    assert search(query + " zebra") == []


def test_titles_come_before_words_that_stand_in_a_text() -> None:
    assert search("learning rate")[0].key == "option.learning_rate"
    assert search("") == list(TOPICS.values())
