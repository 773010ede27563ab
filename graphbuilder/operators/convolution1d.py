"""The convolution over a sequence."""

from graphbuilder.operators.convolution import Convolution
from graphbuilder.operators.families import CONVOLUTION
from graphbuilder.operators.operator import REQUIRED
from graphbuilder.operators.window import PADDINGS
from graphbuilder.parameters import Choice, Sizes
from graphbuilder.sketches import BLUE, ORANGE, Sketch


class Conv1D(Convolution, title="Convolution 1D", family=CONVOLUTION):
    """Slides small windows of weights over a sequence; each filter answers where its pattern is found.

    Input shape: (steps, channels). Output shape: (steps', filters).
    """

    keywords = ("conv", "filter", "kernel", "sequence", "signal", "text", "causal")
    formula = r"y_{t,k} = f\Big(\sum_{u,c} W_{u,c,k}\, x_{s t+u,\;c} + b_k\Big)"
    when = "For signals, measurements over time and words in a row: the same pattern is looked for at every step."
    point = (
        "What a window sees is its neighbourhood in time. With causal padding it looks back only, so that nothing of "
        "the future is known to a step."
    )
    picture = (
        Sketch("A window of 3 steps of a sequence makes one step of the output")
        .cells(40, 30, [[1, 3, 2, 5, 4, 1, 2]], 30, {(0, 2), (0, 3), (0, 4)})
        .arrow(145, 66, 145, 100)
        .text(160, 88, "3 weights", color=BLUE, anchor="start")
        .cells(70, 108, [["", "", "", "", ""]], 30, {(0, 2)}, ORANGE)
    )

    kernel_size = Sizes((3,), high=1000, keras_default=REQUIRED, help="Steps of the window.")
    strides = Sizes((1,), high=1000, keras_default=1, help="How far the window moves each time.")
    padding = Choice(
        "valid",
        choices={**PADDINGS, "causal": "Causal: back in time only"},
        help="Whether the window stays inside, zeros are put around, or zeros are put before the first step.",
    )
    dilation_rate = Sizes((1,), high=1000, keras_default=1, more=True, help="Gaps between the weights of a window.")
