"""What came of sends: one in all its figures, several side by side, all of a period."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from pyroaring import BitMap

from billing.models import Total
from broadcasts.models import Broadcast, Insight, LinkClick, Outcome, TrackedLink
from broadcasts.results import details, figures, listing, outcome, rows, seen
from broadcasts.results.figures import Why
from friends.models import Friend
from tests.broadcasts.sending import make_sent as make_taken
from tests.factories import (
    make_broadcast,
    make_customer,
    make_friend,
    make_link,
    make_order,
    make_segment,
)

NONE = {"receivers": 0, "buyers": 0, "orders": 0, "revenue": 0, "blocked": 0, "stopped": 0}
SHOP = "https://shop.example/sale"
NOBODY = BitMap().serialize()


def make_sent(*friends: Friend, **fields: object) -> Broadcast:
    """One that ended an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    made = make_taken(*(friends or [make_friend()]), at=at, **fields)
    made.batches.update(accepted_count=len(friends) or 1)
    Broadcast.objects.filter(pk=made.pk).update(
        unit_name=f"musubi_b{made.pk}", audience_count=len(friends) or 1
    )
    return Broadcast.objects.get(pk=made.pk)


def make_copy(broadcast: Broadcast, day: int = 1, **told: object) -> Insight:
    given = {"delivered": 1_000, "opened": 400, "clicked": 50, "data": {}} | told
    return Insight.objects.create(broadcast=broadcast, day=day, **given)


def make_outcome(broadcast: Broadcast, **counted: object) -> Outcome:
    given = NONE | {"is_final": True} | counted
    return Outcome.objects.create(broadcast=broadcast, counted_at=timezone.now(), **given)


def make_clicks(broadcast: Broadcast, *friends: int | None, bubble: int = 1) -> TrackedLink:
    code = f"code{broadcast.pk}{bubble}"
    link = TrackedLink.objects.create(broadcast=broadcast, bubble=bubble, url=SHOP, code=code)
    LinkClick.objects.bulk_create(LinkClick(link=link, friend_id=friend) for friend in friends)
    return link


def row(broadcast: Broadcast, code: str) -> rows.Row:
    [found] = [each for each in rows.of(figures.of(broadcast), costs=seen.net) if each.code == code]
    return found


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


def test_opens_are_a_share_of_those_whom_line_counts(tenant):
    broadcast = make_sent()
    make_copy(broadcast)

    found = row(broadcast, "opened")

    assert (found.value, found.whole, found.share, found.is_least) == (400, 1_000, 0.4, False)


def test_the_newest_copy_counts(tenant):
    broadcast = make_sent()
    make_copy(broadcast, day=1, opened=100)
    make_copy(broadcast, day=15, opened=400)
    make_copy(broadcast, day=3, opened=200, is_ready=False)

    found = figures.of(broadcast).line

    assert (found.opened, found.day, found.is_final) == (400, 15, True)


def test_what_line_hides_is_a_dash_with_the_reason(page):
    broadcast = make_sent()
    make_copy(broadcast, delivered=19, opened=None, clicked=None)

    found = row(broadcast, "opened")
    shown = page.read(f"broadcasts/{broadcast.pk}/results/")

    assert (found.value, found.why) == (None, figures.REASONS[Why.HIDDEN])
    assert "LINE hides figures of fewer than 20 people" in shown


def test_what_is_hidden_in_part_is_a_least(tenant):
    broadcast = make_sent()
    make_copy(broadcast)
    send = broadcast.platform_sends.create(
        position=0, method="narrowcast", friends=NOBODY, most=1, retry_key="0" * 32, state="sent"
    )
    make_copy(broadcast, send=send, delivered=15, opened=None)

    found = row(broadcast, "opened")

    assert (found.value, found.whole, found.is_least) == (400, 1_015, True)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, Why.AWAITED),
        ({"unit_name": "", "method": "push"}, Why.UNNAMED),
        ({"unit_name": "", "method": "narrowcast"}, Why.AWAITED),
        ({"finished_at": timezone.now() - timedelta(days=60)}, Why.UNANSWERED),
    ],
)
def test_without_figures_of_line_it_is_said_why(tenant, changed, why):
    broadcast = make_sent()
    Broadcast.objects.filter(pk=broadcast.pk).update(**changed)
    broadcast.refresh_from_db()

    assert figures.of(broadcast).line.why == why


