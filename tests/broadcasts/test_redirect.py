"""Tracked links as a browser meets them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from accounts import secrets
from accounts.models import Due
from broadcasts.models import LinkClick, MarkedHost, TrackedLink
from broadcasts.tracking import people
from broadcasts.tracking.clicks import Click
from broadcasts.tracking.journal import CLICKS, Journal
from broadcasts.tracking.marks import PURPOSE, Marks, added, is_marked
from broadcasts.tracking.people import Tokens
from broadcasts.tracking.redirect import Redirect
from events import outbox, versions
from events.models import Event
from friends import personal
from tests.channels.conftest import database_url
from tests.coupons.factories import make_own_coupon
from tests.factories import make_broadcast

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1 Line/15.9.0"
)


@pytest.fixture(autouse=True)
def spool(settings, tmp_path) -> Path:
    """Where clicks are noted until they are stored."""
    settings.SPOOL_DIR = tmp_path
    return tmp_path


def visit(*paths: str, method: str = "GET", agent: str = IPHONE, **headers: str) -> list[tuple[int, str]]:
    """Status and location for each path, asked for at the same time."""
    given = [("user-agent", agent), *((name.replace("_", "-"), value) for name, value in headers.items())]
    scope = {"method": method, "headers": [(name.encode(), value.encode()) for name, value in given]}
    return asyncio.run(_visit(paths, scope))


async def _visit(paths: tuple[str, ...], scope: dict) -> list[tuple[int, str]]:
    redirect = Redirect(database_url(), settings.SPOOL_DIR)
    try:
        return await asyncio.gather(*(_ask(redirect, scope | {"path": path}) for path in paths))
    finally:
        await redirect.close()


async def _ask(redirect: Redirect, scope: dict) -> tuple[int, str]:
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    await redirect(scope, None, send)
    return sent[0]["status"], dict(sent[0]["headers"]).get(b"location", b"").decode()


@pytest.fixture
def link(own_tenant) -> TrackedLink:
    return TrackedLink.objects.create(broadcast=make_broadcast(), url="https://shop.example/sale", code="abc")


def test_clicks_lead_to_the_stored_address_and_each_is_counted(own_tenant, link):
    path = f"/c/{own_tenant.slug}/l/abc"

    assert visit(path, path, path) == [(302, "https://shop.example/sale")] * 3
    assert LinkClick.objects.filter(link=link).count() == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "HEAD"},
        {"agent": "facebookexternalhit/1.1;line-poker/1.0"},
        {"agent": ""},
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
    ],
)
def test_machines_are_led_on_and_counted_apart(own_tenant, link, asked):
    path = f"/c/{own_tenant.slug}/l/abc"

    assert visit(path, path, **asked) == [(302, "https://shop.example/sale")] * 2

    link.refresh_from_db()
    assert link.machine_count == 2
    assert not LinkClick.objects.exists()


def test_a_sentence_that_goes_on_behind_the_code_does_not_break_it(own_tenant, link):
    assert visit(f"/c/{own_tenant.slug}/l/abcをご覧ください") == [(302, "https://shop.example/sale")]


def test_an_unknown_code_client_or_path_is_not_found(own_tenant, link):
    slug = own_tenant.slug
    paths = [f"/c/{slug}/l/other", "/c/nobody/l/abc", f"/c/{slug}/l/abc/more", "/c/apparel/l/abc"]

    assert visit(*paths) == [(404, "")] * 4


def test_a_link_leads_to_where_its_campaign_parameters_are(own_tenant, link):
    link.target = "https://shop.example/sale?utm_source=line"
    link.save()

    assert visit(f"/c/{own_tenant.slug}/l/abc") == [(302, "https://shop.example/sale?utm_source=line")]


def path_of(tenant, friend: int, code: str = "abc", sealed_for: str = "abc") -> str:
    tokens = Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    return f"/c/{tenant.slug}/l/{code}.{tokens.seal(sealed_for, friend)}"


def test_a_friends_clicks_are_on_their_timeline_and_the_first_is_marked(own_tenant, link):
    path = path_of(own_tenant, 7)

    visit(path, path)
    visit(path)

    assert sorted(LinkClick.objects.values_list("friend_id", "is_first")) == [
        (7, False),
        (7, False),
        (7, True),
    ]
    events = Event.objects.filter(friend_id=7, type="clicked").order_by("pk")
    assert sorted(event.properties["first"] for event in events) == [False, False, True]
    assert events[0].properties == {
        "kind": "broadcast",
        "broadcast": link.broadcast_id,
        "name": link.broadcast.name,
        "url": "https://shop.example/sale",
        "first": events[0].properties["first"],
    }
    assert versions.of(["events:clicked"])["events:clicked"] > 1


def test_who_listens_to_clicks_hears_of_them_and_is_woken(own_tenant, link):
    outbox.listen("scenarios", {"events:clicked", "changed:events:clicked"})

    visit(path_of(own_tenant, 7))

    heard, _has_more = outbox.take("scenarios", 10)
    assert [each.event.friend_id for each in heard if each.event] == [7]
    assert [each.numbers for each in heard if not each.event] == [[7]]
    assert Due.objects.filter(tenant=own_tenant, kind="scenarios", due_at__isnull=False).exists()


def test_clicks_of_friends_strangers_and_machines_at_once_are_each_counted(own_tenant, link):
    paths = [path_of(own_tenant, friend) for friend in (5, 3, 5)]

    visit(*paths, f"/c/{own_tenant.slug}/l/abc")

    found = LinkClick.objects.order_by("friend_id", "-is_first").values_list("friend_id", "is_first")
    assert list(found) == [(3, True), (5, True), (5, False), (None, False)]


def test_a_machine_that_opens_a_friends_link_is_not_the_friend(own_tenant, link):
    visit(path_of(own_tenant, 7), agent="facebookexternalhit/1.1;line-poker/1.0")

    assert not LinkClick.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "end", [".", ".abc", ".aaaaaaaaaaaaaaaaaaaaaaaaaa", ".AAAAAAAAAAAAAAAAAAAAAAAAAA", "を見て"]
)
def test_a_token_that_was_cut_off_or_made_up_leads_on_and_names_nobody(own_tenant, link, end):
    secrets.derive(own_tenant.pk, people.PURPOSE)

    assert visit(f"/c/{own_tenant.slug}/l/abc{end}") == [(302, "https://shop.example/sale")]
    assert list(LinkClick.objects.values_list("friend_id", flat=True)) == [None]


def test_a_token_of_another_link_names_nobody(own_tenant, link):
    TrackedLink.objects.create(broadcast=link.broadcast, url="https://shop.example/other", code="other")

    visit(path_of(own_tenant, 7, code="other"))

    assert list(LinkClick.objects.values_list("friend_id", flat=True)) == [None]


def test_a_token_of_another_client_names_nobody(own_tenant, link):
    secrets.derive(own_tenant.pk, people.PURPOSE)
    foreign = Tokens(bytes(32)).seal("abc", 7)

    visit(f"/c/{own_tenant.slug}/l/abc.{foreign}")

    assert list(LinkClick.objects.values_list("friend_id", flat=True)) == [None]


@pytest.fixture
def coupon_link(own_tenant) -> TrackedLink:
    """To a page that is each friend's own."""
    coupon = make_own_coupon()
    door = personal.door("coupon", coupon.pk)
    return TrackedLink.objects.create(
        broadcast=make_broadcast(), url="{{coupon}}", target=door, page=f"coupon.{coupon.pk}", code="abc"
    )


