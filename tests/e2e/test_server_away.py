"""A server that is not there is said calmly, and what is drawn meanwhile arrives when it is back."""

from playwright.sync_api import Browser, expect

from tests.e2e.workbench import Server, Workbench

AWAY = "The server is not there. What you drew is kept here and is sent when it is back."


def test_a_stopped_server_is_said_in_a_sentence_and_edits_arrive_when_it_is_back(
    browser: Browser, own_server: Server
) -> None:
    workbench = Workbench(browser, own_server.url).open()
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


def test_pages_without_a_canvas_say_so_too(browser: Browser, own_server: Server) -> None:
    workbench = Workbench(browser, own_server.url).open_projects()
    workbench.until("[...document.querySelectorAll('style')].some(one => one.textContent.includes('come-late'))")
    own_server.kill()
    told = "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::after').content"
    workbench.until(f"{told}.includes('is not there')")
    workbench.page.wait_for_timeout(6000)
    expect(workbench.page.get_by_role("dialog")).to_have_count(0)
    own_server.start()
    workbench.until(f"{told} === 'none'")
    workbench.close()
