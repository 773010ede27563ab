"""Series: rows that follow one another in time, cut into windows with what comes behind each.

The untyped functions stand alone, since they are printed into exported code.
"""

import numpy as np

from graphbuilder.parameters import Declared, Number, Whole

REPEATED = 0.01
"""Share of the rows of a series whose time may be there already, as `windowed` has it."""


def gaps_of(time, widest):
    """The rows behind which a series has a gap: the next is further away than `widest` usual steps. time: seconds, or
    None where rows only follow one another. Raises ValueError where time goes back or stands still."""
    if time is None or len(time) < 2:
        return np.empty(0, "int64")
    steps = np.diff(np.asarray(time, "float64"))
    if not np.all(steps > 0):
        row = int(np.flatnonzero(~(steps > 0))[0])
        raise ValueError(f"The time of row {row + 2} is not after that of row {row + 1}: sort the rows by time first.")
    return np.flatnonzero(steps > widest * np.median(steps))


def windows(values, time, length, horizon, stride, widest=1.5):
    """Windows of a series, and what comes behind each: (rows, length, columns), (rows, horizon, columns), and the row
    of the series that each begins at. None lies across a gap.

    values: (rows, columns), in the order of time. horizon: how many rows behind a window are told. stride: how many
    rows further the next window begins. Windows whose answer is not known (nan) are left out.
    """
    values = values[:, np.newaxis] if values.ndim == 1 else values
    rows, whole = len(values), length + horizon
    if rows < whole:
        raise ValueError(f"The series has {rows} rows; a window and what it tells need {length} + {horizon}.")
    starts = np.arange(0, rows - whole + 1, stride)
    gaps = gaps_of(time, widest)
    starts = starts[np.searchsorted(gaps, starts) == np.searchsorted(gaps, starts + whole - 1)]
    view = np.lib.stride_tricks.sliding_window_view(values, whole, axis=0)  # (starts, columns, whole)
    known = ~np.isnan(view[starts, :, length:].astype("float64")).any(axis=(1, 2))
    starts = starts[known]
    if not len(starts):
        raise ValueError(f"The series has {len(gaps)} gaps, and no {whole} rows without one: take shorter windows.")
    cut = np.moveaxis(view[starts], 2, 1)
    return cut[:, :length], cut[:, length:], starts


def windowed(data, time, entered, told, length, horizon, stride, widest):
    """Fields of windows in the place of those of rows: `window` (rows, length, columns) of what is entered and told,
    each told field as it is behind the window (rows, horizon), and the time at which that begins. Windows in which a
    value is missing are left out, and so are rows of a time that is there already, where these are few."""
    order, first = np.argsort(data[time], kind="stable"), np.unique(data[time], return_index=True)[1]
    if len(first) >= 0.99 * len(order):
        order = first
    names = [*entered, *(name for name in told if name not in entered)]
    values = [data[name].reshape(len(data[name]), -1)[order] for name in names]
    cut, behind, starts = windows(np.concatenate(values, axis=1), data[time][order], length, horizon, stride, widest)
    whole = ~np.isnan(cut).any(axis=(1, 2))
    ends = np.cumsum([part.shape[1] for part in values])
    fields = {"window": cut[whole].astype("float32")}
    for name in told:
        fields[name] = behind[whole][:, :, ends[names.index(name)] - 1].astype("float32")
    fields[time] = data[time][order][starts[whole] + length]
    return fields


def told_of_gaps(
    time: "np.ndarray[tuple[int], np.dtype[np.float64]]", widest: float = 1.5, *, dates: bool = True
) -> str:
    """The gaps of a series, in words; empty where there is none. dates: whether time is seconds since 1970."""
    gaps = gaps_of(time, widest)
    if not len(gaps):
        return ""
    steps = np.diff(time)
    usual, longest = float(np.median(steps)), int(gaps[np.argmax(steps[gaps])])
    ends = time[longest], time[longest + 1]
    first, last = (str(np.asarray(one, "M8[s]")).replace("T", " ") if dates else f"{one:.10g}" for one in ends)
    return (
        f"{len(gaps):,} {'gap' if len(gaps) == 1 else 'gaps'}; the longest is {steps[longest] / usual:,.0f} steps, "
        f"from {first} to {last} (rows {longest + 1:,} and {longest + 2:,}). No window lies across one."
    )


class Windows(Declared):
    """How a series is cut."""

    length = Whole(24, low=1, high=10_000, help="How many rows a window has.")
    horizon = Whole(1, low=1, high=1000, help="How many rows behind a window are to be told.")
    stride = Whole(1, low=1, high=10_000, help="How many rows further the next window begins.")
    widest = Number(1.5, low=1.0, open_low=True, help="A step that is more than so many times the usual one is a gap.")