def test_a_link_to_a_coupon_leads_each_friend_to_their_own_and_counts_who_opened_it(own_tenant, coupon_link):
    number = int(coupon_link.page.removeprefix("coupon."))

    led = visit(path_of(own_tenant, 7), path_of(own_tenant, 8), path_of(own_tenant, 7))

    own = {friend: (302, personal.address("coupon", number, friend)) for friend in (7, 8)}
    assert led == [own[7], own[8], own[7]]
    assert personal.read("coupon", led[0][1].rstrip("/").rpartition("/")[2]) == (number, 7)
    assert LinkClick.objects.of_people().values("friend_id").distinct().count() == 2
    assert Event.objects.filter(type="clicked", friend_id=7).count() == 2


def test_a_link_to_a_coupon_whose_token_was_cut_off_leads_to_the_door(own_tenant, coupon_link):
    assert visit(f"/c/{own_tenant.slug}/l/abc") == [(302, coupon_link.target)]


def test_a_preview_of_a_coupon_is_no_opening_of_it(own_tenant, coupon_link):
    [(status, address)] = visit(path_of(own_tenant, 7), agent="facebookexternalhit/1.1;line-poker/1.0")

    coupon_link.refresh_from_db()
    assert (status, coupon_link.machine_count) == (302, 1)
    assert "/cp/" in address
    assert not LinkClick.objects.exists()