def test_who_clicked_is_ours_where_each_has_links_of_their_own(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    ours, lines = make_sent(aoi, ren, tracks_people=True), make_sent(aoi, ren)
    for broadcast in (ours, lines):
        make_copy(broadcast)
        make_clicks(broadcast, aoi.pk, aoi.pk, None)

    assert (row(ours, "clicked").value, row(ours, "clicked").whole) == (1, 2)
    assert (row(lines, "clicked").value, row(lines, "clicked").whole) == (50, 1_000)
    assert row(lines, "clicks").value == 3


def test_what_was_counted_afterwards_stands_beside_it_with_what_each_cost(tenant):
    broadcast = make_sent()
    make_copy(broadcast)
    make_outcome(broadcast, receivers=1_000, buyers=20, orders=25, revenue=Decimal(75_000), blocked=5)
    found = figures.of(broadcast)
    found.progress.cost = Total(amount=Decimal(2_000))

    table = {each.code: each for each in rows.of(found, costs=seen.net)}

    assert (table["ordered"].share, table["ordered"].each) == (0.02, Decimal(100))
    assert (table["opened"].each, table["blocked"].share) == (Decimal(5), 0.005)
    assert (table["revenue"].value, table["cost"].value) == (Decimal(75_000), Decimal(2_000))
    assert "cost" not in {each.code for each in rows.of(found, costs=None)}


def test_bubbles_have_what_line_saw_and_our_clicks(tenant):
    messages = [{"type": "text", "text": "Hello\n" + "x" * 60}, {"type": "text", "text": SHOP}]
    broadcast = make_sent(messages=messages)
    told = [{"seq": 1, "impression": 90, "uniqueImpression": 40}, {"seq": 2, "impression": None}]
    make_copy(broadcast, data={"messages": told})
    make_clicks(broadcast, None, None, bubble=2)

    first, second = details.bubbles(broadcast, details.copies(broadcast))

    assert (first.name[:8], len(first.name), first.seen, first.people) == ("Hello xx", 40, 90, 40)
    assert (second.seen, second.people, second.clicks) == (None, None, 2)


def test_links_are_found_in_what_line_counted_by_their_codes(tenant):
    broadcast = make_sent()
    link = make_clicks(broadcast, None)
    url = f"https://musubi.example/c/apparel/l/{link.code}"
    make_copy(broadcast, data={"clicks": [{"seq": 1, "url": url, "uniqueClick": 33}]})

    [found] = details.links(broadcast, details.copies(broadcast))

    assert (found.clicks, found.people, found.by_line) == (1, None, 33)


def test_each_day_adds_up_what_was_known_by_then(tenant):
    broadcast = make_sent()
    send = broadcast.platform_sends.create(
        position=0, method="narrowcast", friends=NOBODY, most=1, retry_key="0" * 32, state="sent"
    )
    make_copy(broadcast, day=1, opened=100)
    make_copy(broadcast, day=3, opened=200)
    make_copy(broadcast, day=1, opened=30, send=send)

    days = details.days(broadcast, details.copies(broadcast))

    assert [(day.number, day.figures.opened) for day in days] == [(1, 130), (3, 230)]


def test_the_page_shows_it_all(page):
    aoi = make_friend("aoi")
    broadcast = make_sent(aoi, tracks_people=True)
    make_copy(broadcast, day=15)
    make_clicks(broadcast, aoi.pk)

    shown = page.read(f"broadcasts/{broadcast.pk}/results/")

    for part in ("40.0%", "final figures", "Sale today", SHOP, "By bubble", "Clicks by hour", "Who clicked"):
        assert part in shown


def test_who_may_not_see_money_sees_none(tenant, visit):
    broadcast = make_sent()
    creator, marketer = visit("creator"), visit("marketer")

    for path in (f"broadcasts/{broadcast.pk}/results/", "broadcasts/results/"):
        assert ">Cost" in marketer.read(path)
        assert ">Cost" not in creator.read(path)
        assert "¥" in marketer.read(path)


def test_of_a_draft_nothing_came_yet(page):
    broadcast = make_broadcast()

    assert "Nothing has been sent yet" in page.read(f"broadcasts/{broadcast.pk}/results/")
    assert "Nothing has been sent yet" in page.read(f"broadcasts/{broadcast.pk}/results/export/")


def test_the_list_has_the_sends_of_its_days_and_their_sums(page):
    today, before = make_sent(name="Today"), make_sent(name="Before")
    Broadcast.objects.filter(pk=before.pk).update(started_at=timezone.now() - timedelta(days=40))
    make_copy(today)
    day = (timezone.localdate() - timedelta(days=40)).isoformat()

    shown = page.read("broadcasts/results/")
    wider = page.read("broadcasts/results/", {"first": day})

    assert ("Today" in shown, "Before" in shown) == (True, False)
    assert ("Today" in wider, "Before" in wider, ">Total<" in wider) == (True, True, True)


def test_the_list_is_narrowed_by_kind_and_segment(page):
    other = make_segment(name="Others")
    make_sent(name="Notice one", nature="notice")
    make_sent(name="Promotion one", segment=other)

    by_kind = page.read("broadcasts/results/", {"nature": "notice"})
    by_segment = page.read("broadcasts/results/", {"segment": other.pk})

    assert ("Notice one" in by_kind, "Promotion one" in by_kind) == (True, False)
    assert ("Notice one" in by_segment, "Promotion one" in by_segment) == (False, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "x", "last": "2026-99-99"},
        {"first": "2020-01-01"},
        {"segment": "x", "nature": "😀"},
        {"sort": "?"},
    ],
)
def test_nonsense_narrows_nothing(page, asked):
    make_sent(name="Autumn")

    assert "Autumn" in page.read("broadcasts/results/", asked)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("opened", ["B", "A", "C"]),
        ("-opened", ["C", "A", "B"]),
        ("", ["C", "B", "A"]),
        ("x", ["C", "B", "A"]),
    ],
)
def test_sends_are_in_the_order_that_is_asked_for(tenant, sort, order):
    for name, opened in (("A", 100), ("B", 900), ("C", None)):
        make_copy(make_sent(name=name), opened=opened)

    table = listing.table(listing.begun().order_by("-started_at", "-pk"), costs=seen.net, sort=sort)

    assert [send.broadcast.name for send in table.sends] == order


