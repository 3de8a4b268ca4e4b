"""Saved views: made, renamed, moved, shared by whoever may, and never a way around who sees what."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from conversations.models import SavedView
from teams.models import Membership
from tests import make

BY_SCRIPT = {"HX-Request": "true", "Accept": "application/json"}
pytestmark = pytest.mark.once


@pytest.fixture
def view(ana) -> SavedView:
    return SavedView.objects.make(ana, "Open ones", base="all", wishes={"state": ["open"], "sort": "waiting"})


def places(client, person) -> list[str]:
    client.force_login(person)
    return [inbox.name for group in client.get("/").context["groups"] for inbox in group if inbox.saved]


def change(client, person, view, verb, **fields):
    client.force_login(person)
    return client.post(f"/views/{view.pk}/{verb}/", fields, headers=BY_SCRIPT)


def test_what_the_list_shows_is_saved_under_a_name(client, ana, webchat, sales):
    waiting = make.conversation(webchat)
    make.conversation(webchat, state="closed", assignee=ana)
    client.force_login(ana)
    answer = client.post("/views/?view=all&state=open&sort=waiting", {"name": "Open ones"}, headers=BY_SCRIPT)
    view = SavedView.objects.get()
    assert answer["HX-Redirect"] == f"/?view=saved-{view.pk}"
    assert (view.owner, view.base, view.wishes) == (ana, "all", {"state": ["open"], "sort": "waiting"})
    page = client.get(f"/?view=saved-{view.pk}")
    assert page.context["page"].conversations == [waiting]
    assert page.context["counts"][f"saved-{view.pk}"] == 1
    assert "Open ones" in page.content.decode()


@pytest.mark.parametrize("address", ["?view=all&state=nonsense", "?view=all&team=999999"])
def test_what_is_no_list_is_not_saved(client, ana, address):
    client.force_login(ana)
    assert client.post(f"/views/{address}", {"name": "x"}, headers=BY_SCRIPT).status_code == 400
    assert client.post("/views/?view=team-999999", {"name": "x"}, headers=BY_SCRIPT).status_code == 404
    assert client.post("/views/?view=all", {"name": " "}, headers=BY_SCRIPT).status_code == 400
    assert not SavedView.objects.exists()


def test_a_view_is_its_owners_alone_until_it_is_shared(client, view, ana, ben):
    assert places(client, ana) == ["Open ones"]
    assert places(client, ben) == []
    assert client.get(f"/?view=saved-{view.pk}").status_code == 404
    assert change(client, ben, view, "rename", name="Mine now").status_code == 404


def test_a_lead_shares_with_the_own_team(client, view, ana, ben, cara, sara, sales):
    Membership.objects.filter(teammate=ana).update(role="lead")
    assert change(client, ana, view, "share", team=sales.pk).status_code == 204
    assert places(client, ben) == places(client, sara) == ["Open ones"]
    assert places(client, cara) == []


def test_a_member_shares_with_nobody(client, view, ana, sales):
    refused = change(client, ana, view, "share", team=sales.pk)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert change(client, ana, view, "share", everybody="true").status_code == 403
    view.refresh_from_db()
    assert not view.is_shared


def test_a_lead_shares_neither_with_another_team_nor_with_everybody(client, view, ana, support):
    Membership.objects.filter(teammate=ana).update(role="lead")
    assert change(client, ana, view, "share", team=support.pk).status_code == 403
    assert change(client, ana, view, "share", everybody="true").status_code == 403


def test_a_supervisor_shares_with_everybody_and_takes_it_back(client, sara, ana, cara):
    view = SavedView.objects.make(sara, "All urgent", base="all", wishes={"priority": ["urgent"]})
    assert change(client, sara, view, "share", everybody="true").status_code == 204
    assert places(client, ana) == places(client, cara) == ["All urgent"]
    assert change(client, sara, view, "share").status_code == 204
    assert places(client, ana) == []


def test_of_a_shared_view_each_sees_only_their_own_part(client, sara, cara, webchat, support):
    view = SavedView.objects.make(sara, "Everything", base="all", wishes={"state": ["open"]})
    view.share(everybody=True, by=sara)
    make.conversation(webchat)
    theirs = make.conversation(make.channel("webchat", support))
    client.force_login(cara)
    answer = client.get(f"/?view=saved-{view.pk}")
    assert answer.context["page"].conversations == [theirs]
    assert answer.context["counts"][f"saved-{view.pk}"] == 1


def test_a_view_of_an_inbox_one_does_not_have_is_not_shown(client, sara, cara, sales):
    view = SavedView.objects.make(sara, "Sales", base=f"team-{sales.pk}", wishes={})
    view.share(everybody=True, by=sara)
    assert places(client, cara) == []
    assert places(client, sara) == ["Sales"]


def test_only_its_owner_and_supervisors_change_a_shared_view(client, view, sara, ana, ben, sales):
    view.share(team=sales, by=Membership.objects.filter(teammate=ana).update(role="lead") and ana)
    assert change(client, ben, view, "rename", name="Mine now").status_code == 403
    assert change(client, ben, view, "delete").status_code == 403
    assert change(client, sara, view, "rename", name="Better").status_code == 204
    view.refresh_from_db()
    assert view.name == "Better"
    assert change(client, ana, view, "delete")["HX-Redirect"] == "/?view=all"
    assert not SavedView.objects.exists()


def test_views_stand_in_the_order_their_owner_gives_them(client, ana):
    first, second, third = (SavedView.objects.make(ana, name, base="all", wishes={}) for name in "ABC")
    change(client, ana, third, "move", up="true")
    change(client, ana, first, "move")
    change(client, ana, second, "move")  # the last already
    assert places(client, ana) == ["C", "A", "B"]


def test_what_a_view_names_and_is_gone_is_said_in_words(client, ana, webchat):
    view = SavedView.objects.make(ana, "Old", base="all", wishes={"team": 999_999})
    client.force_login(ana)
    assert client.get("/").context["counts"][f"saved-{view.pk}"] == 0
    assert client.get(f"/?view=saved-{view.pk}").status_code == 400


def test_ten_views_cost_as_many_queries_as_one(client, view, ana, webchat, sales):
    client.force_login(ana)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    cost()
    one = cost()
    wishes = {"team": sales.pk, "channel": webchat.pk, "assignee": ana.pk}
    for number in range(10):
        SavedView.objects.make(ana, f"View {number}", base="all", wishes=wishes)
    assert cost() == one


def test_thirty_views_are_enough(client, ana):
    for number in range(30):
        SavedView.objects.make(ana, f"View {number}", base="all", wishes={})
    client.force_login(ana)
    assert client.post("/views/?view=all&state=open", {"name": "x"}, headers=BY_SCRIPT).status_code == 400


def test_the_database_keeps_a_view_from_being_shared_in_two_ways(view, sales):
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(team=sales, for_everybody=True)
