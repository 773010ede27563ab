"""The ideas that a lecture has words for and no operator or setting stands for, each with where it is met here; and
the words of things that are not there yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sin

from graphbuilder.lessons import Lesson
from graphbuilder.sketches import (
    BLUE,
    ORANGE,
    Points,
    Sketch,
    bell,
    block,
    descent,
    lines_over_time,
    values,
)


@dataclass(frozen=True)
class Idea:
    """see: keys of the help topics where it is met. words: by which it is found as well."""

    title: str
    summary: str
    lesson: Lesson
    see: Sequence[str]
    words: Sequence[str] = ()
    is_there: bool = True


def _down(rate: float, noise: float) -> Points:
    """Plain steps down the bowl of `descent`, each gradient shaken as that of a small batch is."""
    x, y = -9.0, 2.2
    way = [(x, y)]
    for step in range(26):
        x, y = x - rate * (x / 10 + noise * sin(5 * step)), y - rate * (2 * y + 3 * noise * sin(7 * step + 1))
        way.append((x, y))
    return way


def _chain(told: str) -> Sketch:
    """Three boxes in a row: values go forth, gradients come back."""
    sketch = Sketch(told)
    for place, name in enumerate(("layer 1", "layer 2", "loss")):
        left = 16 + 104 * place
        sketch.box(left, 60, 78, 40, name)
        if place:
            sketch.arrow(left - 24, 72, left - 2, 72, BLUE).arrow(left - 2, 90, left - 24, 90, ORANGE)
    return sketch.text(160, 36, "forth: values", color=BLUE).text(160, 130, "back: gradients", color=ORANGE)


def _fits(told: str) -> Sketch:
    """Points round a bow, a line that misses it, and a curve that runs through every point."""
    spots = [(60 + 25 * place, 88 - 52 * exp(-(((place - 4) / 3) ** 2)) + 13 * (-1) ** place) for place in range(9)]
    sketch = Sketch(told).axes().line([(48, 74), (272, 52)], dashed=True)
    sketch.line(spots, ORANGE, width=2.2)
    bow = [(48 + 2 * step, 88 - 52 * exp(-(((48 + 2 * step - 160) / 75) ** 2))) for step in range(113)]
    sketch.line(bow, BLUE, width=2.6)
    for x, y in spots:
        sketch.dot(x, y)
    return sketch.text(44, 153, "under: dashed", anchor="start").text(
        300, 153, "over: jagged", anchor="end", color=ORANGE
    )


IDEAS: dict[str, Idea] = {
    "gradient_descent": Idea(
        "Gradient descent and minibatches",
        "How every network here learns: a batch of samples, their gradient, a small step downhill, and again.",
        Lesson(
            descent(
                "Two ways down a bowl: smooth with all samples, shaken with minibatches",
                _down(0.8, 0),
                _down(0.8, 0.35),
            ),
            when="Always: an optimizer is a way to take these steps. Batch size and learning rate are the two first "
            "settings.",
            point="The loss of all samples is never worked out for a step. The gradient of a minibatch is a cheap "
            "guess at it, and many cheap guesses lead down faster than a few good ones.",
            formula=r"w \leftarrow w - \eta\, \frac{1}{B} \sum_{i=1}^{B} \nabla_w L_i",
        ),
        see=("optimizer.SGD", "training.batch_size", "option.learning_rate", "training.epochs"),
        words=(
            "minibatch",
            "mini-batch",
            "mini batch",
            "stochastic",
            "SGD",
            "step",
            "iteration",
            "epoch",
            "full batch",
        ),
    ),
    "backpropagation": Idea(
        "Backpropagation",
        "How the gradient of every weight is found in one pass back through the network.",
        Lesson(
            _chain("Values run forth to the loss, gradients run back from it, layer by layer"),
            when="In every step of every training; Keras does it, and nothing is to be set.",
            point="It is the chain rule with nothing worked out twice: a layer needs only what came from the layer "
            "behind it and the values it kept. So the way back costs about twice the way forth, however many weights "
            "there are.",
            formula=r"\delta_l = (W_{l+1}^{\top} \delta_{l+1}) \odot f'(z_l), \qquad "
            r"\frac{\partial L}{\partial W_l} = \delta_l\, a_{l-1}^{\top}",
        ),
        see=("idea.gradient_descent", "idea.vanishing_gradient"),
        words=("backprop", "back propagation", "backward pass", "forward pass", "chain rule", "gradient"),
    ),
    "vanishing_gradient": Idea(
        "Vanishing and exploding gradients",
        "On the way back through many layers gradients are multiplied, and shrink to nothing or grow without bound.",
        Lesson(
            lines_over_time(
                "The size of the gradient over the layers on the way back: shrinking, steady, growing",
                [
                    ("sigmoid", lambda t: 0.5 * exp(-2.2 * t), ORANGE, True),
                    ("steady", lambda t: 0.5, BLUE, False),
                    ("exploding", lambda t: 0.5 * exp(1.4 * t), "", False),
                ],
                across="layers back",
                up="gradient",
            ),
            when="Look for it where a deep network does not start to learn, or its loss becomes NaN. ReLU, He "
            "weights, batch normalization, skips with Add and a bound on the gradient (clipnorm) are the cures.",
            point="A product of many factors below one is next to nothing: the slope of a sigmoid is at most a "
            "quarter, so ten of them leave a millionth. What keeps the factors near one made deep networks possible.",
            formula=r"\frac{\partial L}{\partial a_0} = \frac{\partial L}{\partial a_n} "
            r"\prod_{l=1}^{n} \frac{\partial a_l}{\partial a_{l-1}}",
        ),
        see=(
            "activation.relu",
            "activation.sigmoid",
            "initializer.he_normal",
            "operator.BatchNormalization",
            "operator.Add",
        ),
        words=(
            "vanishing gradient",
            "exploding gradient",
            "deep",
            "saturation",
            "clipping",
            "residual",
            "skip connection",
        ),
    ),
    "overfitting": Idea(
        "Overfitting and underfitting",
        "Too much freedom learns the samples by heart; too little cannot follow them. Only new data tell.",
        Lesson(
            _fits(
                "Points on a bow: a straight line misses it, a jagged line runs through every point, a curve follows it"
            ),
            when="Compare the curves of training and validation. Both high: underfitting, give more units, layers or "
            "epochs. Far apart: overfitting, give more data, fewer weights or regularization.",
            point="What counts is the error on what the network has never seen. The training loss alone cannot tell a "
            "network that understood from one that remembers.",
        ),
        see=("idea.regularization", "idea.parts", "training.epochs", "operator.Dropout"),
        words=("overfit", "underfit", "generalization", "capacity", "bias", "variance", "memorize"),
    ),
    "regularization": Idea(
        "Regularization",
        "Everything that keeps a network from learning its samples by heart.",
        Lesson(
            lines_over_time(
                "The validation loss turns without regularization and falls on with it",
                [
                    ("without", lambda t: 0.25 + 0.6 * exp(-7 * t) + 0.45 * max(0.0, t - 0.3), ORANGE, True),
                    ("with", lambda t: 0.22 + 0.63 * exp(-5 * t), BLUE, False),
                ],
            ),
            when="Where the validation loss turns and rises while the training loss falls on. Begin with early "
            "stopping, then dropout or a penalty on weights.",
            point="Each way takes some freedom: a penalty keeps weights small, dropout forbids reliance on single "
            "units, early stopping allows no time. The training loss gets worse, and that is the price.",
            formula=r"L' = L + \lambda_1 \sum |w| + \lambda_2 \sum w^2",
        ),
        see=("penalty.l1_l2", "operator.Dropout", "training.patience", "optimizer.AdamW"),
        words=("weight decay", "early stopping", "dropout", "ridge", "lasso", "penalty", "L2"),
    ),
    "parts": Idea(
        "Training, validation and test",
        "Three parts of the data: to learn from, to choose by, and to judge by at the very end.",
        Lesson(
            Sketch("The data cut into three parts")
            .box(20, 60, 182, 40, "training", BLUE)
            .box(202, 60, 49, 40, color=ORANGE)
            .box(251, 60, 49, 40)
            .text(226, 122, "validation", color=ORANGE)
            .text(276, 50, "test"),
            when="Choose settings by the validation part, as often as you like. Look at the test part once, when all "
            "is chosen.",
            point="Whoever chooses by a number makes that number too good. So the test part is counted here: each "
            "further look makes it a little more of a validation part.",
        ),
        see=("split.validation", "split.test", "idea.overfitting"),
        words=("hold-out", "holdout", "split", "generalization", "cross-validation", "leakage", "evaluation"),
    ),
    "initialization": Idea(
        "Initialization of weights",
        "Where training begins: random weights, drawn so that values neither grow nor shrink from layer to layer.",
        Lesson(
            Sketch("Activations after ten layers: all at zero, well spread, all at the two ends")
            .bars(bell(0, 0.25), 12, 112, 84, 76, ORANGE)
            .bars(bell(0, 1.1), 118, 112, 84, 76, BLUE)
            .bars([9, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 9], 224, 112, 84, 76, ORANGE)
            .text(54, 134, "too small")
            .text(160, 134, "right", color=BLUE)
            .text(266, 134, "too large"),
            when="He before ReLU, Glorot (the default) before tanh or sigmoid. Biases begin at zero.",
            point="Zeros would leave all units of a layer alike for ever: the same gradient, the same step. Chance "
            "breaks the tie, and its spread decides whether a deep network starts to learn.",
            formula=r"\mathrm{Var}(w) = \frac{2}{n_{in} + n_{out}} \;\text{(Glorot)}, "
            r"\qquad \frac{2}{n_{in}} \;\text{(He)}",
        ),
        see=("initializer.glorot_uniform", "initializer.he_normal", "initializer.zeros"),
        words=("initial weights", "initializer", "Glorot", "Xavier", "He", "Kaiming", "symmetry"),
    ),
    "measures": Idea(
        "Accuracy and other measures",
        "What is shown beside the loss because people can read it; training does not see it.",
        Lesson(
            Sketch("A table of what was right against what was told, with the hits on its diagonal")
            .cells(104, 28, [[48, 2, 0], [3, 44, 3], [0, 1, 49]], 34, {(0, 0), (1, 1), (2, 2)})
            .text(155, 20, "told")
            .text(96, 84, "right", anchor="end")
            .text(155, 150, "accuracy 141 / 150"),
            when="Accuracy for classes, with the confusion matrix to see which are mixed up; mean absolute error and "
            "R² for numbers. Each Loss has a list of others to choose from.",
            point="Accuracy jumps, so it has no gradient to learn by: the loss stands in for it. The two may part: a "
            "network can grow surer of its mistakes while it makes no more of them.",
            formula=r"accuracy = \frac{hits}{n}, \qquad R^2 = 1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2}",
        ),
        see=("metric.accuracy", "metric.f1", "metric.auc_roc", "metric.r2", "idea.parts"),
        words=("metric", "confusion matrix", "R2", "R²", "MAE", "precision", "recall", "evaluation"),
    ),
    "ensembles": Idea(
        "Ensembles and doubt",
        "Several networks answer together: their mean is often better than each, and their spread tells of doubt.",
        Lesson(
            Sketch("Four curves run together where there are points and apart where there are none")
            .axes()
            .line([(40, 96), (90, 70), (140, 60), (190, 66), (245, 34), (300, 18)], BLUE, width=1.4)
            .line([(40, 92), (90, 72), (140, 59), (190, 69), (245, 60), (300, 52)], BLUE, width=1.4)
            .line([(40, 95), (90, 69), (140, 61), (190, 67), (245, 76), (300, 84)], BLUE, width=1.4)
            .line([(40, 94), (90, 71), (140, 60), (190, 68), (245, 96), (300, 118)], BLUE, width=1.4)
            .dot(60, 84)
            .dot(92, 71)
            .dot(118, 64)
            .dot(146, 60)
            .dot(176, 64)
            .text(112, 118, "agree")
            .text(268, 24, "differ", anchor="end", color=ORANGE),
            when="Train with several seeds, or leave dropout on while it answers: every answer is then one of another "
            "thinned network. Where they differ the answer is in doubt.",
            point="Each network errs in its own way, so errors cancel in the mean as far as they are not alike. One "
            "answer alone cannot tell whether it was a guess.",
            formula=r"\bar y = \frac{1}{K} \sum_{k=1}^{K} f_k(x), \qquad s^2 = \frac{1}{K} \sum_k (f_k(x) - \bar y)^2",
        ),
        see=("operator.Dropout", "training.seed", "idea.regularization", "idea.measures"),
        words=("ensemble", "bagging", "boosting", "uncertainty", "Monte Carlo dropout", "committee", "spread"),
    ),
    "features": Idea(
        "Learned features",
        "The first layers learn what to look for, edges and strokes; later ones what these make together.",
        Lesson(
            Sketch("From pixels by way of edges and parts to a class")
            .cells(14, 52, values(3, 3), 18, {(0, 1), (1, 1), (2, 1)})
            .arrow(74, 79, 94, 79)
            .cells(100, 36, values(2, 2), 18, {(0, 0), (1, 0)}, ORANGE)
            .cells(100, 88, values(2, 2), 18, {(0, 0), (0, 1)}, ORANGE)
            .arrow(142, 79, 162, 79)
            .box(168, 56, 56, 46, "parts")
            .arrow(228, 79, 248, 79)
            .box(254, 56, 52, 46, "class", BLUE)
            .text(41, 132, "pixels")
            .text(118, 148, "edges", color=ORANGE),
            when="To see what a convolution looks for, look into its node once it is trained: kernels, maps of a "
            "sample, and the samples that a kernel answers most to.",
            point="Features used to be drawn up by people who knew the matter. A network finds its own by the gradient "
            "of one loss, and the first of them are nearly the same for all photographs.",
            formula=r"a^{(1)} = f(K * x), \qquad \hat y = \mathrm{softmax}(W a^{(L)})",
        ),
        see=("operator.Conv2D", "idea.backpropagation", "operator.GlobalAveragePooling2D"),
        words=("feature", "kernel", "filter", "feature map", "representation", "embedding", "hidden representation"),
    ),
    "black_box": Idea(
        "The black box",
        "A network gives an answer and no reason. What it looked at, how sure it is and where it fails can be asked.",
        Lesson(
            Sketch("A dark box between a question and an answer, and a patch that hides part of the picture")
            .cells(16, 44, values(4, 4), 18, {(1, 1), (1, 2), (2, 1), (2, 2)})
            .box(52, 44, 36, 36, "?", ORANGE)
            .arrow(94, 80, 120, 80)
            .box(124, 48, 84, 64, "network")
            .arrow(212, 80, 238, 80)
            .box(242, 62, 62, 36, "stop", BLUE)
            .text(54, 138, "hidden in part", color=ORANGE)
            .text(272, 138, "still so?", color=BLUE),
            when="Before anybody relies on an answer: look at the mistakes that were made most surely, at the "
            "calibration, and in the panel Inside at what changes when a part of the input is hidden.",
            point="A network takes whatever tells the classes apart in its data: the snow behind the wolf as gladly as "
            "the wolf. A good score does not say which of them it was.",
            formula=r"s_i = \left| \frac{\partial f_c(x)}{\partial x_i} \right|",
        ),
        see=("idea.measures", "idea.features", "idea.backpropagation"),
        words=("saliency", "occlusion", "Grad-CAM", "explainability", "interpretability", "XAI", "explain", "bias"),
    ),
    "augmentation": Idea(
        "Data augmentation",
        "Not there yet. Samples are turned, shifted and mirrored at random, so that no two epochs see the same image.",
        Lesson(
            Sketch("One pattern, and the same one mirrored and shifted")
            .cells(16, 44, values(4, 4), 18, {(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (3, 2)})
            .arrow(94, 80, 120, 80)
            .cells(126, 44, values(4, 4), 18, {(0, 3), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1)}, ORANGE)
            .cells(228, 44, values(4, 4), 18, {(0, 1), (1, 1), (2, 1), (3, 1), (3, 2), (3, 3)}, ORANGE)
            .text(162, 134, "mirrored")
            .text(264, 134, "shifted"),
            when="With few images. Nearest here: noise on the way (Dropout) or fewer weights; in exported code, put "
            "Keras' RandomFlip and RandomTranslation behind the input.",
            point="It tells the network what does not matter: a cat mirrored is a cat. A mirrored 3 is no 3, so each "
            "change has to be true of the data.",
        ),
        see=("operator.Dropout", "idea.overfitting", "idea.regularization"),
        words=("augment", "flip", "rotation", "crop", "noise"),
        is_there=False,
    ),
    "schedule": Idea(
        "Schedules",
        "The learning rate is made smaller while training goes on, in steps or along a curve.",
        Lesson(
            lines_over_time(
                "The learning rate over the epochs: constant, in steps, along a curve",
                [
                    ("constant", lambda t: 0.85, "", False),
                    ("steps", lambda t: 0.82 / 1.7 ** int(t * 2.99), ORANGE, True),
                    ("decay", lambda t: 0.8 * exp(-4 * t), BLUE, False),
                ],
                up="rate",
            ),
            when="Choose one beside the learning rate; the form draws it over the run that you are about to start.",
            point="Far from the goal large steps save time; near it they jump across. Who goes slower in time arrives.",
            formula=r"\eta_t = \eta_0\, \gamma^{t}",
        ),
        see=("schedule.cosine", "schedule.plateau", "training.schedule", "option.learning_rate"),
        words=(
            "learning rate schedule",
            "learning rate decay",
            "annealing",
            "warmup",
            "warm-up",
            "cosine",
            "step decay",
        ),
    ),
    "transfer": Idea(
        "Transfer learning",
        "Not there yet. A network that learned from a million images keeps its first layers; its end is trained anew.",
        Lesson(
            Sketch("Layers that are kept, and a new end that is trained")
            .box(20, 56, 60, 44, "kept")
            .box(92, 56, 60, 44, "kept")
            .box(164, 56, 60, 44, "kept")
            .box(240, 56, 60, 44, "new", BLUE)
            .arrow(80, 78, 92, 78)
            .arrow(152, 78, 164, 78)
            .arrow(224, 78, 240, 78)
            .text(122, 128, "frozen")
            .text(270, 128, "trained", color=BLUE),
            when="With few samples of your own. Nearest here: a trained model of Keras, brought in "
            "by `graphbuilder import`, with layers frozen.",
            point="Edges and textures are the same in all photographs: what the first layers know need not be learned "
            "twice.",
        ),
        see=("operator.Conv2D", "idea.overfitting"),
        words=(
            "fine-tuning",
            "finetuning",
            "pretrained",
            "pre-trained",
            "freeze",
            "frozen",
            "VGG",
            "ResNet",
            "ImageNet",
        ),
        is_there=False,
    ),
    "sequences": Idea(
        "Recurrent networks, LSTM and attention",
        "Operators for sequences such as text and speech: recurrent cells, embeddings and attention.",
        Lesson(
            Sketch("A row of steps, each handing its state to the next")
            .cells(44, 108, values(1, 4), 58, block(0, 0, 1, 4), ORANGE)
            .box(44, 50, 46, 36, "state", BLUE)
            .box(102, 50, 46, 36, "state", BLUE)
            .box(160, 50, 46, 36, "state", BLUE)
            .box(218, 50, 46, 36, "state", BLUE)
            .arrow(90, 68, 101, 68)
            .arrow(148, 68, 159, 68)
            .arrow(206, 68, 217, 68)
            .text(154, 34, "one step after the other"),
            when="For sequences of any length: LSTM remembers, Multi-head attention looks at every step.",
            point="Recurrent cells read step by step and forget slowly; attention lets every place look at every "
            "other at once, which costs more and learns better.",
        ),
        see=("operator.LSTM", "operator.MultiHeadAttention", "operator.Embedding", "operator.Conv1D"),
        words=("RNN", "LSTM", "recurrent", "transformer", "attention", "embedding", "sequence", "NLP", "text"),
    ),
}
