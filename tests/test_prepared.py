"""The lessons: each idea of the lecture that is to be tried has a network, without a fault and with its words."""

import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.help import TOPICS
from graphbuilder.prepared import Prepared, lesson_of, lessons, lessons_of
from graphbuilder.templates import template, template_names

LECTURE = {
    "gradient descent": "idea.gradient_descent",
    "its variants": "optimizer.Momentum",
    "learning rate": "option.learning_rate",
    "losses": "loss.binary_crossentropy",
    "automatic gradients": "idea.backpropagation",
    "initialisation": "idea.initialization",
    "under- and overfitting": "idea.overfitting",
    "dropout": "operator.Dropout",
    "ensembles": "idea.ensembles",
    "learned features": "idea.features",
    "the black box": "idea.black_box",
    "attention": "operator.MultiHeadAttention",
}


SHOWN = {"losses": ["W_LOSS_ON_CLASSES"]}
"""What the checks say of a network, where just that is what its lesson is about."""


@pytest.mark.parametrize("topic", LECTURE.values(), ids=LECTURE)
def test_each_of_these_ideas_leads_to_a_lesson(topic: str) -> None:
    assert lessons_of(topic)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_can_be_trained_at_once_and_anywhere(lesson: Prepared) -> None:
    report, source = check(lesson.document), lesson.document.data.source
    assert [found.code for found in report.diagnostics] == SHOWN.get(lesson.name, [])
    assert source and not source.needs
    assert set(lesson.topics) <= set(TOPICS) and lesson.topics
    assert lesson.opens in ("", "chain", "initialisation")


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_the_words_of_a_lesson_fit_beside_its_network(lesson: Prepared) -> None:
    said = [lesson.about, *lesson.steps, lesson.see]
    assert [text for text in said if not text.endswith((".", "?")) or "!" in text or not 20 < len(text) <= 170] == []
    assert 2 <= len(lesson.steps) <= 4


def test_a_project_is_a_lessons_as_long_as_it_has_its_name() -> None:
    names = [lesson.document.name for lesson in lessons()]
    assert len({*names, *(template(name).name for name in template_names())}) == len(names) + len(template_names())
    assert lesson_of(lessons()[0].document) == lessons()[0]
    assert lesson_of(Document(name="mine")) is None
