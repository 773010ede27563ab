"""A server that is not there is said calmly, and what is drawn meanwhile arrives when it is back."""

import signal

from playwright.sync_api import expect

from tests.e2e.test_training import Training
from tests.e2e.workbench import Server, Windows, Workbench

AWAY = "The server is not there. What you drew is kept here and is sent when it is back."


def test_a_stopped_server_is_said_in_a_sentence_and_edits_arrive_when_it_is_back(
    windows: Windows, own_server: Server
) -> None:
    workbench = Workbench(windows, own_server.url).open()
    page, banner = workbench.page, workbench.page.get_by_test_id("away")
    expect(banner).to_be_empty()
    own_server.kill()
    expect(banner).to_have_text(AWAY)
    workbench.select_only("n9")
    form_late = "getComputedStyle(document.querySelector('.st-key-inspector_body'), '::before').content"
    workbench.until(f"{form_late}.includes('comes when the server is back')")
    page.keyboard.press("Delete")
    expect(workbench.nodes).to_have_count(9)
    page.wait_for_timeout(6000)  # by now Streamlit would have asked whether Streamlit is still running
    expect(page.get_by_role("dialog")).to_have_count(0)
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_disabled()
    ink, ground = train.evaluate(
        "button => [getComputedStyle(button.querySelector('p')).color, getComputedStyle(button).backgroundColor]"
    )
    assert ink != ground  # a word that is seen, and no empty box
    own_server.start()
    expect(banner).to_be_empty()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    assert page.evaluate(form_late) == "none"
    page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    workbench.close()


def test_pages_without_a_canvas_say_so_too(windows: Windows, own_server: Server) -> None:
    workbench = Workbench(windows, own_server.url).open_projects()
    workbench.until("[...document.querySelectorAll('style')].some(one => one.textContent.includes('come-late'))")
    own_server.kill()
    told = "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::after').content"
    workbench.until(f"{told}.includes('is not there')")
    workbench.page.wait_for_timeout(6000)
    expect(workbench.page.get_by_role("dialog")).to_have_count(0)
    own_server.start()
    workbench.until(f"{told} === 'none'")
    workbench.close()


def test_what_is_given_away_is_never_of_another_version_than_the_one_that_is_shown(
    windows: Windows, own_server: Server
) -> None:
    workbench = Workbench(windows, own_server.url).open_projects()
    page = workbench.page
    page.locator(".st-key-projects_page").locator("button", has_text="Logistic regression").first.click()
    workbench.canvas.wait_for()
    Training(workbench.settled()).epochs(1).start().until_over()
    workbench.enter("epochs", "2")
    page.locator(".st-key-export a").locator("visible=true").click()
    whole, code = page.get_by_role("link", name="Everything"), page.get_by_role("button", name="Python file")
    given: list[str] = []
    page.on("request", lambda request: given.append(request.url) if "everything" in request.url else None)
    page.on("download", lambda download: given.append(download.suggested_filename))

    def turn_to(option: str) -> None:
        page.get_by_role("combobox", name="version").click()
        page.get_by_role("option", name=option).click()

    turn_to("run 1")
    whole.wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    own_server.signal(signal.SIGSTOP)
    try:
        turn_to("The network as it is now")
        for one in (whole, code):
            page.mouse.click(*workbench.middle_of(one))
            one.focus()
            page.wait_for_timeout(100)
            page.keyboard.press("Enter")
        page.wait_for_timeout(500)
    finally:
        own_server.signal(signal.SIGCONT)
    whole.wait_for(state="detached")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    assert given == []
    with page.expect_download() as taken:
        code.click()
    assert "EPOCHS = 2" in taken.value.path().read_text()
    workbench.close()