def test_a_link_to_a_page_of_a_kind_that_is_no_more_leads_to_what_is_stored(own_tenant, coupon_link):
    TrackedLink.objects.update(page="wheel.7")

    assert visit(path_of(own_tenant, 7)) == [(302, coupon_link.target)]


def mclid_of(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("mclid", [])


def test_a_personal_link_brings_a_click_id_to_hosts_that_have_the_tag_alone(own_tenant, link):
    MarkedHost.objects.create(host="shop.example")
    TrackedLink.objects.create(broadcast=link.broadcast, url="https://other.example/", code="other")
    elsewhere = path_of(own_tenant, 7, code="other", sealed_for="other")
    secrets.derive(own_tenant.pk, people.PURPOSE)

    [[_status, ours], [_status, plain], [_status, theirs]] = visit(
        path_of(own_tenant, 7), f"/c/{own_tenant.slug}/l/abc", elsewhere
    )

    [token] = mclid_of(ours)
    marks = Marks(secrets.derive(own_tenant.pk, PURPOSE))
    assert marks.unseal(token, datetime.now(UTC)) == 7
    assert (plain, theirs) == ("https://shop.example/sale", "https://other.example/")


def test_a_host_that_is_named_later_is_known_from_the_next_click_but_one(own_tenant, link):
    scope = {"path": path_of(own_tenant, 7), "method": "GET", "headers": [(b"user-agent", IPHONE.encode())]}
    redirect = Redirect(database_url(), settings.SPOOL_DIR)

    async def name_it_between() -> list[str]:
        before = await _ask(redirect, scope)
        await redirect.writer
        await sync_to_async(_name_host)(own_tenant)
        await _ask(redirect, scope)
        await redirect.writer
        after = await _ask(redirect, scope)
        await redirect.close()
        return [before[1], after[1]]

    before, after = asyncio.run(name_it_between())

    assert mclid_of(before) == []
    assert len(mclid_of(after)) == 1


def _name_host(tenant) -> None:
    with tenant_context(tenant):
        MarkedHost.objects.create(host="shop.example")
    connection.close()


def test_a_machine_is_given_no_click_id(own_tenant, link):
    MarkedHost.objects.create(host="shop.example")

    assert visit(path_of(own_tenant, 7), agent="curl/8.0") == [(302, "https://shop.example/sale")]


NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("token", "at"),
    [
        (Marks(bytes(16)).seal(7, NOW), NOW + timedelta(days=91)),  # too old
        (Marks(bytes(16)).seal(7, NOW), NOW - timedelta(days=1)),  # not made yet
        (Marks(b"1" * 16).seal(7, NOW), NOW),  # another client's
        (Tokens(bytes(16)).seal("abc", 7), NOW),  # a link's
        ("x", NOW),
        ("a" * 26, NOW),
        ("", NOW),
    ],
)
def test_a_click_id_that_is_old_or_made_up_names_nobody(token, at):
    assert Marks(bytes(16)).unseal(token, at) is None


@given(friend=st.integers(1, 2**31 - 1), days=st.floats(0, 90))
def test_a_click_id_names_its_friend_for_90_days(friend, days):
    marks = Marks(bytes(16))

    assert marks.unseal(marks.seal(friend, NOW), NOW + timedelta(days=days)) == friend


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example", "https://shop.example?mclid=t"),
        ("https://shop.example/a?b=c#d", "https://shop.example/a?b=c&mclid=t#d"),
        ("https://shop.example/?mclid=old&b=%20", "https://shop.example/?b=%20&mclid=t"),
        ("https://shop.example/?a=1&mclid=old", "https://shop.example/?a=1&mclid=t"),
    ],
)
def test_a_click_id_leaves_the_rest_of_an_address_as_it_was(url, expected):
    assert added(url, "t") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/a", True),
        ("https://SHOP.example:443/", True),
        ("https://店.example/", True),
        ("https://xn--hxt.example/", True),
        ("http://localhost:8000/", True),
        ("https://shop.example:8443/", False),
        ("https://shop.example@evil.example/", False),
        ("https://evil.example/?shop.example", False),
        ("https://shop.example:no/", False),
        ("mailto:a@shop.example", False),
    ],
)
def test_an_address_is_on_a_named_host_however_it_is_written(url, expected):
    assert is_marked(url, {"shop.example", "xn--hxt.example", "localhost:8000"}) == expected