def test_sums_leave_out_what_is_not_known_and_say_so(tenant):
    make_copy(make_sent())
    make_copy(make_sent(), opened=None)

    total = listing.table(listing.begun(), costs=seen.net).total

    assert (total["opened"].value, total["opened"].whole, total["opened"].is_least) == (400, 1_000, True)


def test_the_list_tells_how_the_kinds_of_messages_are_balanced(page):
    make_sent(make_friend(), make_friend())
    make_sent(nature="useful")

    shown = page.read("broadcasts/results/")

    for part in ("Promotion: sends 1, messages 2", "Useful to read: sends 1, messages 1", "Notice: sends 0"):
        assert part in shown


def test_who_was_held_out_is_compared_with_who_got_it(page):
    aoi, ren, mei = (make_friend(name) for name in ("aoi", "ren", "mei"))
    for friend in (aoi, mei):
        make_link(friend, make_customer(friend.display_name))
        placed = timezone.now() - timedelta(minutes=30)
        make_order(customer=friend.display_name, placed_at=placed.isoformat(), total=1_000)
    broadcast = make_sent(aoi, ren)
    Broadcast.objects.filter(pk=broadcast.pk).update(holdout=BitMap([mei.pk]).serialize())
    broadcast.refresh_from_db()

    found = outcome.held_out(broadcast)
    shown = page.read(f"broadcasts/{broadcast.pk}/results/")

    assert (found.held_out.people, found.held_out.buyers, found.held_out.revenue.total) == (1, 1, 1_000)
    assert (found.reached.people, found.reached.buyers, found.reached.orders.total) == (2, 1, 1)
    assert "With and without the message" in shown
    assert outcome.held_out(make_sent(aoi)) is None


