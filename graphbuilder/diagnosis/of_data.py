"""Findings about data and what they are compared with."""

from collections.abc import Iterator

from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.finding import FEWEST_TO_VALIDATE, SYMPTOMS, Finding, amount, together
from graphbuilder.diagnostics import such_as
from graphbuilder.fields import Field
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import RESCALING
from graphbuilder.operators.loss import Loss
from graphbuilder.repair import Change, PutBefore, Repair, SetParameter, SetSetting


class AnswerAsInput(Finding):
    """What is to be predicted enters the network, or something that it follows from.

    field: what the Input takes, or the component of it that is the answer; target: of the Loss.
    """

    code = "D_ANSWER_AS_INPUT"
    title = "The answer is among the inputs"
    remedy = "Let the Input take what will be known when the network is asked, and not what is to be found out."
    point = "A score that is too good is the commonest sign of a leak: the network only copies what it was given."
    see = ("idea.parts", "operator.Input")
    hides = SYMPTOMS
    example = such_as(who="Input 'label'", field="digit", target="is_even")
    no_experiment = "it is one column of a field, and a network takes a field as a whole"
    who: str
    field: str
    target: str

    @property
    def message(self) -> str:
        if self.field == self.target:
            return (
                f"{self.who} takes {self.field!r}, which is the answer itself: a leak of the target, nothing is "
                "predicted."
            )
        return (
            f"{self.who} takes {self.field!r}, from which alone the answer {self.target!r} can be read: a leak of the "
            "target, nothing is predicted."
        )

    @property
    def fix(self) -> str:
        if self.repairs:
            return "Enter only what is known before the answer is: let it take another field."
        return (
            f"No button mends it: {self.no_experiment}. On the page Data, let this column be ignored; enter only what "
            "is known before the answer is."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["AnswerAsInput"]:
        """By name; and by what was measured: a column that alone tells every row's answer. An image or a vector that is
        entered and compared with is an autoencoder's, and right."""
        yield from cls._measured(case)
        targets = {loss.target for loss in case.losses.values()}
        others = [name for name, one in case.fields.items() if one.kind in ("image", "vector", "array", "text")]
        for id, operator in case.examined.every(Input):
            entered = case.fields.get(operator.field)
            if entered is None:
                continue
            leak = ""
            if entered.kind in ("class", "number") and entered.shape in ((), (1,)):
                classes = (
                    next((t for t in targets if case.fields[t].kind == entered.kind == "class"), "") if targets else ""
                )
                leak = entered.name if entered.name in targets else classes
            elif named := [part for part in entered.parts if part in targets]:
                yield cls(who=case.called(id), field=named[0], target=named[0], nodes=(id,), parameter="field")
                continue
            if leak:
                fits = tuple(SetParameter("field", name) for name in others)
                yield cls(
                    who=case.called(id), field=entered.name, target=leak, nodes=(id,), parameter="field", repairs=fits
                )

    @classmethod
    def _measured(cls, case: Case) -> Iterator["AnswerAsInput"]:
        inputs = {id: field for id, one in case.examined.every(Input) if (field := case.fields.get(one.field))}
        for loss_id, loss in case.losses.items():
            known = case.baseline(loss_id)
            column = known.giveaway if known else None
            for id, field in inputs.items() if column else ():
                if column == field.name or column in field.parts or str(column).startswith(f"{field.name}["):
                    yield cls(
                        who=case.called(id), field=str(column), target=loss.target, nodes=(id,), parameter="field"
                    )
                    break


class ConstantTarget(Finding):
    """Every row has the same answer, so there is nothing to tell apart."""

    of_fields = True
    code = "D_CONSTANT_TARGET"
    title = "A target that never changes"
    remedy = "Choose another target, or data in which it takes several values."
    point = "A network learns differences. Where there are none, the best answer is one number, whatever comes in."
    see = ("operator.Loss",)
    hides = (*SYMPTOMS, "D_OVERFIT", "D_NOISE_FLOOR")
    example = such_as(who="Loss 'price'", target="price", value="3")
    no_experiment = "the data have no other field that could be a target and changes"
    who: str
    target: str
    value: str

    @property
    def message(self) -> str:
        return (
            f"{self.who}: the target {self.target!r} is {self.value} in every row, a constant: nothing can be learned."
        )

    @property
    def fix(self) -> str:
        if self.repairs:
            return "Choose another target."
        return (
            f"No button mends it: {self.no_experiment}. On the page Data, make another column the target, or take data "
            "in which it takes several values."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["ConstantTarget"]:
        for id, loss in case.losses.items():
            target = case.target(loss)
            if target is None or not _is_constant(target):
                continue
            value = repr(target.classes[0]) if target.classes else amount(target.low)
            yield cls(
                who=case.called(id), target=target.name, value=value, nodes=(id,), parameter="target",
                repairs=tuple(cls._instead(case, id, target)),
            )  # fmt: skip

    @staticmethod
    def _instead(case: Case, id: str, constant: Field) -> Iterator[Repair]:
        """Every other field that changes and is neither entered nor compared, with the loss and the last units that it
        takes."""
        entered = {operator.field for _, operator in case.examined.every(Input)}
        compared = {loss.target for loss in case.losses.values()}
        maker = case.examined.last_weighed.get(id, "")
        sized = maker if maker and "units" in case.report.wired.nodes[maker].params else ""
        for field in case.fields.values():
            taken = field.name in entered | compared or field.kind not in ("class", "number") or _is_constant(field)
            if taken or field.shape not in ((), (1,)):
                continue
            changes: list[Change] = [SetParameter("target", field.name, id)]
            if field.kind != constant.kind or len(field.classes) != len(constant.classes):
                loss = "softmax_crossentropy" if field.classes else "mean_squared_error"
                changes.append(SetParameter("loss", loss, id))
                if sized:
                    changes.append(SetParameter("units", len(field.classes) or 1, sized))
                    changes.append(SetParameter("activation", "linear", sized))
            yield tuple(changes)


def _is_constant(field: Field) -> bool:
    return len(field.classes) == 1 if field.classes else field.low == field.high


class TinyInputs(Finding):
    """What comes to the first weights is nearly zero: the network hears next to nothing of its input.

    reach: the largest value; scaled: by whom it was made small, where anybody did.
    """

    code = "D_TINY_INPUTS"
    title = "Inputs of nearly zero"
    remedy = "Scale by one over the largest value, once: pixels of 0 to 255 by 1/255, digits of 0 to 16 by 1/16."
    point = (
        "Weights are drawn for inputs of about size one. A thousandth of that gives a thousandth of the gradient, and"
        " only the biases learn."
    )
    see = ("operator.Rescaling", "operator.Normalization")
    example = such_as(
        who="Rescaling 'scale'", reader="Linear 'hidden'", field="pixels", reach=0.00025, scaled=True, better=0.0625
    )
    who: str
    reader: str
    field: str
    reach: float
    scaled: bool
    better: float

    LEAST = 0.02
    """A fiftieth of what initializers are made for: measured on digits, 0.06 still trains, a tenth of it hardly."""

    @property
    def message(self) -> str:
        if self.scaled:
            return (
                f"{self.who} scales {self.field!r} too small: {self.reader} gets inputs of at most "
                f"{amount(self.reach)}, "
                "nearly zero, as if they were rescaled twice."
            )
        return (
            f"{self.reader} gets the values of {self.field!r} as they are, at most {amount(self.reach)}: unscaled and "
            "nearly zero."
        )

    @property
    def fix(self) -> str:
        return f"Set scale to {self.better:.4g}." if self.scaled else "Put a Normalization before it."

    hides = (*SYMPTOMS, "D_VANISHING_START", "D_FADING_START", "D_DEAD_UNITS", "D_VANISHING")

    @classmethod
    def found(cls, case: Case) -> Iterator["TinyInputs"]:
        told = set[str]()
        for id, one in case.signals.weighed.items():
            reach = max(abs(one.came.low), abs(one.came.high))
            source = _entrance(case, id)
            if source is None or not 0 < reach < cls.LEAST:
                continue
            scaling, came, field = source
            where = scaling or id
            if where in told:
                continue
            told.add(where)
            better = 1 / came if came else 1.0
            fits = SetParameter("scale", float(f"{better:.4g}")) if scaling else PutBefore("Normalization")
            yield cls(
                who=case.called(where),
                reader=case.called(id),
                field=field,
                reach=reach,
                scaled=bool(scaling),
                better=better,
                nodes=(where, id) if scaling else (id,),
                parameter="scale" if scaling else None,
                repairs=(fits,),
            )


class WordsUnknown(Finding):
    """The words that an operator knows are not those of the data, or hardly any: all others come in as one.

    share: of the field's categories that it knows; None for texts, whose words the document does not tell. most: how
    many it may know, where it finds them itself.
    """

    code = "D_WORDS_UNKNOWN"
    title = "A vocabulary that knows hardly a word"
    remedy = "Leave the vocabulary empty: its words are then found in the training part. Let it know thousands of them."
    point = (
        "A word that is not in the vocabulary becomes the unknown, whatever it was. Of unknowns alone nothing is told."
    )
    see = ("operator.TextVectorization", "operator.StringLookup")
    hides = (*SYMPTOMS, "D_BOTTLENECK", "D_RATE_TOO_HIGH", "D_DEAD_UNITS", "D_OVERFIT", "D_NOISE_FLOOR")
    refuted = True
    example = such_as(who="String lookup 'words'", field="sex", known=("red", "green", "blue"), share=0.0)
    who: str
    field: str
    known: tuple[str, ...]
    share: float | None
    most: int = 0

    LEAST = 0.5
    """Of a field's categories: who knows fewer was given the words of something else."""
    FEWEST = 20
    """Words of a text: the twenty most frequent of a language are articles, pronouns and prepositions, and say nothing
    of what it is about."""
    BETTER = 2_000
    """Words that most short texts are made of."""

    @property
    def fix(self) -> str:
        if self.most:
            return f"Set max_tokens to {self.BETTER:,}." if self.share is None else "Leave its max_tokens empty."
        return "Leave its vocabulary empty: the words are then found in the training part."

    @property
    def message(self) -> str:
        if self.most:
            return (
                f"{self.who} knows only the {self.most} most frequent words of {self.field!r}: all others come in as "
                "one, unknown."
            )
        words = together([repr(word) for word in self.known])
        of = "none" if self.share == 0 else "few" if self.share is not None else "hardly any"
        return (
            f"{self.who} knows the words {words} alone, and {of} of {self.field!r}: all others come in as one, unknown."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["WordsUnknown"]:
        """Of texts those are told of that have the words which a new operator begins with, or may have a few alone."""
        for id, operator in case.operators:
            field = _entered(case, id)
            if field is None or operator.parameters.get("vocabulary") is None:
                continue
            known = operator.params["vocabulary"]
            if not known:
                yield from cls._few(case, id, operator, field)
                continue
            if not isinstance(known, tuple) or operator.parameters["vocabulary"].default == ():
                continue
            share = sum(word in known for word in field.classes) / len(field.classes) if field.classes else None
            strange = share < cls.LEAST if share is not None else known == operator.parameters["vocabulary"].default
            if strange:
                yield cls(
                    who=case.called(id), field=field.name, known=tuple(map(str, known)), share=share, nodes=(id,),
                    parameter="vocabulary", repairs=(SetParameter("vocabulary", []),),
                )  # fmt: skip

    @classmethod
    def _few(cls, case: Case, id: str, operator: Operator, field: Field) -> Iterator["WordsUnknown"]:
        """Found in the training part, and held to so few. Letters are few by themselves."""
        tokens = operator.params.get("max_tokens")
        if not isinstance(tokens, int) or operator.params.get("split") == "character":
            return
        most = tokens - (2 if field.kind == "text" else 1)
        share = most / len(field.classes) if field.classes else None
        repair: Repair = SetParameter("max_tokens", None)
        if share is None:
            repair = _with_readers(case, id, cls.BETTER)
        if share < cls.LEAST if share is not None else field.kind == "text" and most < cls.FEWEST:
            yield cls(
                who=case.called(id), field=field.name, known=(), share=share, most=most, nodes=(id,),
                parameter="max_tokens", repairs=(repair,),
            )  # fmt: skip


def _with_readers(case: Case, id: str, tokens: int) -> Repair:
    """More tokens, and an Embedding behind that has a vector for each."""
    readers = (wire.target for wire in case.report.wired.out_of[id])
    embedded = [one for one in readers if "input_dim" in case.report.wired.nodes[one].params]
    return (SetParameter("max_tokens", tokens), *(SetParameter("input_dim", tokens, one) for one in embedded))


class WordsCut(Finding):
    """Of each text only the first word or two are read: the rest is cut off before anything sees it."""

    code = "D_WORDS_CUT"
    title = "Texts cut off behind a word or two"
    remedy = "An output_sequence_length that most texts fit into; shorter ones are filled up."
    point = "What stands at the end of a sentence may turn all that came before it round. Cut off, it was never said."
    see = ("operator.TextVectorization",)
    hides = (*SYMPTOMS, "D_OVERFIT", "D_NOISE_FLOOR")
    refuted = True
    example = such_as(who="Text vectorization 'words'", field="review", words=2)
    who: str
    field: str
    words: int

    LEAST = 3
    """Words: of fewer no sentence can be made, of subject, verb and object."""
    BETTER = 20
    """Words of a sentence. Of 50, four fifths of a short text are what fills it up: a mean over them learned at chance
    in one of two runs."""
    fix = f"Set output_sequence_length to {BETTER}."

    @property
    def message(self) -> str:
        reads = "word" if self.words == 1 else f"{self.words} words"
        return f"{self.who} reads only the first {reads} of each text of {self.field!r}, and cuts the rest off."

    @classmethod
    def found(cls, case: Case) -> Iterator["WordsCut"]:
        for id, operator in case.operators:
            field, words = _entered(case, id), operator.params.get("output_sequence_length")
            if field and field.kind == "text" and isinstance(words, int) and words < cls.LEAST:
                yield cls(
                    who=case.called(id), field=field.name, words=words, nodes=(id,),
                    parameter="output_sequence_length",
                    repairs=(SetParameter("output_sequence_length", cls.BETTER),),
                )  # fmt: skip


def _entered(case: Case, id: str) -> Field | None:
    """The field that a node reads as it comes."""
    before = case.report.wired.before[id]
    operator = case.report.wired.operators[before[0]] if len(before) == 1 else None
    return case.fields.get(operator.field) if isinstance(operator, Input) else None


class OffCentre(Finding):
    """All inputs lie close together and far from zero: the weights see one large constant, and little of what differs.

    low, high: between which values they come; moved: by whom they were moved there, where anybody did.
    """

    code = "D_OFF_CENTRE"
    title = "Inputs far from zero"
    remedy = "Bring them to about -1 to 1, or to mean 0 and spread 1."
    point = "Of 100 to 101 a weighted sum is a hundred times the weight, and a hundredth of that is what differs."
    see = ("operator.Normalization", "operator.Rescaling")
    hides = (
        *SYMPTOMS,
        "D_DEAD_UNITS",
        "D_SATURATED",
        "D_RATE_TOO_HIGH",
        "D_SATURATED_AT_START",
        "D_EXPLODING_START",
        "D_EXPLODING",
    )
    refuted = True
    example = such_as(who="Rescaling 'scale'", reader="Linear 'hidden'", low=9.0, high=10.0, moved=True)
    who: str
    reader: str
    low: float
    high: float
    moved: bool

    MOST = 6.0
    """Times their spread that the mean may be: pixels of 0 to 1 have 1.7, temperatures in kelvin 20."""

    @property
    def message(self) -> str:
        by = f"{self.who} moves the inputs off centre" if self.moved else f"The inputs of {self.reader} are off centre"
        return (
            f"{by}: {self.reader} gets values from {self.low:.3g} to {self.high:.3g}, all far from zero beside what "
            "they "
            "differ by, unscaled."
        )

    @property
    def fix(self) -> str:
        return "Set its offset to 0." if self.moved else "Put a Normalization before it."

    @classmethod
    def found(cls, case: Case) -> Iterator["OffCentre"]:
        told = set[str]()
        for id, one in case.signals.weighed.items():
            source = _entrance(case, id)
            if source is None or abs(one.came.mean) <= cls.MOST * max(one.came.scatter, 1e-30) or one.came.scatter == 0:
                continue
            scaling, _, _ = source
            moved = bool(scaling and case.number(scaling, "offset"))
            where = scaling if scaling and moved else id
            if where not in told:
                told.add(where)
                fits = SetParameter("offset", 0.0) if moved else PutBefore("Normalization")
                yield cls(
                    who=case.called(where), reader=case.called(id), low=one.came.low, high=one.came.high, moved=moved,
                    nodes=(where, id) if moved else (id,), parameter="offset" if moved else None, repairs=(fits,),
                )  # fmt: skip


def _entrance(case: Case, id: str) -> tuple[str | None, float, str] | None:
    """Of a node that reads an Input past what has no weights: the last Rescaling on the way, how large what comes to
    that is, and the field."""
    scaling: str | None = None
    came = 0.0
    while len(before := case.report.wired.before[id]) == 1:
        id = before[0]
        operator = case.report.wired.operators[id]
        if isinstance(operator, Input):
            field = case.fields.get(operator.field)
            return (scaling, came, operator.field) if field else None
        if operator is None or id not in case.signals.given or case.report.facts[id].parameters:
            return None
        if operator.kind == RESCALING and scaling is None:
            scaling = id
            entering = case.signals.given.get(case.report.wired.before[id][0])
            came = max(abs(entering.low), abs(entering.high)) if entering else 0.0
    return None


class FewToValidate(Finding):
    """So few rows are validated with that one more or less moves the score by several points."""

    code = "D_FEW_TO_VALIDATE"
    title = "Too few rows to validate with"
    remedy = "Give the validation part a fifth of the rows, or more; with few rows train in folds."
    point = "A score is a share of rows, and of n rows it comes in steps of 1 / n. Smaller differences are luck."
    see = ("split.validation", "split.folds", "idea.parts")
    example = such_as(rows=6, share=0.05, wanted=0.2, classes=True)
    rows: int
    share: float
    wanted: float  # of the rows, for validation; 0 where a larger part helps no more
    classes: bool

    @property
    def message(self) -> str:
        moves = (
            f"one more or less is {100 / self.rows:.0f} points of accuracy"
            if self.classes
            else "one odd row moves the score"
        )
        return (
            f"The validation part is too small: {self.rows} rows to validate with, {moves}, so no two runs can be "
            "told apart."
        )

    @property
    def fix(self) -> str:
        return (
            f"Set validation of the split to {self.wanted:g}, or train in folds." if self.wanted else "Train in folds."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["FewToValidate"]:
        rows, split = case.validated, case.report.document.data.split
        if rows is None or rows >= FEWEST_TO_VALIDATE or not case.losses or split["folds"] > 1:
            return
        whole = rows / max(0.01, split["validation"])
        share = next((one for one in (0.2, 0.3, 0.4) if one * whole >= FEWEST_TO_VALIDATE), 0.4)
        classes = any(target.classes for loss in case.losses.values() if (target := case.target(loss)))
        more = share > split["validation"]
        repairs = (*([SetSetting("split", "validation", share)] if more else []), SetSetting("split", "folds", 5))
        yield cls(rows=rows, share=split["validation"], wanted=share if more else 0.0, classes=classes,
                  parameter="split.validation", repairs=repairs)  # fmt: skip


class Unbalanced(Finding):
    """One class is so frequent that always answering it scores well, or one so rare that never answering it costs
    nothing, and the loss weighs all rows alike.

    share: of the rows that are `of`, the frequent class or the rare one. rows: of the rare one; None where the frequent
    one is told.
    """

    code = "D_UNBALANCED"
    title = "Classes of very unlike sizes"
    remedy = "Let the classes weigh alike (class_weight balanced), and watch recall beside accuracy."
    point = "Of a hundred mails ninety-five are wanted: who lets all through is right in 95 per cent, and useless."
    see = ("operator.Loss", "metric.recall")
    hides = ("D_STUCK", "D_UNDERFIT")
    example = such_as(who="Loss 'fraud'", target="fraud", share=0.95, of="no")
    who: str
    target: str
    share: float
    of: str
    rows: int | None = None
    fix = "Set class_weight to balanced."

    MOST = 0.85
    """Above it the rare classes are heard in less than one row of seven."""
    RARE = 0.15
    """Of the rows that a class would have if all had as many: what pulls at the weights for it is a seventh of what
    pulls for the others."""

    @property
    def message(self) -> str:
        if self.rows is not None:
            return (
                f"{self.who}: {self.share:.1%} of the rows of {self.target!r}, {self.rows:,}, are {self.of!r}, "
                "unbalanced: never answering that costs next to nothing, so it is hardly learned."
            )
        return (
            f"{self.who}: {self.share:.0%} of the rows of {self.target!r} are {self.of!r}, unbalanced: always "
            "answering "
            "that scores as much and knows nothing."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["Unbalanced"]:
        for id, loss in case.losses.items():
            share, target = case.majority(loss), case.target(loss)
            rows = case.class_rows(loss)
            rare = len(rows) > 1 and 0 < min(rows) < cls.RARE * sum(rows) / len(rows)
            if target is None or not rows or loss.is_weighed or not (share >= cls.MOST or rare):
                continue
            if case.does_well and (share >= cls.MOST or cls._is_known(case, loss, min(rows) / sum(rows))):
                continue
            told = max(rows) if share >= cls.MOST else min(rows)
            yield cls(
                who=case.called(id), target=target.name, share=told / sum(rows), of=target.classes[rows.index(told)],
                rows=None if share >= cls.MOST else told, nodes=(id,), parameter="class_weight",
                repairs=(SetParameter("class_weight", "balanced"),),
            )  # fmt: skip

    @staticmethod
    def _is_known(case: Case, loss: Loss, share: float) -> bool:
        """So few rows are wrong that most of the rare class are right."""
        metrics = case.run.epochs[-1].metrics if case.run and case.run.epochs else {}
        known = [metrics.get(part + name, 0.0) for name, one in case.scores if one is loss for part in ("", "val_")]
        return bool(known) and 1 - min(known) < share / 2


class OneLossDrowned(Finding):
    """Of several losses one counts so little that its answer is never learned.

    share: of the sum of all losses at the start. better: a weight by which the two count alike.
    """

    code = "D_LOSS_DROWNED"
    title = "A loss that counts for nothing"
    remedy = "Weigh the Losses so that all are of about one size at the start."
    point = "Training makes the sum small. What is a thousandth of the sum is a thousandth of the gradient, too."
    see = ("operator.Loss",)
    hides = SYMPTOMS
    refuted = True
    example = such_as(who="Loss 'digit'", weight=0.0001, other="Loss 'even'", share=0.0003, better=0.3)
    who: str
    weight: float
    other: str
    share: float
    better: float
    of_other: bool = False

    LEAST = 0.005
    """A two-hundredth: its gradient drowns in the noise of the other's."""
    POOR = 0.5
    """Of the way from chance to perfect. Adaptive steps have a size of their own for each weight, so the last layers
    learn whatever the other loss is; that they do not, a run has to show."""

    @property
    def message(self) -> str:
        return (
            f"{self.who} counts for next to nothing beside {self.other}: with a weight of {amount(self.weight)} it is "
            f"{amount(100 * self.share)} % of that at the start, so its answer is hardly learned."
        )

    @property
    def fix(self) -> str:
        return f"Set the weight of {self.other if self.of_other else self.who} to {amount(self.better)}."

    @classmethod
    def found(cls, case: Case) -> Iterator["OneLossDrowned"]:
        sizes = {id: chance * loss.weight for id, loss in case.losses.items() if (chance := case.chance(loss))}
        if len(sizes) < 2:
            return
        loudest = max(sizes, key=lambda id: sizes[id])
        for id, size in sizes.items():
            if size >= cls.LEAST * sizes[loudest]:
                continue
            weight, times = case.losses[id].weight, sizes[loudest] / size
            of_other = weight >= 1.0 and sizes[loudest] > 1.0  # the other one is too loud, in units of its own
            if of_other and case.is_adaptive and not cls._is_poor(case, id):
                continue
            changed = loudest if of_other else id
            better = float(f"{case.losses[loudest].weight / times if of_other else weight * times:.2g}")
            yield cls(
                who=case.called(id),
                weight=weight,
                other=case.called(loudest),
                share=size / sizes[loudest],
                better=better,
                of_other=of_other,
                nodes=(id, loudest),
                parameter="weight",
                repairs=(SetParameter("weight", better, changed),),
            )

    @classmethod
    def _is_poor(cls, case: Case, id: str) -> bool:
        """The run is over, and what this Loss compares is known badly."""
        if not case.run or not case.run.ended or not case.run.epochs:
            return False
        metrics = case.run.epochs[-1].metrics
        known = [case.reached(name, loss, metrics) for name, loss in case.scores if loss is case.losses[id]]
        return bool(known) and min(known) < cls.POOR


class FewRows(Finding):
    """There are so few rows to train on that a network can only learn them by heart."""

    code = "D_FEW_ROWS"
    title = "Too few rows to train on"
    remedy = "Leave more rows to the training part, or collect more."
    point = "What holds for three rows need not hold for the fourth. No setting makes up for rows that are not there."
    see = ("split.share", "split.validation", "idea.parts")
    hides = (*SYMPTOMS, "D_OVERFIT", "D_FEW_STEPS", "D_RATE_TOO_LOW")
    example = such_as(rows=11, classes=10, shared=True)
    rows: int
    classes: int
    shared: bool

    EACH, FEWEST = 4, 16
    """Rows a class, and in all."""

    @property
    def message(self) -> str:
        of = f" for {self.classes} classes" if self.classes else ""
        return f"There are too few rows to train on: {self.rows}{of}, which are learned by heart at once."

    @property
    def fix(self) -> str:
        return "Set share of the split to 1." if self.shared else "Give less to validation and test."

    @classmethod
    def found(cls, case: Case) -> Iterator["FewRows"]:
        classes = max(
            (len(target.classes) for loss in case.losses.values() if (target := case.target(loss))), default=0
        )
        if case.rows is None or case.rows >= max(cls.FEWEST, cls.EACH * classes):
            return
        shared = case.report.document.data.split["share"] < 1
        fifths = SetSetting("split", "validation", 0.2), SetSetting("split", "test", 0.2)
        yield cls(
            rows=case.rows, classes=classes, shared=shared, parameter="split.share" if shared else "split.validation",
            repairs=(SetSetting("split", "share", 1.0) if shared else fifths,),
        )  # fmt: skip


class ClassUnheard(Finding):
    """The weights of the classes are so unlike that one of them is never learned.

    least, most: of the weights.
    """

    code = "D_CLASS_UNHEARD"
    title = "A class that does not count"
    remedy = "Weights by how rare a class is: balanced."
    point = "What costs nothing is not learned. A weight of a hundredth is a row in a hundred."
    see = ("operator.Loss",)
    hides = (*SYMPTOMS, "D_UNBALANCED")
    refuted = True
    example = such_as(who="Loss 'digit'", of="seven", least=0.0, most=1.0)
    who: str
    of: str
    least: float
    most: float
    fix = "Set class_weight to balanced."

    rows: int | None = None

    LEAST = 0.02
    """Of the largest weight; or of what the loudest class has in all, weight times rows, where a rare class was given
    less than a frequent one instead of more."""

    @property
    def message(self) -> str:
        rare = f", and it has {self.rows:,} rows alone" if self.rows is not None else ""
        return (
            f"{self.who}: the class weight of {self.of!r} is {amount(self.least)}, beside {amount(self.most)} of "
            f"another{rare}: it counts for nothing and is not learned."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["ClassUnheard"]:
        for id, loss in case.losses.items():
            weights, target = loss.class_weights, case.target(loss)
            if loss.class_weight != "given" or not weights or target is None or len(weights) != len(target.classes):
                continue
            least, most = min(weights), max(weights)
            rows = case.class_rows(loss)
            loud = [weight * count for weight, count in zip(weights, rows, strict=False)]
            rare = bool(loud) and loud.index(min(loud)) == weights.index(least) and min(loud) < cls.LEAST * max(loud)
            if least < cls.LEAST * most or (rare and least < most):
                place = weights.index(least)
                yield cls(
                    who=case.called(id), of=target.classes[place], least=least, most=most, nodes=(id,),
                    rows=rows[place] if rare else None,
                    parameter="class_weights", repairs=(SetParameter("class_weight", "balanced"),),
                )  # fmt: skip


class SmoothedAway(Finding):
    """The targets are smoothed so much that the right class is hardly more than the others."""

    code = "D_SMOOTHED_AWAY"
    title = "Labels smoothed away"
    remedy = "A label_smoothing of 0 to 0.1."
    point = "Smoothing asks for a little doubt. At a half it asks for as much doubt as knowledge."
    see = ("loss.softmax_crossentropy",)
    hides = SYMPTOMS
    example = such_as(who="Loss 'digit'", smoothing=0.9)
    who: str
    smoothing: float
    fix = "Set label_smoothing to 0."

    MOST = 0.5
    """From here on half of what is asked for is doubt, shared by all classes; 0.1 is usual (Szegedy et al., 2016)."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: label_smoothing of {self.smoothing:g} is too strong, the right class is hardly more than "
            "the others."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["SmoothedAway"]:
        for id, loss in case.losses.items():
            smoothing = float(getattr(loss.declared, "label_smoothing", 0.0))
            if smoothing >= cls.MOST:
                yield cls(
                    who=case.called(id), smoothing=smoothing, nodes=(id,), parameter="loss",
                    repairs=(SetParameter("loss", loss.named),),
                )  # fmt: skip
