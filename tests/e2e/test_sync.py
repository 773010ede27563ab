"""Nothing jumps, flickers or is lost, however slow the server is and however often it is killed."""

import signal
import threading
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.workbench import Server, Windows, Workbench

WATCH = """() => {
  window.shifts = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifts += e.value })
    .observe({type: 'layout-shift', buffered: false});
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  window.first = canvas.querySelector('[data-node-id=n1]');
}"""


def test_fifty_fast_edits_with_a_three_second_stall_lose_nothing_and_move_nothing(
    windows: Windows, own_server: Server
) -> None:
    workbench = Workbench(windows, own_server.url).open()
    page = workbench.page
    workbench.select("n10")
    page.wait_for_timeout(2000)  # the form of the node is drawn the first time: its fields' scripts are fetched
    page.evaluate(WATCH)
    viewport = workbench.viewport()
    before = page.evaluate("window.first.dataset.nodeId")
    stall = threading.Thread(target=_stall, args=(own_server, 3.0))
    for place in range(50):
        if place == 10:
            stall.start()
        page.keyboard.press("ArrowRight" if place % 2 == 0 else "ArrowDown")
    assert workbench.canvas.get_attribute("data-pending") != "0"
    stall.join()
    workbench.settled()
    assert before == "n1"
    assert workbench.viewport() == viewport
    assert page.evaluate("window.shifts") == 0
    assert page.evaluate(
        "window.first === document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]')"
        ".shadowRoot.querySelector('[data-node-id=n1]')"
    )
    expect(workbench.node("n10")).to_be_focused()
    place = workbench.place("n10")
    page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    assert workbench.place("n10") == place
    assert workbench.complaints == []
    workbench.close()


def _stall(server: Server, seconds: float) -> None:
    server.signal(signal.SIGSTOP)
    time.sleep(seconds)
    server.signal(signal.SIGCONT)


def test_S1_a_reload_brings_back_network_selection_of_panel_and_place(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.enter("units", "77")
    workbench.panel("Summary")
    workbench.until("location.search.includes('panel=Summary')")
    address = workbench.page.url
    workbench.page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    assert workbench.page.url == address
    expect(workbench.node("n8")).to_contain_text("77 units")
    expect(workbench.panels).to_contain_text("77")
    workbench.step("Undo")
    expect(workbench.node("n8")).to_contain_text("84 units")


def test_S2_a_closed_page_opens_again_at_its_address_and_at_the_front_door(
    workbench: Workbench, visit: Callable[..., Workbench]
) -> None:
    workbench.select("n8")
    workbench.enter("units", "66")
    again = visit(storage_state=workbench.context.storage_state())
    again.page.goto(workbench.page.url)
    again.canvas.wait_for()
    expect(again.node("n8")).to_contain_text("66 units")
    front = visit(storage_state=workbench.context.storage_state()).open()
    expect(front.node("n8")).to_contain_text("66 units")


def test_S3_edits_made_while_the_network_is_gone_arrive_when_it_is_back(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.context.set_offline(True)
    workbench.page.keyboard.press("Delete")
    expect(workbench.nodes).to_have_count(9)
    workbench.page.wait_for_timeout(4000)
    workbench.context.set_offline(False)
    workbench.settled()
    workbench.page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    workbench.complaints.clear()  # the browser's own words about the lost connection


def test_S4_a_server_killed_and_started_anew_while_i_edit_has_my_draft_and_says_so(
    windows: Windows, own_server: Server
) -> None:
    workbench = Workbench(windows, own_server.url).open()
    workbench.select("n8")
    workbench.enter("units", "55")
    expect(workbench.node("n8")).to_contain_text("55 units")
    own_server.kill()
    workbench.page.keyboard.press("Escape")
    workbench.select_only("n9")
    workbench.page.keyboard.press("Delete")
    own_server.start()
    expect(workbench.page.get_by_text("The server was started anew")).to_be_visible()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    workbench.page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    expect(workbench.node("n8")).to_contain_text("55 units")
    workbench.close()


def test_G8_two_tabs_edit_one_network_and_neither_loses_what_it_did(workbench: Workbench) -> None:
    other = Workbench.__new__(Workbench)
    other.url, other.context, other.complaints, other.foreign = workbench.url, workbench.context, [], []
    other.page = workbench.context.new_page()
    other.watch(other.page)
    other.page.goto(workbench.page.url)
    other.canvas.wait_for()
    other.settled()
    workbench.select("n8")
    workbench.enter("units", "44")
    other.select("n3")
    other.page.keyboard.press("Delete")
    other.settled()
    expect(other.node("n8")).to_contain_text("44 units")
    expect(workbench.nodes).to_have_count(9)
    expect(workbench.node("n8")).to_contain_text("44 units")
    assert other.complaints == []


def test_S11_fifty_rapid_clicks_leave_a_whole_network(workbench: Workbench) -> None:
    undo, redo = workbench.step_button("Undo"), workbench.step_button("Redo")
    workbench.select("n8")
    for units in range(20, 25):
        workbench.enter("units", str(units))
        workbench.select("n9")
        workbench.page.keyboard.press("ArrowRight")
        workbench.select("n8")
    for place in range(50):
        button = undo if place % 3 else redo
        button.click(force=True, no_wait_after=True)
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)
    expect(workbench.wires).to_have_count(9)
