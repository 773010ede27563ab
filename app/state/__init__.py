"""What a page remembers, and which project it shows. The only package that touches st.session_state.

A page holds nothing that it could lose: the project is in the store and its id in the address. The session keeps what
is merely looked at, such as the selected nodes.
"""
# ruff: noqa: I001

from app.state.behind import is_behind, pulse, remember_shown
from app.state.canvas import (
    BOOT, CANVAS, KEPT, acknowledged, can_go_on, can_save_again, led, page_has, refused, selected,
    selected_wire, shown_level, take_canvas_edits, told_acknowledged, turn,
)  # fmt: skip
from app.state.looked_at import (
    PANELS, ROOMS, chosen_run, compare_only, compared, deleted, deleted_run, deleted_set, dock_size,
    fold_inspector, import_of, imported, initial_shown, inspector_folded, left_out, looks, open_beside, panel,
    picture_layout, project_id, remember_deleted, remember_import, remember_imported, remember_versus_file,
    remember_deleted_run, remember_deleted_set, remember_looks, remember_taken, remember_use, run_to_take, sample,
    sample_led, set_id, set_versus,
    linked_word, show_all_controls, show_initial, show_linked, show_panel, show_run, show_sample, show_set, show_topic,
    step, strip_seed, take_other_strip, take_run, to_use, topic, tour, versus, versus_file,
)  # fmt: skip
from app.state.opened import (
    REPORTS, acting, checked, delete_project, edit, forget_left_alone, has_project, is_loud, just_pressed, left_alone,
    open_copy, open_last_or_starter, open_project, project, remember_acting, remember_pressed, report, undo,
    want_training, was_followed,
)  # fmt: skip
from app.state.said import (
    close_popover, done_or_told, drop_unless, entered, hold, messages, popover, say, taken_back,
)  # fmt: skip
from app.state.whose import (
    SERVED_VARIABLE, ask, is_operator, jobs, me, pause_queue, remember_operator, resume, sets, stop_as_operator,
    stops, store, visitor, was_refused_as_operator,
)  # fmt: skip

__all__ = [
    "BOOT", "CANVAS", "KEPT", "PANELS", "REPORTS", "ROOMS", "SERVED_VARIABLE", "acknowledged", "acting", "ask",
    "can_go_on", "can_save_again", "checked", "chosen_run", "close_popover", "compare_only", "compared",
    "delete_project", "deleted", "deleted_run", "deleted_set", "dock_size", "done_or_told", "drop_unless", "edit",
    "entered", "fold_inspector", "forget_left_alone", "has_project", "hold", "import_of", "imported",
    "initial_shown", "inspector_folded", "is_behind", "is_loud", "is_operator", "jobs", "just_pressed", "led",
    "left_alone", "left_out", "linked_word", "looks", "me", "messages", "open_beside", "open_copy",
    "open_last_or_starter", "open_project", "page_has", "panel", "pause_queue", "picture_layout", "popover",
    "project", "project_id", "pulse", "refused", "remember_acting", "remember_deleted", "remember_deleted_run",
    "remember_deleted_set", "remember_import", "remember_imported", "remember_looks", "remember_operator",
    "remember_pressed", "remember_shown", "remember_taken", "remember_use", "remember_versus_file", "report", "resume",
    "run_to_take", "sample", "sample_led", "say", "selected", "selected_wire", "set_id", "set_versus", "sets",
    "show_all_controls", "show_initial", "show_linked", "show_panel", "show_run", "show_sample", "show_set",
    "show_topic", "shown_level",
    "step", "stop_as_operator", "stops", "store", "strip_seed", "take_canvas_edits", "take_other_strip", "take_run",
    "taken_back", "to_use", "told_acknowledged", "topic", "tour", "turn", "undo", "versus", "versus_file",
    "visitor", "want_training", "was_followed", "was_refused_as_operator",
]  # fmt: skip
