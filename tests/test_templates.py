"""The gallery: every template has its words, and every word its template."""

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets import NO_DATA
from graphbuilder.document import Document, Wire
from graphbuilder.templates import gallery, template, template_names
from tests.networks import WHOLE


def test_every_template_has_one_place_in_the_gallery_and_nothing_else_has() -> None:
    shown = [entry.name for group in gallery() for entry in group.entries]
    assert sorted(shown) == template_names()


def test_an_entry_is_a_sentence_or_two_that_fit_on_a_card() -> None:
    said = [text for group in gallery() for entry in group.entries for text in (entry.teaches, entry.to_try)]
    assert [text for text in said if not text.endswith(".") or "!" in text or not 20 < len(text) <= 160] == []


def tried(name: str, label: str, parameter: str = "", value: object = None) -> Document:
    """A template after the change that its words ask for: one parameter, or without the node and the gap closed."""
    document = template(name)
    (id,) = [node.id for node in document.nodes if node.label == label]
    if parameter:
        return editing.set_parameter(document, id, parameter, value)
    return editing.delete(document, [id], heal=True)


@pytest.mark.parametrize(
    "document",
    [
        tried("logistic_regression", "standardize"),
        editing.set_training(tried("regression", "hidden", "units", 64), "patience", 0),
        tried("multilayer_perceptron", "dropout", "rate", 0),
        editing.set_data(template("playground"), "moons"),
        editing.delete(template("spiral_perceptron"), ["n3", "n4"], heal=True),
        tried("lenet", "c1", "padding", "valid"),
        tried("autoencoder", "code", "units", 4),
        editing.connect(editing.delete(template("residual_network"), ["n9"]), Wire(**{"from": "n8", "to": "n10"})),
        editing.delete(template("inception"), ["n7", "n8"]),
        tried("two_inputs_two_losses", "is even", "weight", 0.001),
        tried("rows_as_sequence", "scores", "units", 10),
        tried("transformer_on_patches", "transformer", "repeat", 4),
        tried("residual_blocks", "body", "repeat", 8),
        editing.share(template("siamese"), "n4", ""),
        tried("encoder_decoder", "encode 2", "filters", 2),
        tried("resnet50", "stage 3", "repeat", 22),
        editing.delete(template("penguins"), ["n1", "n2"]),
        editing.replace(template("several_answers"), "n8", "GlobalAveragePooling2D"),
        editing.set_data_option(template("printed_digits"), "noise", 0.5),
        editing.insert(template("road_signs"), "new", "RandomFlip", (0, 0), template("road_signs").wires[2]),
        editing.connect(editing.delete(template("segmentation"), ["n12"]), Wire(**{"from": "n11", "to": "n13"})),
        editing.set_data_option(template("denoising"), "noise", 0.8),
        editing.set_data_option(template("waves"), "noise", 1.0),
        editing.set_data_option(template("next_temperature"), "ahead", 24),
        tried("colour_names", "letters and runs of them", "split", "whitespace"),
    ],
    ids=lambda document: document.name,
)
def test_what_the_gallery_asks_to_try_leads_to_a_network_that_can_be_trained(document: Document) -> None:
    assert [found.text for found in check(document).errors] == []


def test_the_parameters_of_resnet_101_are_those_of_its_paper_in_keras() -> None:
    assert check(tried("resnet50", "stage 3", "repeat", 22)).parameters == 44_707_176


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_network_names_no_data_that_it_does_not_read(name: str) -> None:
    assert template(name).data.name == NO_DATA


def test_each_template_asks_for_something_to_try() -> None:
    tips = [entry.to_try for group in gallery() for entry in group.entries]
    assert len(tips) == len(template_names())


def test_every_template_opens_anywhere() -> None:
    """Without an extra and without the internet."""
    sources = [template(name).data.source for name in template_names()]
    assert [source.name for source in sources if source and source.needs] == []
