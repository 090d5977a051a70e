"""What pages and API say of links: how they are tracked, and what was clicked by whom."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts import forecasts, pages
from broadcasts.models import Broadcast, LinkClick, LinkDefaults, TrackedLink
from broadcasts.results import progress
from broadcasts.tracking import links
from tests.factories import make_broadcast, make_friend, make_segment

SHOP = "https://shop.example/sale"
UTM = {"adds_utm": "on", "utm_source": "line", "utm_medium": "message", "utm_campaign": ""}
EMPTY_UTM = {"source": "line", "medium": "message", "campaign": ""}


def make_sent(**fields: object) -> Broadcast:
    broadcast = make_broadcast(SHOP, **fields)
    broadcast.move(
        Broadcast.Status.DRAFT,
        to=Broadcast.Status.SENT,
        started_at=timezone.now() - timedelta(hours=3),
        audience_count=10,
    )
    broadcast.refresh_from_db()
    return broadcast


def make_clicks(broadcast: Broadcast, *friends: int | None) -> TrackedLink:
    link = TrackedLink.objects.create(
        broadcast=broadcast, bubble=1, url=SHOP, code=f"code{broadcast.pk}", machine_count=5
    )
    LinkClick.objects.bulk_create(LinkClick(link=link, friend_id=friend) for friend in friends)
    return link


def form_of(**fields: object) -> dict:
    text = {"bubbles": "1", "bubble-0-kind": "text", "bubble-0-text": SHOP}
    return text | {"name": "Autumn", "segment": make_segment().pk} | fields


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


def test_a_new_broadcast_begins_with_the_clients_defaults(page):
    LinkDefaults.objects.create(adds_utm=True, utm_campaign="autumn", tracks_people=True)

    shown = page.read("broadcasts/new/")

    assert 'value="autumn"' in shown
    assert shown.count("checked") >= 2


def test_how_links_are_tracked_is_shown_with_its_price_in_time(page):
    many, one_by_one = (forecasts.sending(1_000_000, method) for method in ("multicast", "push"))

    assert (many.minutes, one_by_one.minutes) == (1, 9)
    assert "one by one" in page.read(
        "broadcasts/forecast/", {"segment": make_segment().pk, "tracks_people": "on"}
    )


def test_people_clicks_and_machines_are_told_apart(page):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    broadcast = make_sent(tracks_people=True)
    make_clicks(broadcast, aoi.pk, aoi.pk, ren.pk, None)

    found = progress.of(broadcast)
    shown = page.read(f"broadcasts/{broadcast.pk}/")
    who = page.read(f"broadcasts/{broadcast.pk}/clicks/")

    assert (found.clicks, found.people, found.machines) == (4, 2, 5)
    assert SHOP in shown
    assert who.count("aoi") == 2
    assert who.count("ren<") == 1


def test_where_all_got_the_same_links_the_page_says_that_nobody_is_known(page):
    broadcast = make_sent()
    make_clicks(broadcast, None)

    assert "nobody knows whose these clicks are" in page.read(f"broadcasts/{broadcast.pk}/")
    assert "nobody knows whose these clicks are" in page.read(f"broadcasts/{broadcast.pk}/clicks/")


def test_clicks_are_counted_by_the_hour_since_it_began(tenant):
    broadcast = make_sent()
    make_clicks(broadcast, None, None)

    hours = pages.hours(broadcast)

    assert len(hours) == pages.HOURS
    assert [hour.count for hour in hours[:4]] == [0, 0, 0, 2]


def test_who_clicked_is_paged_in_a_fixed_number_of_queries(page, django_assert_max_num_queries):
    broadcast = make_sent(tracks_people=True)
    make_clicks(broadcast, *(make_friend(f"friend {number}").pk for number in range(60)))

    with django_assert_max_num_queries(16):
        shown = page.read(f"broadcasts/{broadcast.pk}/clicks/")

    assert "before=" in shown


def test_defaults_are_kept_once_and_only_by_those_who_manage(tenant, visit, page):
    manager = visit("account_manager")

    for _again in range(2):
        manager.post("broadcasts/links/", UTM)

    assert links.default_utm() == EMPTY_UTM
    assert LinkDefaults.objects.count() == 1
    assert page.post("broadcasts/links/", UTM).status_code == 403


@pytest.mark.parametrize("fault", [{"utm_source": ""}, {"utm_source": "x" * 101}, {"utm_medium": "a\0b"}])
def test_defaults_that_cannot_be_are_not_kept(tenant, visit, fault):
    answer = visit("account_manager").post("broadcasts/links/", UTM | fault)

    assert answer.status_code == 200
    assert not LinkDefaults.objects.exists()


def test_by_api_links_are_tracked_as_is_asked_or_as_is_usual(call):
    LinkDefaults.objects.create(adds_utm=True)
    given = {"name": "Autumn", "segment": make_segment().pk, "messages": [{"type": "text", "text": SHOP}]}

    usual = call().post("broadcasts/", given).json()
    own = call().post("broadcasts/", given | {"tracks_people": True, "utm": None}).json()
    changed = call().patch(f"broadcasts/{own['id']}/", {"utm": {"source": "line", "medium": "x"}}).json()
    forecast = call().get(f"broadcasts/{own['id']}/forecast/").json()

    assert (usual["tracks_people"], usual["utm"]) == (False, EMPTY_UTM)
    assert (own["tracks_people"], own["utm"]) == (True, None)
    assert changed["utm"] == {"source": "line", "medium": "x", "campaign": ""}
    assert (forecast["method"], forecast["seconds"]) == ("push", 0)


@pytest.mark.parametrize(
    "utm", ["line", [], {"source": "line"}, {"source": "", "medium": "x"}, {"source": 7}]
)
def test_by_api_parameters_that_cannot_be_are_refused(call, utm):
    given = {"name": "Autumn", "segment": make_segment().pk, "messages": [{"type": "text", "text": SHOP}]}

    assert call().post("broadcasts/", given | {"utm": utm}).status_code == 400


def test_the_api_tells_clicks_by_link_and_hour(call):
    broadcast = make_sent(tracks_people=True)
    link = make_clicks(broadcast, 1, 1, 2)

    told = call().get(f"broadcasts/{broadcast.pk}/clicks/").json()

    counts = {"clicks": 3, "people": 2, "machines": 5}
    said = {"id": link.pk, "bubble": 1, "url": SHOP, "target": "", "page": "", "title": ""}
    assert told["links"] == [said | counts]
    assert sum(hour["clicks"] for hour in told["hours"]) == 3


def test_another_clients_clicks_are_not_found(page, call, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_broadcast()

    assert page.get(f"broadcasts/{foreign.pk}/clicks/").status_code == 404
    assert call().get(f"broadcasts/{foreign.pk}/clicks/").status_code == 404
