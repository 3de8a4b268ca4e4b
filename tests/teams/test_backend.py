"""What a person may do: Django's answer, in one query."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission

from teams.backend import OneQueryBackend
from teams.models import Teammate

pytestmark = pytest.mark.django_db


def permission(name: str) -> Permission:
    return Permission.objects.get(content_type__app_label="teams", codename=name)


@pytest.fixture
def person(ana):
    """With one permission of their own, one of a group's, and one by both."""
    group = Group.objects.create(name="Movers")
    group.permissions.set([permission("view_team"), permission("change_team")])
    ana.groups.add(group)
    ana.user_permissions.set([permission("oversee"), permission("change_team")])
    return ana


def asked(backend: ModelBackend, person: Teammate) -> set[str]:
    return backend.get_all_permissions(Teammate.objects.get(pk=person.pk))


def test_it_answers_as_django_does(person):
    wanted = {"teams.view_team", "teams.change_team", "teams.oversee"}
    assert asked(OneQueryBackend(), person) == asked(ModelBackend(), person) == wanted


def test_nobody_gets_what_is_somebody_elses(person, ben):
    assert asked(OneQueryBackend(), ben) == set()
    assert not ben.has_perm("teams.oversee")


def test_once_asked_is_known(person, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert person.has_perm("teams.oversee") and person.has_perm("teams.view_team")
        assert not person.has_perm("teams.add_team")


def test_who_no_longer_works_here_may_nothing(person):
    person.is_active = False
    person.save()
    assert asked(OneQueryBackend(), person) == set()


def test_a_superuser_may_everything(db):
    root = Teammate.objects.create_superuser("root", password="monty")
    assert asked(OneQueryBackend(), root) == asked(ModelBackend(), root)
    assert root.has_perm("teams.oversee")


def test_a_stranger_and_a_single_thing_are_djangos_business(person):
    assert OneQueryBackend().get_all_permissions(AnonymousUser()) == set()
    assert OneQueryBackend().get_all_permissions(person, obj=person) == set()
