"""The composer in real Chromium: files, voice, emoji, quotes, and what becomes of them when the line is cut."""

import gzip
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response, Route, WebSocketRoute, expect

from tests.browser.inbox import button, demand_no_barrier, field, opened, row, thread
from tests.client import Visitor
from tests.processes import Embedded

# What the inbox may weigh on first load, compressed: it is opened on slow lines, too.
LIGHT = 150_000
HOSTILE = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>'
LONG = "All of this is one long message. " * 121
HEBREW = "שלום, האם זה במלאי?"

OF_KIND = """
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
from django.utils import timezone
channel = Channel.objects.filter(kind="%s").first()
inbound = Inbound("composing-%s", Sender("composing", name="Nora"), timezone.now(), "Can you hear me?")
print(intake.receive(channel, inbound)[0].conversation_id)
"""


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{colour}.png" for colour in ("teal", "coral")]
    for path in paths:
        Image.new("RGB", (640, 480), path.stem).save(path)
    return paths


def media(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Media", exact=True)


def chosen(page: Page, state: str) -> Locator:
    return media(page).locator(f".media-file[data-state={state}]")


def said(visitor: Visitor) -> list[str]:
    return [each["text"] for each in visitor.read()]


def of_kind(monty: Embedded, kind: str) -> str:
    """The address of a conversation on this channel."""
    return f"/conversations/{monty.python(OF_KIND % (kind, kind)).splitlines()[-1]}/?view=all"


# --- Files ------------------------------------------------------------------------------------------------------------


def test_files_travel_one_by_one_survive_cuts_and_reloads_and_go_with_a_caption(
    talk: Page, visitor: Visitor, pictures: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "sizes.txt").write_text("S M L")
    held: list[Route] = []
    talk.route("**/uploads/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    button(talk, "Media").click()
    media(talk).get_by_label("Images").set_input_files(pictures)
    expect(chosen(talk, "travels")).to_have_count(2)
    expect(media(talk).get_by_role("progressbar", name="Uploading")).to_have_count(2)
    expect(media(talk).get_by_role("button", name="Send", exact=True)).to_be_disabled()
    talk.wait_for_function("[...document.querySelectorAll('.media-file img')].every(image => image.naturalWidth)")

    # One is cut in the middle, the other called off.
    media(talk).get_by_role("button", name="Cancel coral.png").click()
    expect(media(talk).locator(".media-file")).to_have_count(1)
    held[0].abort()
    expect(chosen(talk, "cut")).to_contain_text("Monty could not be reached")
    talk.unroute("**/uploads/")
    media(talk).get_by_role("button", name="Retry teal.png").click()
    expect(chosen(talk, "here")).to_have_count(1)
    media(talk).get_by_label("Attachments").set_input_files([tmp_path / "sizes.txt", pictures[1]])
    expect(chosen(talk, "here")).to_have_count(3)
    media(talk).get_by_role("button", name="Remove sizes.txt").click()
    media(talk).get_by_label("Caption").fill(HOSTILE)

    # Nothing chosen or typed is lost by shutting the dialog, nor by a reload.
    talk.keyboard.press("Escape")
    expect(media(talk)).to_be_hidden()
    expect(talk.locator("#open-media")).to_have_attribute("data-waiting", "2")
    talk.reload()
    button(talk, "Media").click()
    expect(chosen(talk, "here")).to_have_count(2)
    expect(media(talk).get_by_label("Caption")).to_have_value(HOSTILE)
    demand_no_barrier(talk, "#media")

    media(talk).get_by_role("button", name="Send", exact=True).click()
    expect(media(talk)).to_be_hidden()
    expect(thread(talk).get_by_role("img", name="teal.png")).to_be_visible()
    expect(thread(talk).get_by_role("img", name="coral.png")).to_be_visible()
    expect(thread(talk).get_by_text(HOSTILE)).to_be_visible()
    assert talk.evaluate("window.taken") is None
    assert said(visitor)[-1] == HOSTILE
    expect(talk.locator("#open-media")).to_have_attribute("data-waiting", "")
    button(talk, "Media").click()
    expect(media(talk).locator(".media-file")).to_have_count(0)
    expect(media(talk).get_by_label("Caption")).to_be_hidden()


def drop(page: Page, files: list[tuple[str, str, int]]) -> None:
    """Drop files (name, type, size) on the conversation."""
    page.locator(".pane").evaluate(
        """(pane, files) => {
            const data = new DataTransfer();
            for (const [name, type, size] of files) {
                data.items.add(new File([new Uint8Array(size).fill(65)], name, { type }));
            }
            for (const name of ["dragover", "drop"]) {
                pane.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
        }""",
        files,
    )


def test_what_is_dropped_and_too_much_is_refused_before_it_travels(monty: Embedded, logged_in: Any) -> None:
    page = logged_in("sara")
    travelled: list[str] = []
    page.on("request", lambda request: travelled.append(request.method) if "/uploads/" in request.url else None)
    page.goto(of_kind(monty, "instagram"))
    drop(page, [("list.txt", "text/plain", 9), ("film.mp4", "video/mp4", 26 * 1024 * 1024)])
    expect(media(page)).to_be_visible()
    expect(media(page)).to_contain_text("At most 10 files at once.")
    expect(media(page)).to_contain_text("Pictures up to 8.0")
    expect(chosen(page, "refused").nth(0)).to_contain_text("this channel does not take files of this kind")
    expect(chosen(page, "refused").nth(1)).to_contain_text("is too large")
    expect(media(page).get_by_role("button", name="Send", exact=True)).to_be_disabled()
    assert "POST" not in travelled

    for name in ("list.txt", "film.mp4"):
        media(page).get_by_role("button", name=f"Remove {name}").click()
    # Named a picture, it is looked into by the server, which says what is wrong with it.
    drop(page, [("cat.png", "image/png", 40)])
    expect(chosen(page, "refused")).to_contain_text("Instagram does not take files of this kind (text/plain)")
    media(page).get_by_role("button", name="Remove cat.png").click()

    page.keyboard.press("Escape")
    page.goto(of_kind(monty, "webchat"))
    drop(page, [(f"{number}.txt", "text/plain", 5) for number in range(11)])
    expect(chosen(page, "here")).to_have_count(10)
    expect(chosen(page, "refused")).to_contain_text("At most 10 files at once.")
    media(page).get_by_role("button", name="Remove 0.txt").click()
    expect(chosen(page, "here")).to_have_count(10)


def test_files_wait_when_somebody_wrote_meanwhile_and_what_they_wrote_is_shown(
    talk: Page, visitor: Visitor, pictures: list[Path]
) -> None:
    talk.route("**/news/**", lambda route: route.abort())
    button(talk, "Media").click()
    media(talk).get_by_label("Images").set_input_files(pictures[:1])
    expect(chosen(talk, "here")).to_have_count(1)
    visitor.say("Rather the coral one")
    expect(row(talk, "Rather the coral one")).to_be_attached()
    with talk.expect_request(lambda request: request.method == "POST" and "/send" in request.url):
        media(talk).get_by_role("button", name="Send", exact=True).click()
    # The page did not know yet.
    talk.unroute("**/news/**")
    expect(media(talk).get_by_role("alert")).to_contain_text("Somebody wrote meanwhile.")
    expect(media(talk).get_by_role("alert")).to_contain_text("Rather the coral one")
    media(talk).get_by_role("button", name="Send anyway").click()
    expect(media(talk)).to_be_hidden()
    expect(thread(talk).get_by_role("img", name="teal.png")).to_be_visible()


# --- Voice ------------------------------------------------------------------------------------------------------------


def test_a_voice_message_is_recorded_paused_listened_to_sent_discarded_or_kept(talk: Page, visitor: Visitor) -> None:
    talk.evaluate(
        "window.asked = 0; const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = wish => { window.asked += 1; return ask(wish); }; null"
    )
    voice = talk.get_by_role("group", name="Voice message")
    expect(voice).to_be_hidden()
    assert talk.evaluate("window.asked") == 0

    button(talk, "Record a voice message").click()
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    assert talk.evaluate("window.asked") == 1
    voice.get_by_role("button", name="Pause").click()
    paused_at = voice.get_by_role("timer").inner_text()
    talk.wait_for_timeout(1200)
    expect(voice.get_by_role("timer")).to_have_text(paused_at)
    voice.get_by_role("button", name="Go on recording").click()
    expect(voice.get_by_role("timer")).to_have_text("0:02")
    demand_no_barrier(talk, "#composer")
    voice.get_by_role("button", name="Listen").click()
    voice.get_by_role("button", name="Play").click()
    expect(voice.get_by_role("slider", name="Position")).not_to_have_value("0")

    # The line is cut: it stays, and goes once.
    talk.route("**/send/", lambda route: route.abort())
    voice.get_by_role("button", name="Send", exact=True).click()
    expect(voice.get_by_role("alert")).to_contain_text("Monty could not be reached")
    talk.unroute("**/send/")
    voice.get_by_role("button", name="Send", exact=True).click()
    expect(voice).to_be_hidden()
    expect(field(talk)).to_be_focused()
    line = thread(talk).locator("#lines .us").last
    expect(line.get_by_role("button", name="Play")).to_be_visible()
    line.get_by_role("button", name="1×").click()
    expect(line.get_by_role("button", name="1.5×")).to_be_visible()
    (file,) = visitor.read()[-1]["attachments"]
    assert (file["content_type"], file["name"]) == ("audio/webm", "Voice message.webm")

    # Discarded it is gone; kept it is when another conversation is opened.
    button(talk, "Record a voice message").click()
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    voice.get_by_role("button", name="Discard").click()
    expect(voice).to_be_hidden()
    expect(field(talk)).to_be_visible()

    address = talk.url
    button(talk, "Record a voice message").click()
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    talk.locator("#rows .row:not([aria-current])").first.click()
    expect(talk.locator(".toast").last).to_contain_text("Your recording is kept")
    talk.goto(address)
    button(talk, "Media").click()
    expect(chosen(talk, "here")).to_contain_text("Voice message.webm")


def test_where_nothing_can_be_recorded_that_is_said_before_anybody_speaks(
    monty: Embedded, talk: Page, logged_in: Any
) -> None:
    refusal = "() => Promise.reject(new DOMException('', 'NotAllowedError'))"
    talk.evaluate(f"navigator.mediaDevices.getUserMedia = {refusal}; null")
    button(talk, "Record a voice message").click()
    expect(talk.locator(".toast")).to_contain_text("The browser does not let Monty use the microphone.")
    expect(field(talk)).to_be_visible()

    # Chromium here records WebM and MP4 with Opus; WhatsApp takes neither, Twitter no sound at all.
    page = logged_in("sara")
    for kind in ("whatsapp", "twitter"):
        page.goto(of_kind(monty, kind))
        page.evaluate("navigator.mediaDevices.getUserMedia = () => { throw new Error('asked') }; null")
        button(page, "Record a voice message").click()
        expect(page.locator(".toast").last).to_contain_text("This channel takes no sound that your browser records.")
    permissions = page.request.get("/").headers["permissions-policy"]
    assert "microphone=(self)" in permissions
    assert "camera=()" in permissions


# --- Looking at pictures ----------------------------------------------------------------------------------------------


def test_pictures_are_turned_over_brought_nearer_and_put_away(talk: Page, pictures: list[Path]) -> None:
    button(talk, "Media").click()
    media(talk).get_by_label("Images").set_input_files(pictures)
    expect(chosen(talk, "here")).to_have_count(2)
    media(talk).get_by_role("button", name="Send", exact=True).click()
    links = thread(talk).locator("[data-picture]")
    expect(links).to_have_count(2)

    links.first.press("Enter")
    viewer = talk.get_by_role("dialog", name="Picture")
    status = viewer.get_by_role("status")
    expect(status).to_have_text("teal.png 1 / 2")
    expect(button(viewer, "Previous picture")).to_be_disabled()  # type: ignore[arg-type]
    talk.keyboard.press("ArrowRight")
    expect(status).to_have_text("coral.png 2 / 2")
    expect(viewer.get_by_role("img", name="coral.png")).to_be_visible()
    talk.keyboard.press("ArrowLeft")
    viewer.get_by_role("button", name="Next picture").click()

    size = viewer.get_by_role("button", name="%")
    for press, shown in (("+", "150%"), ("+", "225%"), ("-", "150%"), ("0", "100%")):
        talk.keyboard.press(press)
        expect(size).to_have_text(shown)
    viewer.get_by_role("button", name="Zoom in").click()
    expect(size).to_have_text("150%")
    viewer.get_by_role("img").hover()
    talk.mouse.wheel(0, -300)
    expect(size).not_to_have_text("150%")
    pinch(talk)
    expect(size).to_have_text("200%")
    demand_no_barrier(talk, "#viewer")

    with talk.expect_download() as download:
        viewer.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "coral.png"
    talk.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(links.last).to_be_focused()


def pinch(page: Page) -> None:
    """Two fingers on the picture at its own size, moving apart to twice their distance."""
    page.keyboard.press("0")
    page.locator(".viewer-stage").evaluate(
        """stage => {
            const { left, top, width, height } = stage.querySelector("img").getBoundingClientRect();
            stage.setPointerCapture = () => {};
            const middle = { clientY: top + height / 2, pointerType: "touch", bubbles: true };
            const touch = (kind, pointerId, x) => stage.querySelector("img").dispatchEvent(
                new PointerEvent(kind, { pointerId, clientX: left + width / 2 + x, ...middle }));
            touch("pointerdown", 11, -50);
            touch("pointerdown", 12, 50);
            touch("pointermove", 12, 150);
            touch("pointerup", 11, -50);
            touch("pointerup", 12, 150);
        }"""
    )


# --- Emoji ------------------------------------------------------------------------------------------------------------


# As the picker has it: with the sign that asks for a picture and not for a letter.
THUMB = "👍\ufe0f"


def test_the_inbox_is_light_and_the_emoji_picker_comes_only_when_it_is_opened(
    talk: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    address, responses = talk.url, list[Response]()
    talk.goto("about:blank")

    def keep(response: Response) -> None:
        responses.append(response)

    talk.on("response", keep)
    talk.goto(address, wait_until="networkidle")
    talk.remove_listener("response", keep)
    # Asked for once more: the browser does not keep every body until somebody wants to weigh it.
    loaded = [each.url for each in responses if each.ok and "/files/" not in each.url]
    weights = [len(gzip.compress(talk.request.get(url).body(), 6)) for url in loaded]
    with capsys.disabled():
        print(f"\nfirst load of the inbox: {sum(weights) / 1000:.1f} kB compressed, {len(weights)} files")
    assert sum(weights) < LIGHT

    fetched: list[str] = []
    talk.on("request", lambda request: fetched.append(request.url))
    field(talk).fill("Yes please")
    field(talk).evaluate("field => field.setSelectionRange(3, 3)")
    assert not any("/vendor/emoji/" in url for url in fetched)

    button(talk, "Emoji").click()
    search = talk.get_by_role("combobox", name="Search")
    expect(search).to_be_focused()
    assert any("/vendor/emoji/picker.js" in url for url in fetched)
    assert all(url.startswith(talk.evaluate("location.origin")) for url in fetched)
    # The page's own keys do not take what is typed there.
    search.press("/")
    expect(search).to_have_value("/")
    search.fill("thumbs up")
    expect(talk.get_by_role("option", name="thumbs up").first).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(field(talk)).to_have_value(f"Yes{THUMB} please")
    expect(field(talk)).to_be_focused()
    assert field(talk).evaluate("field => field.selectionStart") == len(f"Yes{THUMB}".encode("utf-16-le")) // 2

    # A skin tone is remembered, and what was used is offered again.
    button(talk, "Emoji").click()
    talk.get_by_role("button", name="Choose a skin tone").click()
    talk.get_by_role("option", name="Dark", exact=True).click()
    search.fill("waving hand")
    talk.get_by_role("option", name="waving hand").first.click()
    expect(field(talk)).to_have_value(f"Yes{THUMB}👋🏿 please")
    button(talk, "Emoji").click()
    expect(talk.get_by_role("menu", name="Favorites").get_by_role("menuitem", name="thumbs up")).to_be_visible()
    talk.keyboard.press("Escape")
    expect(talk.locator("#emoji")).to_be_hidden()
    expect(button(talk, "Emoji")).to_be_focused()


# --- Quoting ------------------------------------------------------------------------------------------------


def test_a_message_is_quoted_by_mouse_and_keyboard_and_the_quote_comes_back_with_what_is_refused(
    talk: Page, visitor: Visitor, question: str
) -> None:
    visitor.say("And in coral?")
    expect(thread(talk)).to_contain_text("And in coral?")
    line = thread(talk).locator("#lines .them", has_text=question)
    line.hover()
    line.get_by_role("button", name="Quote this message").click()
    quoted = talk.locator("#answering")
    expect(quoted).to_contain_text(question)
    expect(field(talk)).to_be_focused()
    field(talk).press("Escape")
    expect(quoted).to_be_hidden()

    # One of the buttons takes part in the order of Tab; the arrow keys lead to the others.
    last = thread(talk).get_by_role("button", name="Quote this message").last
    last.focus()
    last.press("ArrowUp")
    talk.keyboard.press("Enter")
    expect(quoted).to_contain_text(question)
    talk.route("**/news/**", lambda route: route.abort())
    visitor.say("Or in any colour?")
    expect(row(talk, "Or in any colour?")).to_be_attached()
    field(talk).fill("In teal we do")
    field(talk).press("Enter")
    talk.unroute("**/news/**")
    expect(talk.get_by_text("Somebody wrote meanwhile.")).to_be_visible()
    expect(quoted).to_contain_text(question)
    expect(thread(talk)).to_contain_text("Or in any colour?")
    button(talk, "Send anyway").click()
    answer = thread(talk).locator("#lines .us", has_text="In teal we do")
    expect(answer.locator(".quote")).to_contain_text(question)
    expect(quoted).to_be_hidden()
    assert visitor.read()[-1]["text"] == "In teal we do"


# --- Cut lines --------------------------------------------------------------------------------------------------------


def test_what_was_under_way_when_the_page_was_reloaded_is_sent_once_from_wherever_one_is(
    talk: Page, visitor: Visitor
) -> None:
    talk.route("**/send/", lambda route: None)
    field(talk).fill("Under way")
    field(talk).press("Enter")
    expect(talk.locator(".line.is-sending")).to_contain_text("Under way")
    talk.unroute("**/send/")
    talk.goto("/?view=closed")
    for _tries in range(50):
        if "Under way" in said(visitor):
            break
        talk.wait_for_timeout(100)
    assert said(visitor).count("Under way") == 1
    talk.wait_for_function("localStorage.getItem('monty.unsent') === '[]'")


class Line:
    """The page's socket, which can be cut and mended, or go dead without a word."""

    def __init__(self, page: Page) -> None:
        self.cut = False
        self.open: list[WebSocketRoute] = []
        self.dead: list[WebSocketRoute] = []
        page.route_web_socket("**/ws/inbox/", self.connect)

    def connect(self, socket: WebSocketRoute) -> None:
        if self.cut:
            socket.close()
            return
        self.open.append(socket)
        server = socket.connect_to_server()
        server.on_message(lambda frame: None if socket in self.dead else socket.send(frame))

    def break_off(self) -> None:
        self.cut = True
        while self.open:
            self.open.pop().close()

    def die(self) -> None:
        self.dead += self.open


LIST_ASKED = """performance.getEntriesByType("resource")
  .filter(each => each.name.includes("/inbox/refresh/")).map(each => each.startTime)"""


def test_with_the_socket_cut_nothing_typed_and_none_of_ten_messages_is_lost(
    visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    visitor.say(question)
    page = logged_in("ana")
    line = Line(page)
    opened(page, question)
    field(page).press_sequentially("Half a ")
    for number in range(5):
        visitor.say(f"before {number}")
    expect(thread(page)).to_contain_text("before 4")
    line.break_off()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    field(page).press_sequentially("sentence")
    for number in range(5):
        visitor.say(f"during {number}")
    line.cut = False
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    expect(thread(page)).to_contain_text("during 4")
    texts = thread(page).locator("#lines .them .text").all_inner_texts()
    assert texts == [
        question,
        *(f"before {number}" for number in range(5)),
        *(f"during {number}" for number in range(5)),
    ]
    expect(field(page)).to_have_value("Half a sentence")
    expect(field(page)).to_be_focused()
    field(page).press("Enter")
    expect(thread(page).locator("#lines .us", has_text="Half a sentence")).to_contain_text("Sent")
    # However much happened, the list was not asked for more than once a second.
    asked = page.evaluate(LIST_ASKED)
    assert len(asked) > 1
    assert all(later - earlier > 990 for earlier, later in pairwise(asked))

    # The machine was asleep: its socket looks open and hears nothing.
    line.die()
    visitor.say("Good morning!")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(thread(page).get_by_text("Good morning!")).to_have_count(1, timeout=5_000)


def test_whoever_opens_the_lid_sees_what_came_meanwhile(
    visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    visitor.say(question)
    page = logged_in("ana")
    line = Line(page)
    page.clock.install()
    opened(page, question)
    line.die()
    visitor.say("While you slept")
    page.clock.fast_forward(40_000)
    # Less than the time in which a socket of somebody awake must answer.
    expect(thread(page).get_by_text("While you slept")).to_have_count(1, timeout=5_000)


# --- Any text ---------------------------------------------------------------------------------------------------------


def test_long_texts_other_directions_and_script_are_only_text_in_every_field(
    talk: Page, visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    other = opened(logged_in("ben"), question)
    lines_of = "field => Math.round((field.clientHeight - 16) / parseFloat(getComputedStyle(field).lineHeight))"
    field(talk).fill("\n".join("abc"))
    assert field(talk).evaluate(lines_of) == 3
    field(talk).fill("\n".join("abcdefghijklmno"))
    assert field(talk).evaluate(lines_of) == 10
    for text in (LONG.strip(), HEBREW, HOSTILE):
        field(talk).fill(text)
        field(talk).press("Enter")
        line = thread(other).locator("#lines .us .text").last
        expect(line).to_have_text(text)
    visitor.say(HEBREW)
    theirs = thread(other).locator("#lines .them .text").last
    expect(theirs).to_have_text(HEBREW)
    assert theirs.evaluate("text => getComputedStyle(text).direction") == "rtl"
    assert len(LONG.strip()) > 3900
    assert thread(talk).evaluate("thread => thread.scrollWidth - thread.clientWidth") == 0

    talk.get_by_role("tab", name="Note").click()
    note = talk.get_by_role("textbox", name="Note", exact=True)
    note.fill(HOSTILE)
    note.press("Enter")
    expect(thread(other).locator("#lines .note").get_by_text(HOSTILE)).to_be_visible()
    button(talk, "Drop").click()
    dropping = talk.get_by_role("dialog", name="Drop this conversation?")
    dropping.get_by_label("Reason (optional)").fill(HOSTILE)
    dropping.get_by_role("button", name="Drop").click()
    expect(thread(other)).to_contain_text(f"Ana Alder dropped this: {HOSTILE}")
    for page in (talk, other):
        assert page.evaluate("window.taken") is None