def test_two_processes_mark_one_click_as_the_first(own_tenant, link):
    scope = {"path": path_of(own_tenant, 7), "method": "GET", "headers": [(b"user-agent", IPHONE.encode())]}

    async def both() -> None:
        one, two = (Redirect(database_url(), settings.SPOOL_DIR) for _ in range(2))
        await asyncio.gather(*(_ask(each, scope) for each in (one, two) * 5))
        await asyncio.gather(one.close(), two.close())

    asyncio.run(both())

    assert LinkClick.objects.count() == 10
    assert LinkClick.objects.filter(is_first=True).count() == 1


def left_behind(directory: Path, tenant, *clicks: Click) -> None:
    """What a process noted before it was killed."""
    journal = Journal(directory, CLICKS)
    for click in clicks:
        journal.write(tenant.schema_name, click)
    for file in journal.files:
        file.close()


def test_clicks_of_a_process_that_was_killed_are_stored_by_the_next(own_tenant, link, spool):
    left_behind(spool, own_tenant, Click(link.pk), Click(link.pk, friend=7))

    visit(f"/c/{own_tenant.slug}/l/abc")

    assert sorted(LinkClick.objects.values_list("friend_id", flat=True), key=str) == [7, None, None]
    assert Event.objects.filter(friend_id=7, type="clicked").count() == 1
    assert list(spool.iterdir()) == []


def test_what_it_had_stored_before_it_was_killed_is_not_stored_twice(own_tenant, link, spool):
    at = datetime(2026, 11, 20, 12, 0, 0, 123_456, tzinfo=UTC)
    clicks = [Click(link.pk, at=at), Click(link.pk, friend=7, at=at)]
    left_behind(spool, own_tenant, *clicks)
    visit(f"/c/{own_tenant.slug}/l/abc", method="HEAD")

    left_behind(spool, own_tenant, *clicks, Click(link.pk, friend=8, at=at))
    visit(f"/c/{own_tenant.slug}/l/abc", method="HEAD")

    assert sorted(LinkClick.objects.values_list("friend_id", "at"), key=str) == [(7, at), (8, at), (None, at)]


def test_a_file_of_a_living_process_is_left_alone(own_tenant, link, spool):
    living = Journal(spool, CLICKS)
    living.write(own_tenant.schema_name, Click(link.pk, friend=7))

    visit(f"/c/{own_tenant.slug}/l/abc")

    assert list(LinkClick.objects.values_list("friend_id", flat=True)) == [None]
    living.close()


def test_clicks_on_a_link_that_is_deleted_meanwhile_take_no_others_with_them(own_tenant, link, spool):
    gone = TrackedLink.objects.create(broadcast=link.broadcast, url="https://shop.example/x", code="gone")
    left_behind(spool, own_tenant, Click(gone.pk), Click(link.pk))
    gone.delete()

    visit(f"/c/{own_tenant.slug}/l/abc", method="HEAD")

    assert LinkClick.objects.count() == 1


def test_while_the_database_is_away_known_links_lead_on_and_clicks_wait_in_the_file(own_tenant, link, spool):
    redirect = Redirect(database_url(), spool)
    path = f"/c/{own_tenant.slug}/l/abc"
    scope = {"path": path, "method": "GET", "headers": [(b"user-agent", IPHONE.encode())]}

    async def lose_the_database() -> list[tuple[int, str]]:
        first = await _ask(redirect, scope)
        await redirect.writer
        await redirect.pool.close()
        redirect.pool, redirect.database_url = None, "postgresql://127.0.0.1:1/nothing"
        redirect.journal.clear()
        second = await _ask(redirect, scope)
        await asyncio.sleep(0)
        await redirect.close()
        return [first, second]

    answers = asyncio.run(lose_the_database())
    assert LinkClick.objects.count() == 1
    for file in redirect.journal.files:  # its process has ended
        file.close()
    visit(path, method="HEAD")

    assert answers == [(302, "https://shop.example/sale")] * 2
    assert LinkClick.objects.count() == 2
