"""Every screen that has an address is without barriers, in light and in dark."""

import pytest

from tests.browser.barriers import barriers

SCREENS = {
    "ana": [
        "/?view=mine",
        "/?view=closed",
        "/?view=all&q=order",
        "/saved-replies/",
        "/saved-replies/new/",
        "/leaving/",
        "/me/log-in/",
    ],
    "sara": ["/?view=team-2", "/orders/?by=day", "/orders/1/"],
    "admin": [
        "/admin/",
        "/admin/teams/teammate/",
        "/admin/teams/teammate/presence/",
        "/admin/teams/team/1/change/",
        "/admin/channels_app/channel/",
        "/admin/channels_app/channel/1/change/",
        "/admin/channels_app/channel/2/health/",
        "/admin/conversations/conversation/",
        "/admin/conversations/conversation/300/change/",
        "/admin/conversations/round/",
        "/admin/conversations/round/replay/",
        "/admin/conversations/message/",
        "/admin/orders/product/",
        "/admin/orders/product/1/change/",
        "/admin/orders/product/import/",
        "/admin/orders/order/1/change/",
    ],
}


@pytest.mark.parametrize("person", SCREENS)
def test_no_screen_has_a_barrier_that_axe_knows(logged_in, person):
    page = logged_in(person)
    found = {}
    for address in SCREENS[person]:
        assert page.goto(address).status == 200, address
        if wrong := barriers(page):
            found[address] = wrong
    assert found == {}
