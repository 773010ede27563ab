"""What convolution and pooling share: a window that slides over the rows and columns of an image."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.fitting import as_image
from graphbuilder.operators.operator import ShapeFault, need_axes
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, window_steps, window_sum

PADDINGS = {"valid": "Valid: windows stay inside", "same": "Same: over the edge"}


def image_in(inputs: Sequence[Shape], fields: Fields) -> Shape:
    """The one input, held to be an image of (rows, columns, channels)."""
    repairs, fix = as_image(inputs[0]), "A Reshape to (rows, columns, channels) makes an image of it."
    if fields and not repairs and all(field.kind != "image" for field in fields.values()):
        fix = "This data set has no images; Linear takes its values as they are."
    return need_axes(inputs, 3, "an image of rows × columns × channels", fix, repairs)


def slide(
    image: Shape, window: Shape, strides: Shape, padding: str, parameter: str, gaps: Shape = (1, 1)
) -> tuple[int, int]:
    """Rows and columns of the output. Raises ShapeFault, with the sum, where the window does not fit.

    window: with its gaps; parameter: the one that sets its size without them.
    """
    steps = [window_steps(*axis, padding) for axis in zip(image[:2], window, strides, strict=True)]
    for axis, name in enumerate(("rows", "columns")):
        if steps[axis] < 1:
            left = f"{image[axis]} - {window[axis]} + 1 = {image[axis] - window[axis] + 1} {name}"
            raise ShapeFault(
                f"with a window of {window[0]}×{window[1]}, padding {padding}, on {image[0]}×{image[1]} leaves {left}.",
                "Use padding 'same' or a smaller window.",
                parameter,
                repairs=[
                    SetParameter("padding", "same"),
                    SetParameter(parameter, [_fitting(*one) for one in zip(image[:2], window, gaps, strict=True)]),
                ],
            )
    return steps[0], steps[1]


def _fitting(length: int, window: int, gap: int) -> int:
    """The most weights in a row that an axis has room for."""
    return (min(length, window) - 1) // gap + 1


def window_sums(image: Shape, window: Shape, strides: Shape, padding: str) -> Iterator[str]:
    for axis, name in enumerate(("rows", "columns")):
        yield f"{name}: {window_sum(image[axis], window[axis], strides[axis], padding)}"


def stepping(strides: Sequence[int], usual: Sequence[int]) -> str:
    """For a card's line, as papers write it: " /2" or " /2×1", and nothing for the usual strides."""
    down, across = strides
    return "" if tuple(strides) == tuple(usual) else f" /{down}" if down == across else f" /{down}×{across}"
