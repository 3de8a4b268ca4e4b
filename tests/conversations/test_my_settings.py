"""“My settings”: what somebody is told of, when they are left in peace, and who they are."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from teams.models import DEFAULTS, Choice, Teammate
from tests import make

pytestmark = pytest.mark.once


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def shown(client) -> str:
    response = client.get("/me/")
    assert response.status_code == 200
    return response.content.decode()


def about_me(**changed):
    fields = {"first_name": "Ana", "last_name": "", "email": "", "time_zone": "", "language": "", "theme": ""}
    return fields | changed


def picture(size=(300, 200), format="PNG", name="me.png", **extra) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format, **extra)
    return SimpleUploadedFile(name, out.getvalue())


def test_strangers_are_sent_to_the_log_in(client):
    assert client.get("/me/").url == "/login/?next=/me/"


def test_one_s_own_name_in_the_left_pane_leads_there(as_ana):
    assert '<a class="me-name" href="/me/"' in as_ana.get("/").content.decode()


def test_everything_has_a_switch_as_it_stands(as_ana, ana):
    page = shown(as_ana)
    assert page.count("hx-post=") == 15
    assert page.count(" checked autocomplete") == len(DEFAULTS)
    assert "E-mail is not set up" not in page


def test_where_mail_is_not_set_up_the_page_says_so(as_ana, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "E-mail is not set up on this installation" in shown(as_ana)


def test_one_click_switches_and_one_switches_back(as_ana, ana, ben):
    for on in ({}, {"on": "on"}, {"on": "on"}, {}):
        assert as_ana.post("/me/choices/wrote/sound/", on, headers={"HX-Request": "true"}).status_code == 204
        assert (("wrote", "sound") in Choice.objects.wishes_of(ana)) is bool(on)
    assert Choice.objects.wishes_of(ben) == DEFAULTS


@pytest.mark.parametrize("what", ["wrote/email", "wrote/pigeon", "weather/sound"])
def test_what_cannot_be_told_so_is_refused_in_words(what, as_ana):
    response = as_ana.post(f"/me/choices/{what}/", {"on": "on"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["detail"]) == (400, "Nobody can be told of this in this way.")
    assert not Choice.objects.exists()


# --- Quiet hours ------------------------------------------------------------------------------------------------------


def test_quiet_hours_are_set_and_ended(as_ana, ana):
    hours = {"quiet": "on", "starts": "20:00", "ends": "07:30", "days": ["0", "4"]}
    assert as_ana.post("/me/quiet/", hours).url == "/me/"
    ana.refresh_from_db()
    assert (f"{ana.quiet_from:%H:%M}", f"{ana.quiet_to:%H:%M}", ana.quiet_days) == ("20:00", "07:30", [0, 4])
    assert 'value="20:00"' in shown(as_ana)

    as_ana.post("/me/quiet/", {"starts": "20:00", "ends": "07:30", "days": ["0"]})
    ana.refresh_from_db()
    assert (ana.quiet_from, ana.quiet_to, ana.quiet_days) == (None, None, [0, 4])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"starts": ""}, "Which time?"),
        ({"ends": "soon"}, "Enter a valid time."),
        ({"days": []}, "Choose at least one day."),
        ({"days": ["9"]}, "9 is not one of the available choices."),
    ],
)
def test_half_of_quiet_hours_is_refused_in_words_and_changes_nothing(wrong, sentence, as_ana, ana):
    response = as_ana.post("/me/quiet/", {"quiet": "on", "starts": "20:00", "ends": "07:00", "days": ["0"]} | wrong)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    ana.refresh_from_db()
    assert ana.quiet_from is None


# --- Oneself ----------------------------------------------------------------------------------------------------------


def test_name_and_address_are_one_s_own_to_change(as_ana, ana):
    as_ana.post("/me/", about_me(first_name="Anna", last_name="Ash", email="anna@example.org"))
    ana.refresh_from_db()
    assert (ana.name, ana.email) == ("Anna Ash", "anna@example.org")


def test_nothing_else_of_one_s_account_can_be_changed_here(as_ana, ana):
    as_ana.post("/me/", about_me(is_superuser="on", is_staff="on", capacity="99", username="root"))
    fresh = Teammate.objects.get(pk=ana.pk)
    assert (fresh.is_superuser, fresh.is_staff, fresh.capacity, fresh.username) == (False, False, 10, "ana")


@pytest.mark.parametrize(
    "wrong", [{"email": "nowhere"}, {"time_zone": "Mars/Base"}, {"language": "xx"}, {"theme": "pink"}]
)
def test_what_is_wrong_is_said_beside_it_and_changes_nothing(wrong, as_ana, ana):
    response = as_ana.post("/me/", about_me(first_name="Anna", **wrong))
    assert (response.status_code, "field-error" in response.content.decode()) == (400, True)
    ana.refresh_from_db()
    assert (ana.first_name, ana.email, ana.time_zone) == ("Ana", "", "")


def test_pages_speak_one_s_language_and_wear_one_s_colours(as_ana, ana):
    as_ana.post("/me/", about_me(language="de", theme="dark"))
    response = as_ana.get("/", headers={"Accept-Language": "en"})
    page = response.content.decode()
    assert '<html lang="de" dir="ltr" data-theme="dark">' in page
    assert response.headers["Content-Language"] == "de"


def test_without_a_choice_the_browser_s_language_counts(as_ana):
    assert '<html lang="ar" dir="rtl">' in as_ana.get("/me/", headers={"Accept-Language": "ar"}).content.decode()


def test_times_are_in_one_s_own_zone(as_ana, ana, webchat):
    row = make.conversation(webchat, state="assigned", assignee=ana)
    ana.time_zone = "Asia/Kathmandu"
    ana.save(update_fields=["time_zone"])
    local = row.last_message_at.astimezone(ana.zone)
    assert f">{local:%H:%M}</time>" in as_ana.get("/?view=mine").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


# --- The photo --------------------------------------------------------------------------------------------------------


def photo_of(page: str) -> str:
    return page.partition('<img src="/teammates/')[2].partition('"')[0]


def test_a_photo_is_written_anew_small_and_square(as_ana, ana):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    as_ana.post("/me/", about_me(new_photo=picture(format="JPEG", exif=exif)))
    ana.refresh_from_db()
    stored = Image.open(ana.photo.open())
    assert (stored.format, stored.size, dict(stored.getexif())) == ("WEBP", (192, 192), {})


def test_colleagues_see_the_photo_and_strangers_do_not(as_ana, client, ana, ben):
    as_ana.post("/me/", about_me(new_photo=picture()))
    address = "/teammates/" + photo_of(as_ana.get("/").content.decode())
    client.force_login(ben)
    response = client.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/webp")
    client.logout()
    assert client.get(address).status_code == 302


def test_another_photo_takes_the_place_of_the_first_and_none_that_of_all(
    as_ana, ana, django_capture_on_commit_callbacks
):
    kept = []
    for fields in ({"new_photo": picture()}, {"new_photo": picture()}, {"drop_photo": "on"}):
        with django_capture_on_commit_callbacks(execute=True):
            as_ana.post("/me/", about_me(**fields))
        ana.refresh_from_db()
        kept.append(ana.photo.name)
    assert kept[0] != kept[1]
    assert kept[2] == ""
    assert [ana.photo.storage.exists(name) for name in kept[:2]] == [False, False]
    assert photo_of(shown(as_ana)) == ""


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("me.png", b"\x89PNG\r\n\x1a\n and then nothing"),
        SimpleUploadedFile("me.png", b"plain words"),
        SimpleUploadedFile("me.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("me.png", b"%PDF-1.4 a letter"),
    ],
    ids=["broken", "text", "svg", "pdf"],
)
def test_what_is_no_picture_is_refused_in_words(upload, as_ana, ana):
    response = as_ana.post("/me/", about_me(new_photo=upload))
    assert (response.status_code, "field-error" in response.content.decode()) == (400, True)
    ana.refresh_from_db()
    assert not ana.photo


def test_a_photo_that_is_too_large_is_refused(as_ana, ana, settings):
    settings.MEDIA_MAX_BYTES = 100
    assert as_ana.post("/me/", about_me(new_photo=picture())).status_code == 400
    ana.refresh_from_db()
    assert not ana.photo


def test_the_page_costs_few_queries(as_ana, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        shown(as_ana)
