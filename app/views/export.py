"""The page of what can be taken away: code, trained model, picture, curves and the project itself."""

from dataclasses import replace
from functools import partial

import streamlit as st

from app import addresses, routes, state, trainings
from app.components.interrupted import offer_recovery
from app.components.take import Offer, name_of, no_code_yet, take
from app.components.trouble import project_to_show
from app.components.turning import wait_while_turning
from app.text import label, plain
from graphbuilder.codegen import requirements
from graphbuilder.exports import EXPORTS, NotThere, Subject, no_faults
from graphbuilder.memory import too_big_to_build
from graphbuilder.pictures import has_graphviz
from graphbuilder.plan import code_plan
from graphbuilder.recent import Recent, bytes_of
from graphbuilder.settings import LOGS
from graphbuilder.store import Project, StoreError
from graphbuilder.store.disk import in_words
from graphbuilder.store.jobs import Job

_LAYOUTS = {"canvas": "As on the canvas", "graphviz": "By Graphviz"}


def show() -> None:
    shown = project_to_show()
    if shown is None:
        return
    try:
        runs = [run for run in trainings.runs() if not run.active]
    except StoreError as fault:
        st.error(plain(str(fault)), icon=":material/error:")
        return
    st.set_page_config(page_title=f"Export {shown.document.name} · graphbuilder")
    with st.container(key="export_page"):
        with st.container(key="export_head", horizontal=True, vertical_alignment="bottom", gap="medium"):
            _title(shown)
            run, others = _choose(shown, runs)
        offer = _offer(shown, run)
        code, rest = st.columns([1.5, 1], gap="large")
        with code:
            _code(offer)
        with rest:
            _model(shown, offer.subject, run)
            _picture(offer)
            _curves(offer, run)
            along = _whole(offer, shown, run)
        wait_while_turning("export_page", "taken", others, "with_data", along)
    for text, icon in state.messages():
        st.toast(plain(text), icon=icon)


def _title(shown: Project) -> None:
    with st.container(gap=None):
        st.page_link(
            addresses.build(),
            label="Back to the network",
            icon=":material/arrow_back:",
            query_params={"project": shown.id},
        )
        st.title(f"Export {plain(shown.document.name) or 'Untitled'}", anchor=False)


def _choose(shown: Project, runs: list[Job]) -> tuple[Job | None, list[str]]:
    """The run to take away, None for the network as it is now; and what the other versions are called."""
    if not runs:
        return None, []
    chosen = trainings.taken(shown, runs)
    state.hold("taken", chosen.id if chosen else "")  # the address may have changed it: a page back, another tab's edit
    told = {"": "The network as it is now"} | {run.id: _told(run, shown) for run in runs}
    st.caption("The page turns to that version …")  # style.css shows it meanwhile
    st.selectbox(
        "version",
        list(told),
        format_func=told.__getitem__,
        key="taken",
        on_change=lambda: state.take_run(state.entered("taken")),
        help="A run has the network as it was then, with trained weights and curves.",
    )
    drawn = told[chosen.id if chosen else ""]
    return chosen, [one for one in told.values() if one != drawn]


def _told(run: Job, shown: Project) -> str:
    kept = run.summary.get("kept") or {}
    values = [
        f"{name.replace('_', ' ')} {kept[name]:.4g}"
        for name in ("val_accuracy", "val_loss")
        if kept.get(name) is not None
    ]
    changed = [] if trainings.is_of_now(run, shown) else ["the network, its data or settings have changed since"]
    return " · ".join([run.title, *values[:1], *([] if run.state == "finished" else [run.state]), *changed])


def _offer(shown: Project, run: Job | None) -> Offer:
    layout = state.picture_layout()
    again = partial(trainings.subject, state.me(), shown.id, run.id if run else None, layout)
    if run is None:
        return Offer(Subject(state.report(shown), layout=layout), again)
    record, model = trainings.record_of(run.id, run.ended), trainings.model_of(run)
    return Offer(Subject(trainings.report_of(run.id), record, model, layout), again)


def _code(offer: Offer) -> None:
    st.subheader("Code", anchor=False)
    subject = offer.subject
    missing = EXPORTS["python"].missing(subject)
    if missing:
        no_code_yet(missing)
        return
    with st.container(horizontal=True, gap="small"):
        for name in ("python", "notebook", "requirements"):
            take(name, offer)
    st.caption("A plain Keras file that needs nothing of graphbuilder. It was made for these versions:")
    st.code("pip install " + " ".join(requirements(code_plan(subject.report))), language=None, wrap_lines=True)
    with st.container(key="export_code"):
        st.code(EXPORTS["python"].make(subject).decode(), language="python", height=560)


def _model(shown: Project, subject: Subject, run: Job | None) -> None:
    if run is None:
        _untrained(subject, trainings.came_with(shown.id))
        return
    st.subheader("Trained model", anchor=False)
    missing = EXPORTS["keras"].missing(subject)
    if missing and run.id in trainings.resumable():
        st.markdown(f"{plain(run.title)} was interrupted: {plain(run.reason or run.state)}.")
        job = offer_recovery(run)
        if job:
            _working(job.id, "Taking its best weights")
        return
    if missing:
        st.markdown(plain(missing))
        return
    st.link_button(f"Model of {label(run.title)} (.keras)", routes.trained_of(run.id), icon=":material/download:")
    inputs = ", ".join(f'"{name}": …' for name in code_plan(subject.report).entrances)
    file = name_of("keras", subject, run.title)
    st.code(
        f'model = keras.models.load_model("{file}")\nmodel.predict({{{inputs}}})', language="python", wrap_lines=True
    )


