"""Shapes and the sums that operators do with them.

A shape leaves out the batch axis, and every size in it is known: (8, 8, 1) is an image of 8 rows, 8 columns and one
channel. An empty shape () is a single number, what a loss gives.
"""

from math import log10, prod

Shape = tuple[int, ...]

LONGEST = 2**63 - 1
"""Of an axis: TensorFlow counts places in 64 bits."""


def size(shape: Shape) -> int:
    """How many numbers a value of this shape holds."""
    return prod(shape)


def show(shape: Shape) -> str:
    """The shape as people write it: 8 × 8 × 1."""
    return " × ".join(str(axis) for axis in shape) if shape else "one number"


def whole(number: int) -> str:
    """A count with its thousands apart: 61,706; from 10^15 on only how large it is: 1.2 × 10^21."""
    if abs(number) < 10**15:
        return f"{number:,}"
    if number < 0:
        return f"-{whole(-number)}"
    tens = int(log10(number))  # of a whole number, however large
    first = f"{number // 10 ** (tens - 6) / 10**6:.1f}"
    return f"{first} × 10^{tens}" if first != "10.0" else f"1.0 × 10^{tens + 1}"


def window_steps(length: int, window: int, stride: int, padding: str) -> int:
    """How many positions a window takes along one axis, which is the size of the output there.

    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", relationships 5 and 6;
    with padding "same" as TensorFlow defines it. The result is 0 or less where the window does not fit.
    """
    if padding == "same":
        return -(-length // stride)
    return (length - window) // stride + 1


def window_sum(length: int, window: int, stride: int, padding: str) -> str:
    """The line of arithmetic behind `window_steps`, with the numbers put in."""
    steps = window_steps(length, window, stride, padding)
    if padding == "same":
        return f"⌈{length} / {stride}⌉ = {steps}"
    if stride == 1:
        return f"{length} - {window} + 1 = {steps}"
    return f"⌊({length} - {window}) / {stride}⌋ + 1 = {steps}"
