"""From views to friends who are still there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.timeline import NewEvent, record
from invitations import counting, funnels
from invitations.funnels import Steps
from invitations.models import DayOfViews, EntryPoint
from linking.models import Link
from tests.factories import make_friend, make_link
from tests.invitations.conftest import make_attempt


def make_views(entry: str, count: int, variant: str = "", *, days_ago: int = 0) -> None:
    day = counting.today() - timedelta(days=days_ago)
    DayOfViews.objects.create(entry=entry, variant=variant, day=day, count=count)


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def of_days(days: int) -> dict:
    today = counting.today()
    return funnels.of_period(today - timedelta(days=days - 1), today)


def test_steps_are_counted_by_entry_point_and_invitation(tenant):
    make_views("thanks", 100, "a")
    make_views("thanks", 80, "b")
    make_attempt("thanks", "a")
    make_attempt("thanks", "a")
    make_link(entry="thanks", variant="a")
    make_link(method=Link.Method.IMPORT)

    found = of_days(7)

    assert found == {
        ("thanks", "a"): Steps(views=100, starts=2, completions=1),
        ("thanks", "b"): Steps(views=80),
        ("", ""): Steps(completions=1),
    }


def test_what_lies_before_or_after_the_period_is_left_out(tenant):
    make_views("thanks", 5, days_ago=10)
    make_attempt("thanks", days_ago=10)
    make_link(entry="thanks", linked_at=ago(10))

    assert of_days(7) == {}
    assert of_days(11)["thanks", ""] == Steps(views=5, starts=1, completions=1)


@pytest.mark.parametrize(
    ("events", "ended_after", "stays"),
    [
        ([], None, True),
        ([("blocked", 5)], None, False),
        ([("blocked", 5), ("followed", 6)], None, True),
        ([("blocked", 5), ("followed", 31)], None, False),
        ([("blocked", 31)], None, True),
        ([("blocked", -3)], None, False),
        ([("blocked", -3), ("followed", -1)], None, True),
        ([], 3, False),
        ([], 31, True),
    ],
)
def test_who_is_still_there_after_thirty_days(tenant, events, ended_after, stays):
    friend, linked_at = make_friend(), ago(40)
    ended = linked_at + timedelta(days=ended_after) if ended_after else None
    how = Link.Ended.BY_FRIEND if ended_after else ""
    make_link(friend, entry="menu", linked_at=linked_at, unlinked_at=ended, ended=how)
    record(NewEvent(type_, linked_at + timedelta(days=days), friend.pk) for type_, days in events)

    assert of_days(60)["menu", ""] == Steps(completions=1, over=1, stayed=int(stays))


def test_younger_links_are_not_known_yet(tenant):
    make_link(entry="menu", linked_at=ago(29))
    make_link(entry="menu", linked_at=ago(31))

    found = of_days(60)["menu", ""]

    assert (found.over, found.stayed, found.waiting) == (1, 1, 1)


def test_who_never_added_the_account_did_not_stay(tenant):
    make_link(make_friend(status="unknown"), entry="signup", linked_at=ago(31))

    assert of_days(60)["signup", ""].stayed == 0


def test_views_that_nobody_can_count_are_unknown_and_not_zero(tenant):
    make_link(entry="menu")
    make_link(entry="signup")

    sums = funnels.by_entry(of_days(7), EntryPoint.objects.all())

    assert sums["menu"].views is None
    assert sums["signup"].views == 0
    assert sums["mypage"] == Steps()


def test_days_are_those_of_the_client(tenant):
    make_views("thanks", 3)
    make_attempt("thanks")
    make_link(entry="thanks", linked_at=ago(1))
    today = counting.today()

    days = funnels.per_day("thanks", today - timedelta(days=1), today)

    assert [(day.views, day.starts, day.completions) for day in days] == [(0, 0, 1), (3, 1, 0)]