def test_a_list_takes_as_many_queries_for_many_as_for_one(page, django_assert_max_num_queries):
    for number in range(12):
        make_copy(make_sent(name=f"{number}"))

    with django_assert_max_num_queries(18):
        page.read("broadcasts/results/")


def test_sends_are_compared_with_what_is_usual_here(page):
    first, second = make_sent(name="First"), make_sent(name="Second")
    for broadcast, opened in ((first, 400), (second, 200)):
        make_copy(broadcast, opened=opened)

    shown = page.read("broadcasts/results/compare/", {"b": [first.pk, second.pk]})

    assert shown.count("Usual here") > 1
    assert ("40.0%" in shown, "20.0%" in shown, "30.0%" in shown) == (True, True, True)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_two_to_eight_sends_are_compared(page, count):
    chosen = [make_sent(name=f"{number}").pk for number in range(count)]

    answer = page.get("broadcasts/results/compare/", {"b": chosen})

    assert answer.status_code == 400
    assert b"Choose sends" in answer.content


@pytest.mark.parametrize("chosen", ["x", "99999999999999999999", "-1"])
def test_only_sends_are_compared(page, chosen):
    assert page.get("broadcasts/results/compare/", {"b": [chosen, make_sent().pk]}).status_code == 400


def test_who_got_it_is_listed_and_found_by_name(page):
    friends = [make_friend(f"friend {number}") for number in range(60)]
    make_friend("somebody else")
    broadcast = make_sent(*friends)

    shown = page.read(f"broadcasts/{broadcast.pk}/receivers/")
    found = page.read(f"broadcasts/{broadcast.pk}/receivers/", {"q": "friend 7"})
    last = page.read(f"broadcasts/{broadcast.pk}/receivers/", {"before": friends[10].pk})

    assert (shown.count("/friends/") >= 50, "before=" in shown, "somebody" in shown) == (True, True, False)
    assert ("friend 7<" in found, "friend 8<" in found) == (True, False)
    assert ("friend 9<" in last, "friend 10<" in last) == (True, False)


@pytest.mark.parametrize("asked", [{"q": "🎏\0"}, {"q": "x" * 500}, {"before": "9" * 18}, {"before": "0"}])
def test_of_nonsense_nobody_is_found_and_nothing_breaks(page, asked):
    broadcast = make_sent(make_friend("aoi"))

    page.read(f"broadcasts/{broadcast.pk}/receivers/", asked)


def test_another_clients_results_are_not_found(page, call, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_sent(name="Foreign")
    ours = make_sent()

    for path in ("results/", "results/export/", "results/file/?kind=xlsx", "receivers/"):
        assert page.get(f"broadcasts/{foreign.pk}/{path}").status_code == 404
        assert page.get(f"broadcasts/{ours.pk}/{path}").status_code == 200
    assert page.get("broadcasts/results/compare/", {"b": [foreign.pk, ours.pk]}).status_code == 400
    for path in ("results/", "insights/"):
        assert call().get(f"broadcasts/{foreign.pk}/{path}").status_code == 404


def test_a_program_reads_the_result_of_one_send(call):
    broadcast = make_sent()
    make_copy(broadcast, data={"messages": [{"seq": 1, "impression": 90}]})
    make_clicks(broadcast, None)

    told = call().get(f"broadcasts/{broadcast.pk}/results/").json()
    copies = call().get(f"broadcasts/{broadcast.pk}/insights/").json()

    opened = next(each for each in told["figures"] if each["code"] == "opened")
    assert (opened["value"], opened["of"], opened["whole"], opened["share"]) == (400, "delivered", 1_000, 0.4)
    assert (told["bubbles"][0]["seen"], told["links"][0]["clicks"]) == (90, 1)
    assert [(copy["day"], copy["opened"]) for copy in copies] == [(1, 400)]


def test_a_program_reads_the_results_of_a_period(call):
    broadcast = make_sent(name="Autumn", nature="notice")
    make_copy(broadcast)
    make_sent(name="Other")

    told = call().get("results/?nature=notice").json()

    assert [each["id"] for each in told["broadcasts"]] == [broadcast.pk]
    assert next(each for each in told["total"] if each["code"] == "opened")["value"] == 400
    assert call().get("results/?since=2026-05-01&until=2026-04-01").status_code == 400
