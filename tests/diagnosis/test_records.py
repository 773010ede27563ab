"""Rules on what only newer records hold: weights, gradients, rows looked at with training off, simple methods."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence, experiments, findings, listed, tried
from graphbuilder.document import Document
from graphbuilder.records.events import (
    Activations,
    Baseline,
    Baselines,
    Batch,
    Distribution,
    Ended,
    Epoch,
    Event,
    Layers,
    Probe,
    Started,
    Steps,
    Variable,
    as_json,
    from_json,
)
from graphbuilder.templates import template
from tests.diagnosis.asked import questions
from tests.diagnosis.elsewhere import lapses
from tests.diagnosis.planted import faults, hidden, moons, node, of_points, perceptron, stack

FAULTS = {fault.name: fault for fault in faults()}
_EVEN = Distribution(0.0, 0.1, 0.1, -0.5, 0.5, (1,) * 32, 0.0)


def told(
    losses: Sequence[float],
    accuracy: float,
    *more: Event,
    validated: float | None = None,
    others: Sequence[float] | None = None,
) -> Evidence:
    """A run of these losses an epoch that ended at this accuracy. validated, others: the same of validation, where they
    differ."""
    metrics = {"accuracy": accuracy, "val_accuracy": accuracy if validated is None else validated}
    epochs = [
        Epoch(number, number * 10, {"loss": loss, "val_loss": other, **metrics}, 1.0, True)
        for number, (loss, other) in enumerate(zip(losses, others or losses, strict=True), 1)
    ]
    started, ended = Started(100, (300, 100, 100), 10, len(losses)), Ended("finished", "", len(losses), 100, 1)
    return Evidence.of([started, Steps(1, tuple(losses), 1.0), *epochs, *more, ended])


def variable(moved: float = 0.1, gradient: float = 0.1) -> Variable:
    return Variable(_EVEN, replace(_EVEN, rms=gradient), _EVEN, 0.001, moved)


def layers(**variables: Variable) -> Layers:
    return Layers(100, 1.0, {id: {"kernel": one} for id, one in variables.items()}, {})


def batch(step: int, loss: float, penalty: float = 0.0, used: float | None = None, norm: float = 1.0) -> Batch:
    return Batch(step, 1.0, 64, loss, penalty, loss if used is None else used, norm, None)


def codes(document: Document, run: Evidence) -> list[str]:
    return [one.code for one in findings(check(document), run)]


FALLS = [2.3, 2.0, 1.7, 1.5, 1.3, 1.2, 1.1, 1.05, 1.03, 1.02]
LEVEL = [2.3] * 10


def test_weights_that_rest_are_a_rate_that_is_too_low() -> None:
    rests = layers(hidden=variable(moved=0.0005), scores=variable(moved=0.001))
    assert codes(perceptron(), told(LEVEL, 0.12, rests)) == ["D_TOO_SLOW"]
    assert codes(perceptron(), told(LEVEL, 0.12, layers(hidden=variable(), scores=variable()))) == ["D_STUCK"]


def test_a_first_layer_without_gradient_is_a_gradient_that_vanishes() -> None:
    document = perceptron(*stack(3, 32, "tanh"))
    small = layers(h1=variable(gradient=1e-5), h2=variable(), h3=variable(), scores=variable())
    assert codes(document, told(LEVEL, 0.12, small)) == ["D_VANISHING"]
    assert "D_VANISHING" not in codes(document, told(FALLS, 0.99, small))


def test_a_training_loss_that_creeps_through_a_long_patience_was_not_stopped_early() -> None:
    document = editing.set_training(of_points(hidden(), data=moons(300, 0.4), epochs=40), "patience", 6)
    for each, said in ((0.994, False), (0.97, True)):
        run = told([0.9, 0.7, *(0.5 * each**epoch for epoch in range(20))], 0.78)
        assert ("D_STOPPED_EARLY" in codes(document, run)) is said


def test_a_list_of_findings_tells_where_each_is_seen() -> None:
    report = check(template("lenet"))
    found = listed(report, findings(report, told(LEVEL, 0.1)))
    assert [(one["title"], one["evidence"]) for one in found] == [
        ("Stuck at chance", [{"curve": "accuracy", "epoch": 0}])
    ]


def test_an_enormous_gradient_explodes() -> None:
    assert codes(perceptron(), told(LEVEL, 0.12, batch(0, 400.0, norm=1e5))) == ["D_EXPLODING"]


def test_running_means_that_do_not_fit_are_no_overfitting() -> None:
    document = perceptron(hidden(), node("bn", "BatchNormalization"))
    apart = told(FALLS, 0.99, batch(150, 0.03, used=1.31), validated=0.6)
    assert codes(document, apart) == ["D_NORM_GAP"]
    assert codes(document, told(FALLS, 0.99, batch(150, 0.03, used=0.04))) == []


def test_a_penalty_is_judged_by_what_it_was() -> None:
    document = perceptron(hidden(kernel_regularizer={"l1": 0.0, "l2": 0.3}))
    assert "D_PENALTY_TOO_STRONG" in codes(document, told(FALLS, 0.7, batch(0, 2.3, penalty=20.0)))
    assert "D_PENALTY_TOO_STRONG" not in codes(document, told(FALLS, 0.7, batch(0, 2.3, penalty=0.5)))


def test_what_a_simple_method_scores_tells_underfitting_from_noise() -> None:
    document = of_points(hidden(units=2, activation="tanh"), data=moons(300, 0.4))
    apart = Baseline("accuracy", 180, None, None, 0.5, 0.98, 0.9)
    noise = replace(apart, nearest=0.78, linear=0.8)
    assert codes(document, told([0.6] * 10, 0.78, Baselines({"loss": apart}))) == ["D_UNDERFIT"]
    assert codes(document, told([0.6] * 10, 0.78, Baselines({"loss": noise}))) == []


def test_an_underfit_is_offered_a_layer_more_where_it_has_one_or_none_and_more_units_else() -> None:
    apart = Baselines({"loss": Baseline("accuracy", 180, None, None, 0.5, 0.98, 0.9)})
    longer = ", then set epochs to 160"
    for document, says in (
        (
            of_points(hidden(units=2), batch=16, epochs=200),
            ["Set units of Linear 'hidden' to 32, then put Linear (32 units, ReLU) behind it"],
        ),
        (
            of_points(hidden(units=2)),
            [f"Set units of Linear 'hidden' to 32, then put Linear (32 units, ReLU) behind it{longer}"],
        ),
        (of_points(*stack(2, 2)), ["Set units of Linear 'h1' and Linear 'h2' to 32"]),
    ):
        report = check(document)
        (found,) = findings(report, told([0.6] * 10, 0.78, apart))
        assert found.code == "D_UNDERFIT"
        assert [offer.says for offer in experiments(report, found)] == says


def test_what_several_layers_have_alike_is_one_finding_and_one_button_mends_them_all() -> None:
    large = {"kernel_initializer": {"name": "random_normal", "mean": 0.0, "stddev": 3.0}}
    for document, code, says in (
        (
            perceptron(*stack(2, 32, "tanh", **large)),
            "D_SATURATED_AT_START",
            "Set kernel_initializer of Linear 'h1' and Linear 'h2' to glorot_uniform",
        ),
        (
            perceptron(*({**one, "frozen": True} for one in stack(2, 32))),
            "D_FROZEN_AT_RANDOM",
            "Thaw Linear 'h1' and Linear 'h2'",
        ),
    ):
        report = check(document)
        (found,) = findings(report)
        assert (found.code, found.nodes) == (code, ("h1", "h2"))
        (button,) = experiments(report, found)
        assert button.says == says and findings(check(tried(document, button.key)[0])) == ()


def test_texts_that_drown_in_what_fills_them_up_are_told_of_and_masked() -> None:
    known = {one.name: one.document for one in lapses()}
    for name, reader in (("messages-filled-up-to-60", "memory"), ("mean-of-fillers", "global_average_pooling1d")):
        report = check(known[name])
        (found,) = findings(report, told(LEVEL, 0.36))
        assert (found.code, found.nodes) == ("D_FILLED_UP", ("vectors", reader))
        (button,) = experiments(report, found)
        assert button.says == "Set mask_zero of Embedding 'vectors' to yes"
        masked = tried(known[name], button.key)[0]
        assert codes(masked, told(LEVEL, 0.36)) == ["D_STUCK"]
        assert codes(known[name], told(FALLS, 0.97)) == [], "who learned has found the words"


def test_no_scale_of_zero_is_offered_where_all_answers_are_the_same() -> None:
    document = next(one.document for one in questions() if one.name == "same-price")
    level = Baselines({"loss": Baseline("r2", 100, 250.0, 0.0, 0.0, 0.0, 0.0)})
    assert codes(document, told(LEVEL, 0.0, level)) == ["D_CONSTANT_TARGET"]


def test_a_rate_beyond_all_measure_becomes_one_that_gets_somewhere_in_the_steps_there_are() -> None:
    for epochs, rate in ((4, "0.01"), (40, "0.001")):
        report = check(perceptron(rate=0.5, epochs=epochs))
        (found,) = (one for one in findings(report) if one.code == "D_RATE_FAR_TOO_HIGH")
        assert [one.says for one in experiments(report, found)] == [f"Set learning_rate to {rate}"]


def test_rows_of_both_parts_are_a_leak_where_they_are_many() -> None:
    known = Baseline("accuracy", 300, None, None, 0.1, 0.9, 0.9, shared=0.2)
    for share, told_of in ((0.2, ["D_LEAK_BETWEEN_PARTS"]), (0.02, []), (None, [])):
        run = told(FALLS, 0.99, Baselines({"loss": replace(known, shared=share)}))
        assert codes(perceptron(), run) == told_of


def test_a_plateau_that_simple_methods_share_is_the_noise_floor() -> None:
    document = of_points(hidden(units=16), data=moons(300, 0.8), epochs=120)
    level = Baselines({"loss": Baseline("accuracy", 180, None, None, 0.5, 0.74, 0.7)})
    rests = [0.69, 0.65, 0.6, *[0.55] * 117]
    assert codes(document, told(rests, 0.75, level)) == ["D_NOISE_FLOOR"]
    report = check(document)
    (found,) = findings(report, told(rests, 0.75, level))
    (sooner,) = experiments(report, found)
    settings = tried(document, sooner.key)[0].training.settings
    assert (settings["patience"], settings["min_delta"]) == (10, 0.003), "0 would take each hair for a gain"
    assert codes(document, told(rests[:60], 0.75, level)) == [], "a short plateau is how runs end"
    falls = [0.69 * 0.99**epoch for epoch in range(120)]
    assert "D_NOISE_FLOOR" not in codes(document, told(falls, 0.75, level)), "it still gains"
    knows = Baselines({"loss": Baseline("accuracy", 180, None, None, 0.5, 0.95, 0.7)})
    assert codes(document, told(rests, 0.75, knows)) == ["D_UNDERFIT"], "a simple method comes further"


def test_a_line_where_neighbours_know_much_more_lacks_a_bend() -> None:
    known = Baseline("accuracy", 180, None, None, 0.5, 0.97, 0.74)
    assert codes(of_points(data=moons(300, 0.1)), told([0.6] * 10, 0.75, Baselines({"loss": known}))) == ["D_NO_BEND"]


def test_a_loss_that_only_jumps_on_batches_of_two_is_told_of_the_batch() -> None:
    jumps = [0.4, 0.3, 0.32, 0.28, 0.33, 0.29, 0.34, 0.3, 0.33, 0.29, 0.34, 0.3]
    assert codes(of_points(hidden(units=16), batch=2), told(jumps, 0.85)) == ["D_BATCH_TOO_SMALL"]
    assert codes(of_points(hidden(units=16), batch=32), told(jumps, 0.85)) == []


def test_steps_that_undo_each_other_are_told_of_few_epochs_too_where_a_simple_method_has_more() -> None:
    few = told(
        [0.9, 0.6, 0.45, 0.46, 0.4], 0.9, Baselines({"digit": Baseline("accuracy", 359, None, None, 0.1, 0.98, 0.97)})
    )
    few = replace(few, started=Started(100, (1078, 359, 360), 1078, 5))
    wild = replace(few, losses=[2.3, 3.1, *([0.05] * 60 + [9.0]) * 80])
    calm = replace(few, losses=[2.3, 3.1, *([0.05] * 60 + [2.5]) * 80])
    report = check(perceptron(rate=0.03, batch=1, epochs=5))
    (found,) = findings(report, wild)
    assert found.code == "D_BATCH_TOO_SMALL" and "wrong for sure" in found.message
    (offer,) = experiments(report, found)
    assert tried(report.document, offer.key)[0].training.settings["batch_size"] == 32
    assert findings(report, calm) == ()
    assert "D_BATCH_TOO_SMALL" not in codes(perceptron(rate=0.03, batch=32, epochs=5), wild)
    assert findings(report, replace(wild, baselines={})) == (), "nothing says that more is to be had"


def test_what_may_still_mend_itself_is_told_when_the_run_is_over() -> None:
    over = told(LEVEL, 0.12)
    assert codes(perceptron(), over) == ["D_STUCK"]
    assert codes(perceptron(), replace(over, ended=None)) == []


def test_answers_that_did_not_come_to_the_targets_are_told_by_the_mean_that_was_measured() -> None:
    document = FAULTS["target-unscaled-mae"].document
    (last,) = [node.id for node in document.nodes if node.kind == "Dense" and node.params["units"] == 1]
    answers = Probe(360, 1.0, {last: Activations(9.75, 8.4, 0.0, 32.0, (1,) * 64, None)})
    first, measured = replace(answers, step=0), Baseline("r2", 266, 152.0, 77.0, 0.0, 0.4, 0.5)
    run = told([150.0 - number for number in range(10)], 0.0, first, answers, Baselines({"loss": measured}))
    run = replace(run, epochs=[replace(one, metrics={**one.metrics, "r2": -3.5, "val_r2": -3.0}) for one in run.epochs])
    assert codes(document, run) == ["D_TARGET_UNSCALED"]


def test_a_run_whose_values_were_no_numbers_is_judged() -> None:
    """In a record what is not finite is null."""
    nothing = replace(_EVEN, mean=nan, spread=nan, rms=nan)
    seen = Activations(nan, nan, -1.0, 1.0, (1,) * 64, None)
    wild = editing.set_optimizer_option(editing.set_optimizer(template("regression"), "SGD"), "learning_rate", 900.0)
    for document in (wild, perceptron(), FAULTS["diverges"].document):
        ids = [one.id for one in document.nodes]
        lost = Layers(3, 1.0, {id: {"kernel": Variable(nothing, nothing, None, None, nan)} for id in ids}, {})
        events = [
            Started(100, (300, 100, 100), 10, 5),
            Steps(1, (2.0, 1e30, nan), 1.0),
            Probe(0, 0.0, dict.fromkeys(ids, replace(seen, mean=0.0, spread=1.0))),
            Probe(3, 1.0, dict.fromkeys(ids, seen)),
            lost,
            Ended("diverged", "the loss is no number any more", 0, 3, 0),
        ]
        assert findings(check(document), Evidence.of([from_json(as_json(event)) for event in events]))


def test_a_first_epoch_that_is_worse_than_its_start_is_told_of_the_rate_though_the_loss_comes_down() -> None:
    run = told([7.0, 3.0, 1.4, 1.0, 0.9, 0.8], 0.8)
    thrown = replace(run, losses=[2.3, 5.0, 6.0, 5.0, 5.0, 4.0, 4.0, 4.0, 3.0, 1.0, 0.8])
    assert codes(perceptron(rate=0.1), thrown) == ["D_RATE_TOO_HIGH"]
    assert "D_RATE_TOO_HIGH" not in codes(perceptron(rate=0.1), replace(thrown, epochs=told([2.5, 1.0], 0.8).epochs))
    assert "D_RATE_TOO_HIGH" not in codes(perceptron(rate=0.1, batch=2), thrown), "a loss of two rows is no start"


def test_a_column_that_alone_tells_the_answer_is_told_by_its_name() -> None:
    column = template("regression").data.fields["measurements"].parts[2]
    leaks = Baselines({"loss": Baseline("r2", 180, 152.0, 77.0, 0.0, 0.9, 1.0, giveaway=column)})
    document = FAULTS["target-unscaled-mae"].document
    found = [one for one in findings(check(document), told([2.0, 1.0], 0.0, leaks)) if one.code == "D_ANSWER_AS_INPUT"]
    assert [repr(column) in one.message for one in found] == [True] and found[0].nodes == ("measurements",)


def test_rows_that_are_all_known_and_others_much_worse_were_learned_by_heart_whatever_the_loss_does() -> None:
    falls = [2.3 * 0.8**epoch for epoch in range(20)]

    def of(document: Document, validated: float, rows: tuple[int, int, int]) -> list[str]:
        return codes(document, replace(told(falls, 1.0, validated=validated), started=Started(100, rows, 10, 20)))

    large, small = perceptron(*stack(2, 256)), perceptron(hidden(units=1))
    assert of(large, 0.8, (200, 40, 40)) == ["D_OVERFIT"]
    assert of(large, 0.9, (200, 40, 40)) == [], "within the luck of its rows"
    assert of(large, 0.8, (900, 300, 300)) == [], "of many rows a gap that does not grow may be all there is to learn"
    assert of(large, 0.7, (900, 300, 300)) == ["D_OVERFIT"], "three of ten are wrong, of those that are known none"
    assert "D_OVERFIT" not in of(small, 0.6, (200, 40, 40)), "so few weights hold no rows"


def test_a_validation_loss_that_doubles_while_the_score_holds_is_no_overfitting() -> None:
    turns = [0.5 * 0.6**epoch for epoch in range(5)] + [0.065 + 0.008 * epoch for epoch in range(25)]
    run = told([0.5 * 0.85**epoch for epoch in range(30)], 0.997, validated=0.965, others=turns)
    run = replace(run, started=Started(100, (343, 113, 113), 11, 30))
    assert "D_OVERFIT" not in codes(perceptron(*stack(2, 64)), run), "answers only grew surer, the few wrong ones too"


def test_a_validation_loss_many_times_its_best_tells_though_some_training_rows_are_never_right() -> None:
    falls = [0.7 * 0.9**epoch for epoch in range(20)]

    def of(last: float, validated: float) -> list[str]:
        turns = [*falls[:6], *(0.3 + (last - 0.3) * epoch / 14 for epoch in range(1, 15))]
        run = told(falls, 0.93, validated=validated, others=turns)
        return codes(perceptron(*stack(2, 256)), replace(run, started=Started(100, (72, 24, 24), 10, 20)))

    assert "D_OVERFIT" in of(4.0, 0.8)
    assert "D_OVERFIT" not in of(1.2, 0.8), "a few sure answers that are wrong make three times as much"
    assert "D_OVERFIT" not in of(4.0, 0.9), "the score holds"


def test_a_loss_that_is_lost_at_once_asks_for_a_hundredth_of_the_rate() -> None:
    document = FAULTS["diverges"].document
    for step, rate in ((3, 0.001), (40, 0.01)):
        losses = (*(1e4 * 2.0**at for at in range(step - 1)), nan)
        events: list[Event] = [
            Started(100, (300, 100, 100), 10, 5),
            Steps(1, losses, 1.0),
            Ended("diverged", "", 0, step, 0),
        ]
        report = check(document)
        unscaled, lost = findings(report, Evidence.of(events))
        assert [unscaled.code, lost.code] == ["D_TARGET_UNSCALED", "D_DIVERGED"]
        assert tried(document, experiments(report, lost)[0].key)[0].training.options["learning_rate"] == rate
        scaled = tried(document, experiments(report, unscaled)[0].key)[0]
        assert scaled.training.optimizer == "Adam", "plain steps would be longer by the scale squared"


def test_units_that_died_in_training_ask_for_a_smaller_rate_first() -> None:
    off, on = Activations(0.0, 0.0, 0.0, 0.0, (1,) * 64, 1.0), Activations(1.0, 1.0, 0.0, 3.0, (1,) * 64, 0.0)
    document = perceptron()
    run = told(LEVEL, 0.12, Probe(0, 0.0, {"hidden": on}), Probe(50, 0.5, {"hidden": off}))
    report = check(document)
    (found,) = findings(report, run)
    assert found.code == "D_DEAD_UNITS"
    assert [offer.says for offer in experiments(report, found)] == [
        "Set learning_rate to 0.0001",
        "Set learning_rate to 0.0001, then set activation of Linear 'hidden' to leaky_relu",
    ], "at the rate that killed them, units that are never off diverge"


def test_validation_rows_far_from_training_are_offered_no_other_luck_of_the_split() -> None:
    run = told([0.3, 0.2, 0.15], 0.8)
    far = [replace(one, metrics={**one.metrics, "val_loss": 500.0}) for one in run.epochs]
    report = check(perceptron())
    (found,) = findings(report, replace(run, epochs=far))
    assert found.code == "D_FAR_IN_VALIDATION"
    assert experiments(report, found) == () and found.no_experiment in found.fix


def test_a_run_without_any_loss_is_judged() -> None:
    for document in (perceptron(), FAULTS["diverges"].document):
        assert "D_FAR_IN_VALIDATION" not in codes(document, told([0.0] * 10, 1.0))


def overfit(document: Document, held: Sequence[float], first: float = 0.6) -> tuple[str, list[str]]:
    """What to do of an overfit with this validation loss, and the words of its buttons. first: the validation accuracy
    of the first ten epochs."""
    falls = [2.3 * 0.8**epoch for epoch in range(len(held))]
    run = replace(told(falls, 1.0, validated=0.6), started=Started(100, (200, 40, 40), 10, len(held)))
    metrics = [{**one.metrics, "val_loss": loss} for one, loss in zip(run.epochs, held, strict=True)]
    metrics = [{**one, "val_accuracy": first} if at < 10 else one for at, one in enumerate(metrics)]
    run = replace(run, epochs=[replace(one, metrics=told) for one, told in zip(run.epochs, metrics, strict=True)])
    report = check(document)
    (found,) = (one for one in findings(report, run) if one.code == "D_OVERFIT")
    return found.fix, [offer.says for offer in experiments(report, found)]


FALLING = [2.3 * 0.95**epoch for epoch in range(20)]
TURNED = [*FALLING[:10], *(2.0 + 0.2 * epoch for epoch in range(10))]


def test_an_overfit_that_only_the_gap_tells_is_offered_no_early_stop() -> None:
    for document, button in (
        (perceptron(*stack(2, 256)), "Put Dropout (rate 0.5) behind Linear 'h2'"),
        (perceptron(node("again", "Rescaling")), "Set kernel_regularizer of Linear 'scores' to l2 0.01"),
    ):
        fix, says = overfit(document, FALLING)
        assert says == [button]
        assert "stopping early closes no such gap" in fix and "patience" not in fix
        assert ("dropout" in fix) == ("Dropout" in button)


def test_an_overfit_with_little_dropout_is_offered_more_of_it() -> None:
    fix, says = overfit(perceptron(*stack(2, 256), node("drop", "Dropout", rate=0.2)), FALLING)
    assert says == ["Set rate of Dropout 'drop' to 0.5"] and fix.startswith("Raise dropout to 0.5")


def test_who_knows_all_training_rows_had_steps_enough() -> None:
    document = perceptron(rate=0.001, batch=512, epochs=4)
    assert "D_FEW_STEPS" in codes(document, told([2.3, 2.2, 2.1, 2.0], 0.5))
    assert "D_FEW_STEPS" not in codes(document, told([2.3, 1.0, 0.2, 0.1], 1.0, validated=0.3))


def test_larger_batches_come_with_the_epochs_that_leave_steps_enough() -> None:
    jumps = [0.4, 0.3, 0.32, 0.28, 0.33, 0.29, 0.34, 0.3, 0.33, 0.29, 0.34, 0.3]
    document = of_points(hidden(units=16), batch=2, epochs=12)
    report = check(document)
    (found,) = findings(report, told(jumps, 0.85))
    (offer,) = experiments(report, found)
    settings = tried(document, offer.key)[0].training.settings
    assert (settings["batch_size"], settings["epochs"]) == (32, 50) and "epochs to 50" in found.fix


def test_an_overfit_whose_best_loss_had_the_lower_score_is_offered_no_early_stop() -> None:
    fix, says = overfit(perceptron(*stack(2, 256)), TURNED, first=0.3)
    assert says == ["Put Dropout (rate 0.5) behind Linear 'h2'"]
    assert "epoch 10, whose accuracy was lower still" in fix


def test_an_overfit_that_turned_is_offered_what_its_early_stop_lacks_and_no_more() -> None:
    lacks = perceptron(*stack(2, 256))
    stops = editing.set_training(lacks, "patience", 10)
    kept = editing.set_training(stops, "restore_best_weights", False)
    by_training = editing.set_training(stops, "monitor", "loss")
    fix, says = overfit(lacks, TURNED)
    assert says == ["Set patience to 10"] and "patience of 10" in fix
    fix, says = overfit(stops, TURNED)
    assert says == ["Put Dropout (rate 0.5) behind Linear 'h2'"] and "stops early already" in fix
    for document, button in (
        (kept, "Set restore_best_weights to yes"),
        (by_training, "Set monitor to val_loss"),
    ):
        fix, says = overfit(document, TURNED)
        assert says == [button] and "patience of 10" not in fix and "put back the best weights" in fix


def test_what_neither_the_network_nor_a_simple_method_tells_of_new_rows_is_chance() -> None:
    nothing = Baselines({"digit": Baseline("accuracy", 300, None, None, 0.1, 0.11, 0.09)})
    level = [2.3 * 0.93**epoch for epoch in range(12)]
    (found,) = findings(check(perceptron()), told(level, 0.3, nothing, validated=0.12))
    assert found.code == "D_STUCK" and "0.12 in validation" in found.message
    known = Baselines({"digit": Baseline("accuracy", 300, None, None, 0.1, 0.9, 0.9)})
    assert codes(perceptron(), told(level, 0.3, known, validated=0.12)) != ["D_STUCK"]
    few = replace(told(level, 0.3, nothing, validated=0.12), started=Started(100, (300, 9, 100), 10, 12))
    assert "D_STUCK" not in codes(perceptron(), few), "nine rows prove no chance"
