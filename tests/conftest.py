"""The standing cast: Ana and Ben sell, Cara supports, Sara oversees; a webchat whose conversations go to Sales."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache

from channels_app.models import Channel
from teams.models import Team, Teammate
from tests import make


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Rate limits of one test are not those of the next."""
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def quick_and_quiet(settings, tmp_path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.AXES_ENABLED = False


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
def webchat(sales: Team) -> Channel:
    return make.channel("webchat", sales)


@pytest.fixture
def conversation(webchat: Channel):
    """An open conversation in the inbox of Sales."""
    return make.conversation(webchat, who="visitor-1")


@pytest.fixture
def on_postgresql() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]
