"""The gallery: every template has its words, and every word its template."""

from graphbuilder.templates import gallery, template_names


def test_every_template_has_one_place_in_the_gallery_and_nothing_else_has() -> None:
    shown = [entry.name for group in gallery() for entry in group.entries]
    assert sorted(shown) == template_names()


def test_an_entry_is_a_sentence_or_two_that_fit_on_a_card() -> None:
    said = [text for group in gallery() for entry in group.entries for text in (entry.teaches, entry.to_try)]
    assert [text for text in said if not text.endswith(".") or "!" in text or not 20 < len(text) <= 160] == []
