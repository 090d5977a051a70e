"""LINE's counts and estimates: fetched once a day, kept by day, hidden is not zero."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import Due
from config.task import HEADER
from friends import attributes, charts, insight
from friends.errors import NoChannel, TooSoon
from friends.models import AudienceDay, Demographics
from friends.tasks import fetch_insight


def fetch(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        fetch_insight.apply(headers={HEADER: tenant.schema_name}, throw=True)


def estimate(**shares: dict) -> Demographics:
    return Demographics(day=date(2026, 11, 20), is_available=True, shares=shares, fetched_at=timezone.now())


def test_the_days_that_are_missing_are_fetched_and_tomorrow_is_on_the_board(tenant, channel, simulator):
    users = simulator.add_people(channel.channel_id, 3)
    simulator.follow(channel.channel_id, users)
    insight.ask()

    fetch(tenant)

    yesterday = timezone.now().astimezone(insight.JAPAN).date() - timedelta(days=1)
    assert AudienceDay.objects.count() == insight.DAYS_BACK
    assert AudienceDay.objects.first().day == yesterday
    due = Due.objects.get(kind=insight.KIND).due_at.astimezone(insight.JAPAN)
    assert (due.date(), due.hour) == (yesterday + timedelta(days=2), 10)


def test_figures_that_line_hides_are_not_known_rather_than_zero(tenant, channel, simulator):
    insight.ask()

    fetch(tenant)

    kept = Demographics.objects.get()
    assert (kept.is_available, kept.shares) == (False, {})


def test_without_an_answer_it_is_tried_again_in_two_hours(tenant, channel, simulator):
    insight.ask()
    simulator.fail_next(1, 500, "/v2/bot/insight/demographic")

    fetch(tenant)

    due = Due.objects.get(kind=insight.KIND).due_at
    assert timedelta(hours=1, minutes=59) < due - timezone.now() <= timedelta(hours=2)


def test_asking_again_at_once_is_refused(tenant, channel, simulator):
    insight.ask()
    fetch(tenant)

    with pytest.raises(TooSoon):
        insight.ask()


def test_without_a_channel_there_is_nobody_to_ask(tenant):
    with pytest.raises(NoChannel):
        insight.ask()


def test_the_first_profiles_begin_the_daily_asking_once(tenant):
    insight.keep_going()
    Due.objects.filter(kind=insight.KIND).update(due_at=None)
    insight.keep_going()

    assert Due.objects.get(kind=insight.KIND).due_at is None


def test_estimates_are_said_in_words_and_in_order():
    found = estimate(
        genders={"unknown": 4.0, "male": 21.0, "female": 75.0},
        ages={"from50": 10.0, "unknown": 1.0, "from15to19": 3.0, "from0to14": 2.0},
        areas={"unknown": 50.0, "大阪府": 10.0, "東京都": 40.0},
        appTypes={"new kind": 1.0, "ios": 99.0},
    )

    said = {part.name: [share.label for share in part.shares] for part in attributes.parts(found)}

    assert said == {
        "genders": ["Women", "Men", "Not known"],
        "ages": ["0 to 14", "15 to 19", "50 or older", "Not known"],
        "areas": ["東京都", "大阪府", "Not known"],
        "appTypes": ["iOS", "new kind"],
    }


def test_a_day_without_a_figure_breaks_the_line():
    days = {date(2026, 11, day): {"reach": reach} for day, reach in ((1, 10), (2, None), (3, 20))}

    chart = charts.draw(days, ["reach"])

    assert chart.lines == {"reach": ["0.00,20.00", "100.00,0.00"]}


def test_without_any_figure_there_is_no_chart():
    assert charts.draw({date(2026, 11, 1): {"reach": None}}, ["reach"]) is None