def _untrained(subject: Subject, came: int) -> None:
    """The model before any training here: the training host builds it, since the server never loads Keras.
    came: of how many layers weights were imported."""
    st.subheader("Model", anchor=False)
    st.markdown(_of_weights(came) if came else plain(EXPORTS["keras"].missing(subject) or ""))
    if no_faults(subject):
        return
    job, too_big = trainings.build_of(subject.report), too_big_to_build(subject.report.facts)
    if job and job.active:
        _working(job.id, "Building the model with its imported weights" if came else "Building the untrained model")
    elif job and job.state == "finished":
        named = "Model with its imported weights" if came else "Untrained model"
        st.link_button(f"{named} (.keras)", routes.untrained_of(job.id), icon=":material/download:")
    else:
        if job:
            st.error(plain(f"The model could not be built: {job.reason.rstrip('.')}."), icon=":material/error:")
        drawn = "With the weights that the seed draws, as the code makes it."
        st.button(
            "Build the model with its imported weights" if came else "Build the untrained model",
            icon=":material/deployed_code:",
            key="build",
            on_click=trainings.build,
            disabled=too_big is not None,
            help=too_big or ("The code alone draws them by the seed." if came else drawn),
        )
        if too_big:
            st.caption(plain(too_big))


def _of_weights(came: int) -> str:
    whose = f"{came:,} layers" if came > 1 else "one layer"
    return (
        f"The network was not trained here. Its file has the weights of {whose} that were imported, as far as they "
        "still fit; the others are drawn."
    )


@st.fragment(run_every="1s")
def _working(id: str, what: str) -> None:
    """Looks again every second, and draws the page when the model is there."""
    job = trainings.job(id)
    waits = {"lost": "the engine was lost and starts again", "starting": "the engine is starting"}
    told = waits.get(state.jobs().engine(), "some seconds, for the largest up to a minute")
    st.progress(0.0 if job.state == "queued" else 0.5, f"{what}: {told} …")
    if not job.active:
        st.rerun()


def _picture(offer: Offer) -> None:
    st.subheader("Picture of the network", anchor=False)
    subject = offer.subject
    if not subject.report.document.nodes:
        st.markdown("There is nothing to draw yet; add an operator to the canvas.")
        return
    with st.spinner("Drawing …"):
        drawn = _drawn(subject)
    st.image(drawn, width="stretch", alt="The network as a graph")
    forms = ["svg", "png", "dot"]
    if has_graphviz():
        st.segmented_control(
            "layout", list(_LAYOUTS), key="layout", default="canvas", required=True, format_func=_LAYOUTS.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
        forms += ["pdf"]
    with st.container(horizontal=True, gap="small"):
        for name in forms:
            take(name, offer)
    st.caption("Pictures and the notebook carry the project: the start page opens it from them.")


def _drawn(subject: Subject) -> str:
    """The picture in the chosen layout; in the canvas' where that cannot be had, which the page then says."""
    try:
        return EXPORTS["svg"].make(subject).decode()
    except NotThere as lack:
        st.warning(plain(str(lack)), icon=":material/warning:")
        state.hold("layout", "canvas")
        return EXPORTS["svg"].make(replace(subject, layout="canvas")).decode()


def _curves(offer: Offer, run: Job | None) -> None:
    st.subheader("Curves", anchor=False)
    missing = EXPORTS["curves-svg"].missing(offer.subject)
    if missing or run is None:
        st.markdown(plain(missing or ""))
        return
    st.image(_curves_of(run.id, run.ended), width="stretch", alt=f"Loss and accuracy of {run.title}")
    with st.container(horizontal=True, gap="small"):
        for name in ("curves-png", "curves-svg", "curves-csv", "activations-csv", "tensorboard"):
            take(name, offer, run=run.title)
    if offer.subject.report.document.training.settings["tensorboard_logs"]:
        st.caption(
            f"TensorBoard's logs were written while it trained, in runs/{run.id}/{LOGS} of this server's folder; the "
            "file here, and in Everything, holds the same of the run's record."
        )


def _curves_of(run: str, ended: float | None) -> str:
    def made() -> str:
        subject = Subject(trainings.report_of(run), trainings.record_of(run, ended))
        return EXPORTS["curves-svg"].make(subject).decode()

    return _curves_drawn.made((run, ended), made, bytes_of)


_curves_drawn: Recent[tuple[str, float | None], str] = Recent(5_000_000)


def _whole(offer: Offer, shown: Project, run: Job | None) -> bool:
    """Whether the data go along."""
    st.subheader("Project", anchor=False)
    subject = offer.subject
    st.markdown("The project file opens here again, and at the command line:")
    deed = "check" if subject.report.against_training else "train"
    st.code(f"graphbuilder {deed} {name_of('project', subject)}", language=None, wrap_lines=True)
    data = trainings.data_file(state.me(), subject.report.document)
    size = in_words(data.stat().st_size) if data else ""
    along = bool(data) and st.checkbox(
        f"With the data, {size}", key="with_data", help="Beside the code, which reads them: the archive runs anywhere."
    )
    with st.container(horizontal=True, gap="small"):
        take("project", offer)
        if run is None and not along:
            take("zip", offer, "Everything in one file")
            return along
        missing = EXPORTS["zip"].missing(subject)
        address = routes.archive_of(shown.id, run.id if run else None, subject.layout, with_data=along)
        st.link_button(
            "Everything in one file",
            address,
            icon=":material/download:",
            disabled=missing is not None,
            help=missing,
        )
    return along
