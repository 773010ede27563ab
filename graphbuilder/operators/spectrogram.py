"""The operator that makes of a sound which tones are in it, and when."""

from collections.abc import Iterator
from math import ceil, log2, sin

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import Counts, Operator, known_size, need_axes
from graphbuilder.operators.window import PADDINGS, slide, window_sums
from graphbuilder.parameters import Choice, OrNone, Whole, WholeOrNone, YesNo
from graphbuilder.shapes import Axis, Phrase, Shape, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs

_MODES = {
    "log": "Logarithm of the strength",
    "magnitude": "Strength",
    "psd": "Power",
    "real": "Cosine part",
    "imag": "Sine part",
    "angle": "Phase",
    "stft": "Cosine and sine parts",
}


class STFTSpectrogram(Operator, title="Spectrogram", family=SEQUENCE):
    """Cuts a sound into frames that overlap, and says of each how strong every tone is in it.

    Input shape: (steps, channels). Output shape: (frames, channels · tones), or (frames, tones, channels) with
    expand_dims. Its tones are weights, which training may change.
    """

    keywords = ("stft", "fourier", "audio", "sound", "speech", "frequency", "fft", "signal", "wave", "spectrum")
    formula = r"y_{t,k} = \ln \Big| \sum_n w_n\, x_{t s + n}\, e^{-2 \pi i k n / N} \Big|"
    when = "First behind an Input of sound or vibration; with expand_dims, convolutions of images go on."
    point = (
        "A long frame tells tones apart that lie close, and not when they were; a short one the other way round. No "
        "choice has both."
    )
    picture = (
        Sketch("A wave is cut into frames, and each becomes a column of tones")
        .line([(20 + n, 80 - (10 + n / 6) * sin(n / (3 + n / 30))) for n in range(111)], BLUE)
        .arrow(142, 80, 176, 80)
        .cells(190, 30, [["", "", "", ""]] * 4, 26, {(0, 2), (1, 1), (2, 1), (3, 0), (3, 3)}, ORANGE)
        .text(242, 152, "frames")
    )
    needs_amounts = True

    mode = Choice("log", choices=_MODES, help="What is said of each tone.")
    frame_length = Whole(128, low=2, high=10**5, keras_default=256, help="How many steps a frame has.")
    frame_step = WholeOrNone(none="half a frame", low=1, high=10**5, help="How many steps further on the next begins.")
    fft_length = OrNone(
        Whole(512, low=2, high=10**6, help=""), none="the next power of two", more=True,
        help="Of how many steps the tones are, at least those of a frame: half as many tones are told apart, and one.",
    )  # fmt: skip
    window = Choice(
        "hann", choices={"hann": "Hann", "hamming": "Hamming"}, more=True, help="How a frame fades in and out."
    )
    periodic = YesNo(False, more=True, help="Let windows go on as if they came again, for what is put together again.")
    scaling = Choice(
        "density",
        choices={"density": "Density: by power", "spectrum": "Spectrum: by the sum", "none": "None"},
        more=True,
        help="By what of the window values are divided.",
    )
    padding = Choice("valid", choices=PADDINGS, help="Whether frames stay inside, or reach over the end.")
    expand_dims = YesNo(False, help="Give tones an axis of their own, as an image has.")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.frame_step is not None and self.frame_step > self.frame_length:
            says = "must be at most frame_length, {longest}; received {received}"
            yield "frame_step", Phrase(says, longest=self.frame_length, received=self.frame_step)
        if self.fft_length is not None and self.fft_length < self.frame_length:
            says = "must be at least frame_length, {least}; received {received}"
            yield "fft_length", Phrase(says, least=self.frame_length, received=self.fft_length)

    @property
    def _step(self) -> int:
        return self.frame_step or max(1, self.frame_length // 2)

    @property
    def _tones(self) -> int:
        return (self.fft_length or 2 ** ceil(log2(max(1, self.frame_length)))) // 2 + 1

    @property
    def _kernels(self) -> int:
        return 1 if self.mode in ("real", "imag") else 2

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        fix = "A Reshape to (steps, 1) makes one of a row."
        came = need_axes(inputs, 2, "a sequence of steps × channels", fix)
        channels = known_size(came, -1, "channels")
        (frames,) = slide(came[:1], (self.frame_length,), (self._step,), self.padding, "frame_length")
        tones = self._tones * (2 if self.mode == "stft" else 1)
        return (frames, tones, channels) if self.expand_dims else (frames, channels * tones)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        kernels = self._kernels * self.frame_length * self._tones
        frames: Axis = output[0]
        return Counts(trainable=kernels, multiply_adds=kernels * (frames or 1) * (inputs[0][-1] or 1))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0][:1], (self.frame_length,), (self._step,), self.padding, ("frames",))
        yield f"tones: {2 * (self._tones - 1)} / 2 + 1 = {self._tones}"
        kernels = whole(self._kernels * self.frame_length * self._tones)
        yield f"parameters: {self._kernels} × {self.frame_length} × {self._tones} = {kernels}"

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        return told | {"scaling": None} if self.scaling == "none" else told

    def line(self) -> str:
        return f"{self._tones} tones, frames of {self.frame_length}/{self._step}"
