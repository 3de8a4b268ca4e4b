"""The standing cast: Ana and Ben sell, Cara supports, Sara oversees; a webchat whose conversations go to Sales."""

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import hypothesis
import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from monty import rates
from teams import roles
from teams.models import Team, Teammate, setting
from tests import make, prepared
from tests.courier import Courier
from tests.ears import Ears
from tests.herald import SECRET, Herald
from tests.parrot import Parrot
from tests.pigeon import Pigeon
from tests.quick import quick_settings
from tests.services import postgresql
from webhooks import listening

# The machine's hiccups are not the code's.
hypothesis.settings.register_profile("monty", deadline=None, max_examples=60)
hypothesis.settings.load_profile("monty")

LONGEST = {
    "test_admin_pages.py",
    "test_any_life.py",
    "test_channel_health.py",
    "test_ingest_under_fire.py",
    "test_outbox_plan.py",
    "test_outbox_stress.py",
    "test_query_plans.py",
    "test_replay.py",
    "test_replay_simulation.py",
    "test_schema.py",
    "test_who_may.py",
}
ON_POSTGRESQL = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """The run has a name, before its workers are started."""
    os.environ.setdefault(prepared.RUN, uuid4().hex[:12])


def pytest_unconfigure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if not is_worker and postgresql().found:
        prepared.forget_database()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only PostgreSQL can show is not run on SQLite, and the summary says so.

    What asks no database at all need not be asked beside each. The longest files come first, so that no worker is
    left alone with one at the end.
    """
    demand_names(items)
    items.sort(key=lambda each: each.path.name not in LONGEST)
    for each in items:
        if not asks_the_database(each):
            each.add_marker("once")
    if on_postgresql():
        return
    left_out = [each for each in items if each.get_closest_marker("postgresql") and not brings_its_own(each)]
    config.stash[ON_POSTGRESQL] = [each.nodeid for each in left_out]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [each for each in items if each not in left_out]


def demand_names(items: list[pytest.Item]) -> None:
    """Of several tests of one name pytest-xdist runs one, and says nothing of the others."""
    twice = [name for name, times in Counter(each.nodeid for each in items).items() if times > 1]
    if twice:
        raise pytest.UsageError(f"Several tests have one name: {', '.join(twice[:5])}")


def asks_the_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def brings_its_own(item: pytest.Item) -> bool:
    """Tests of real processes make a database of their own, whichever one this run uses."""
    return item.get_closest_marker("processes") is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in config.stash.get(ON_POSTGRESQL, []):
        terminalreporter.write_line(f"NOT RUN, needs PostgreSQL (DATABASE_URL): {name}")
    # What `make test` found missing on this machine.
    if not_run := os.environ.get("MONTY_NOT_RUN"):
        terminalreporter.write_line(f"NOT RUN, no {not_run}")


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def its_language_ends_with_a_test() -> Iterator[None]:
    """A request leaves its language behind for whatever its thread does next; in the product that is a request, too."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Each worker's database is a copy of one in which all tables are: to make them takes longer than many a test.

    On SQLite a file, as in the product: threads that share an in-memory database lock it differently.
    """
    if on_postgresql():
        connection.settings_dict["TEST"]["TEMPLATE"] = prepared.database(tmp_path_factory)
    else:
        copied = shutil.copy(prepared.sqlite_file(tmp_path_factory), tmp_path_factory.mktemp("database"))
        connection.settings_dict["TEST"]["NAME"] = str(copied)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What was copied into its place is not made anew. PostgreSQL copies as it makes."""
    return not on_postgresql()


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """What one test was told or has subscribed to is not there in the next; that there is nothing yet is known."""
    cache.clear()
    for known, nothing in ((setting.chosen, {}), (listening.subscribed, [])):
        known.forget()
        cache.set(known.key, nothing)
    yield


@pytest.fixture
def one_window() -> None:
    """Rates are counted by the minute: what a test does falls into one."""
    if (left := rates.left_of_window(60)) < 5:
        time.sleep(left)


@pytest.fixture(autouse=True)
def quick_and_quiet(settings, tmp_path) -> None:
    for name, value in quick_settings(tmp_path).items():
        setattr(settings, name, value)


@pytest.fixture
def sales(db) -> Team:
    return Team.objects.create(name="Sales")


@pytest.fixture
def support(db) -> Team:
    return Team.objects.create(name="Support")


@pytest.fixture
def ana(sales: Team) -> Teammate:
    return make.teammate("ana", sales)


@pytest.fixture
def ben(sales: Team) -> Teammate:
    return make.teammate("ben", sales)


@pytest.fixture
def cara(support: Team) -> Teammate:
    return make.teammate("cara", support)


@pytest.fixture
def sara(db) -> Teammate:
    """Supervisor: sees every team's conversations."""
    from django.contrib.auth.models import Permission

    person = make.teammate("sara", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="oversee"))
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def supervisor(db, client: Client) -> Teammate:
    """Logged in, with the role of that name as Monty brings it."""
    person = make.teammate("sven")
    roles.give(person, "Supervisor")
    client.force_login(person)
    return person


@pytest.fixture
def webchat(sales: Team) -> Channel:
    return make.channel("webchat", sales)


@pytest.fixture
def pigeon(sales: Team, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """A channel that can send, but not twice without harm."""
    monkeypatch.setitem(ADAPTERS, Pigeon.kind, Pigeon)
    for kept in (Pigeon.carried, Pigeon.troubles, Pigeon.shown):
        kept.clear()
    return make.channel(Pigeon.kind, sales)


@pytest.fixture
def herald(sales: Team, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """A channel whose provider posts, under the account "castle"."""
    monkeypatch.setitem(ADAPTERS, Herald.kind, Herald)
    config = {"app_secret": SECRET, "verify_token": "fanfare"}
    return make.channel(Herald.kind, sales, external_id="castle", config=config)


@pytest.fixture
def parrot(sales: Team, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """A channel whose provider wants templates to be approved."""
    monkeypatch.setitem(ADAPTERS, Parrot.kind, Parrot)
    monkeypatch.setattr(Parrot, "listed", [])
    monkeypatch.setattr(Parrot, "said", [])
    monkeypatch.setattr(Parrot, "ill", False)
    return make.channel(Parrot.kind, sales)


@pytest.fixture
def courier(sales: Team, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """A channel by which customers send files."""
    monkeypatch.setitem(ADAPTERS, Courier.kind, Courier)
    Courier.forget()
    return make.channel(Courier.kind, sales)


@pytest.fixture
def conversation(webchat: Channel):
    """An open conversation in the inbox of Sales."""
    return make.conversation(webchat, who="visitor-1")


@pytest.fixture
def worker() -> Iterator[None]:
    """Background tasks are done at once, by whoever asks for them."""
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = False


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Open sockets of this process: `ears.listen("team.3")` hears what is pushed there."""
    with Ears() as open_ears:
        yield open_ears
