"""The gallery: every template has its words, and every word its template."""

from graphbuilder.templates import gallery, template_names


def test_every_template_has_one_place_in_the_gallery_and_nothing_else_has() -> None:
    shown = [lesson.name for group in gallery() for lesson in group.lessons]
    assert sorted(shown) == template_names()


def test_a_lesson_is_a_sentence_or_two_that_fit_on_a_card() -> None:
    said = [text for group in gallery() for lesson in group.lessons for text in (lesson.teaches, lesson.to_try)]
    assert [text for text in said if not text.endswith(".") or "!" in text or not 20 < len(text) <= 160] == []
