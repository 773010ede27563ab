"""Optimizers that take of a step its direction alone: each weight's, or each matrix's."""

import re
from dataclasses import replace
from types import MappingProxyType

from graphbuilder.calls import Argument
from graphbuilder.lessons import Lesson
from graphbuilder.optimizers import options, ways
from graphbuilder.optimizers.optimizer import Optimizer
from graphbuilder.parameters import Number, TextList, Whole, YesNo
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time


class Lion(Optimizer, title="Lion", slots=1, work=2):
    """Every weight makes a step of one length, in the direction that gradient and momentum agree on."""

    formula = (
        r"w \leftarrow w - \eta \, sign(\beta_1 m + (1 - \beta_1) g), \quad m \leftarrow \beta_2 m + (1 - \beta_2) g"
    )
    when = "For large networks and large batches, with a rate 3 to 10 times smaller than Adam's."
    point = (
        "It was found by a program that tried programs. It keeps one number a weight where Adam keeps two, and the "
        "size of a gradient does not count at all: only a smaller rate makes smaller steps."
    )
    update = staticmethod(ways.lion)
    picture = ways.picture("Lion", ways.lion)
    beta_1 = options.share_kept(
        0.9,
        "The momentum's share in the direction of a step.",
        options.memory("The direction", "0.9; smaller where the loss jumps."),
        more=True,
    )
    beta_2 = options.share_kept(
        0.99,
        "How slowly the momentum moves.",
        options.memory("The momentum", "0.99; smaller where training is short."),
        more=True,
    )


_STEPS = Lesson(
    lines_over_time(
        "After each round the singular values are nearer to 1",
        [
            ("large", lambda t: 0.75 + 0.2 * (1 - t) ** 4, BLUE, False),
            ("small", lambda t: 0.75 - 0.7 * (1 - t) ** 3, ORANGE, True),
        ],
        across="rounds",
        up="value",
    ),
    when="Leave it at 5; fewer are faster and less exact.",
    point="A matrix is orthogonalized by multiplications alone, which are what hardware is best at.",
    formula=r"X \leftarrow aX + bXX^TX + c(XX^T)^2X",
)
_OUTSIDE = Lesson(
    Sketch("Matrices inside the network are Muon's; the ends and biases are AdamW's")
    .box(16, 52, 66, 44, "AdamW", ORANGE)
    .box(96, 52, 58, 44, "Muon", BLUE)
    .box(166, 52, 58, 44, "Muon", BLUE)
    .box(238, 52, 66, 44, "AdamW", ORANGE)
    .text(49, 120, "embedding")
    .text(160, 120, "hidden layers")
    .text(271, 120, "output"),
    when="Name the layer before the Loss, as code calls it; the embedding is left out by itself.",
    point="Rows of an embedding and of the last layer stand for words and classes, which differ in how often they "
    "come: making all directions alike would undo that.",
    formula=r"W_{hidden} \to Muon, \quad W_{ends}, b \to AdamW",
)
_RATIO = Lesson(
    lines_over_time(
        "What AdamW's steps are beside Muon's: as long, or a share of it",
        [("1", lambda t: 0.8, BLUE, False), ("0.3", lambda t: 0.24, ORANGE, True)],
        across="steps",
        up="rate",
    ),
    when="Leave it at 1; smaller where biases or embeddings jump.",
    point="Two methods work side by side in one network, and each has its own usual rate.",
    formula=r"\eta_{AdamW} = ratio \cdot \eta",
)
_RMS = Lesson(
    lines_over_time(
        "The step of a weight over the size of its matrix: with it equal, without it ever smaller",
        [("with", lambda t: 0.5, BLUE, False), ("without", lambda t: 0.85 / (1 + 6 * t), ORANGE, True)],
        across="size",
        up="step",
    ),
    when="Leave it at 0.2: then rates and decays that are good for AdamW are good here.",
    point="All singular values are 1 whatever the size of the matrix, so its numbers are smaller the larger it is. "
    "This makes up for it.",
    formula=r"\eta \cdot 0.2 \sqrt{\max(n, m)}",
)


class _LayerNames(TextList):
    """Keras takes each for a regular expression."""

    def argument(self, value: tuple[str, ...]) -> Argument:
        return tuple(map(re.escape, value))


_ADAM_DECAY = replace(
    options.DECAY,
    when="As weight_decay; 0 where biases and the last layer should be left alone.",
    point="What learns by AdamW beside Muon, ends and biases, often wants less of it than the matrices inside.",
)


class Muon(Optimizer, title="Muon", slots=2, work=4):
    """Momentum whose step in each matrix goes equally far in every direction; what is no matrix learns by AdamW."""

    formula = r"M \leftarrow \mu M + G = U S V^T, \quad W \leftarrow W - \eta \cdot 0.2 \sqrt{\max(n, m)} \; U V^T"
    when = "For Linear layers inside a network; embeddings, convolutions and biases learn by AdamW beside it."
    point = (
        "A gradient's matrix is mostly one direction, which all units then follow. Made orthogonal, the rare "
        "directions count as much, and the layer learns more with each step."
    )
    picture = (
        Sketch("Of a gradient one direction is by far the largest; of Muon's step all are alike")
        .bars([1, 0.42, 0.2, 0.1, 0.04], 16, 120, 120, 84, ORANGE)
        .arrow(144, 80, 178, 80)
        .bars([1, 1, 1, 1, 1], 188, 120, 120, 84, BLUE)
        .text(76, 22, "momentum")
        .text(248, 22, "step")
        .text(160, 146, "singular values")
    )
    absent = MappingProxyType(
        dict.fromkeys(
            ("muon_a", "muon_b", "muon_c"), "the numbers of the method that Keras uses are those that were found best"
        )
    )
    momentum = options.share_kept(0.95, "The share of the last step that is kept.", options.MOMENTUM, more=True)
    nesterov = YesNo(True, more=True, help="Take the gradient where the momentum would lead.", lesson=options.AHEAD)
    exclude_layers = _LayerNames(
        (), longest=20, more=True, help="Layers that learn by AdamW, by their names in code.", lesson=_OUTSIDE
    )
    exclude_embeddings = YesNo(
        True,
        more=True,
        help="Embeddings learn by AdamW.",
        lesson=replace(
            _OUTSIDE,
            when="Leave it on for words and other names.",
            point="A row of an embedding learns only where its word is there, so no matrix is made orthogonal.",
        ),
    )
    ns_steps = Whole(5, low=1, high=20, more=True, help="Rounds in which a step is made orthogonal.", lesson=_STEPS)
    rms_rate = Number(
        0.2, low=0.0, open_low=True, more=True, help="How large numbers of a step are, on average.", lesson=_RMS
    )
    adam_lr_ratio = Number(
        1.0,
        low=0.0,
        open_low=True,
        more=True,
        keras_default=1,
        help="AdamW's learning rate, times this one.",
        lesson=_RATIO,
    )
    adam_beta_1 = options.beta_1()
    adam_beta_2 = options.beta_2()
    adam_weight_decay = Number(
        0.004, low=0.0, more=True, help="Weight decay of what learns by AdamW.", lesson=_ADAM_DECAY
    )
    epsilon = options.against_zero()
    weight_decay = Number(
        0.004, low=0.0, help="How much weights shrink: the share, times the learning rate.", lesson=options.DECAY
    )
