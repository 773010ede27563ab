"""A metric of our own. It imports Keras, and its source is printed into exported code that needs it."""

import keras


class ClassScore(keras.metrics.Metric):  # type: ignore[misc]
    """A score of how often each class was taken for each: of yes by one output and a
    threshold, else the mean over the classes that there are.

    score: "precision", "recall", "f1" or "zero_one", the share of wrong answers."""

    def __init__(self, score, classes=2, threshold=None, name=None, **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(name=name or score, **kwargs)
        self.score, self.classes, self.threshold = score, classes, threshold
        self.counts = self.add_variable((classes, classes), "zeros", name="counts")

    def update_state(self, y_true, y_pred, sample_weight=None):  # type: ignore[no-untyped-def]
        """y_true: numbers of classes, rows with one 1, or 0 and 1 of one output."""
        ops = keras.ops
        if self.threshold is not None:
            answered = y_pred > self.threshold
        else:
            answered = ops.argmax(y_pred, axis=-1)
            if len(y_true.shape) == len(y_pred.shape):
                y_true = ops.argmax(y_true, axis=-1)
        right = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        answered = ops.reshape(ops.cast(answered, "int32"), (-1,))
        pairs = ops.bincount(right * self.classes + answered, minlength=self.classes**2)
        pairs = ops.reshape(pairs, (self.classes, self.classes))
        self.counts.assign_add(ops.cast(pairs, self.dtype))

    def result(self):  # type: ignore[no-untyped-def]
        ops = keras.ops
        hits, right = ops.diagonal(self.counts), ops.sum(self.counts, axis=1)
        answered = ops.sum(self.counts, axis=0)
        if self.score == "zero_one":
            return 1 - ops.divide_no_nan(ops.sum(hits), ops.sum(right))
        of = {"precision": answered, "recall": right, "f1": (right + answered) / 2}
        each = ops.divide_no_nan(hits, of[self.score])
        there = ops.cast(right + answered > 0, self.dtype)
        if self.threshold is not None:
            return each[1]
        return ops.divide_no_nan(ops.sum(each * there), ops.sum(there))
