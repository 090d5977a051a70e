"""Points that came and points that go, and the birthday."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scenarios.ready.base import POINTS, Json, Ready, Wishes, register
from scenarios.ready.needs import BIRTHDAYS, COUPON, LINKED, Events
from scenarios.ready.pieces import (
    BLOCKED,
    EACH_BY_ITSELF,
    UNLINKED,
    card,
    coupon,
    gift,
    goal,
    manners,
    once_in,
    send,
    text,
    wait,
)


def _granted(wishes: Wishes) -> Json:
    said = _(
        "{{customer.name|Dear customer}}, you have received {{event.points|new}} points.\n\n"
        "Points altogether: {{event.balance|see your account}}\n"
        "Valid until: {{event.expires_at|see your account}}"
    )
    return {
        "trigger": {"type": "event", "event": "points_granted"},
        "exits": [BLOCKED, UNLINKED],
        "reentry": EACH_BY_ITSELF,
        # Points are often granted by night, all at once: a notice would not wait for the morning.
        "manners": manners("useful", priority=2) | {"ignores_cap": True},
        "steps": [send("points_granted", "points_granted", text(said))],
    }


def _expiring(wishes: Wishes) -> Json:
    first = _(
        "{{customer.name|Dear customer}}, {{event.points|some of your}} points will expire on "
        "{{event.expires_at|a day soon}}. Would it not be a pity to lose them?"
    )
    last = _(
        "The last days: your {{event.points|remaining}} points expire on {{event.expires_at|a day soon}}."
    )
    return {
        "trigger": {"type": "event", "event": "points_expiring"},
        "exits": [BLOCKED, UNLINKED],
        "reentry": once_in(14),
        "goal": goal(30),
        "manners": manners("useful", priority=3),
        "steps": [
            wait("noon", at="12:00"),
            send("soon", "points_expiring", text(first), _use_points(wishes, _("Your points expire soon"))),
            wait("not_at_once", days=2, at="12:00"),
            wait("three_days_before", date={"field": "context.expires_at", "days": -3, "at": "18:00"}),
            send(
                "last_days",
                "points_expiring",
                text(last),
                _use_points(wishes, _("Your points expire in a few days")),
            ),
        ],
    }


def _use_points(wishes: Wishes, notice: str) -> Json:
    return card(
        notice,
        badge=_("Your points"),
        title=_("Use your points while they last"),
        text=_("They count like money when you order."),
        button=_("Go shopping with points"),
        address=wishes.shop,
    )


def _birthday(wishes: Wishes) -> Json:
    said = _(
        "Happy birthday, {{customer.name|dear customer}}! 🎂\n"
        "We wish you a wonderful year, and have a present for you: a coupon for something that you like."
    )
    again = _("Have you used your birthday coupon yet? It is still waiting for you.")
    shown = card(
        _("Your birthday coupon is waiting"),
        badge=_("Birthday"),
        title=_("Choose something for yourself"),
        button=_("Visit the shop"),
        address=wishes.shop,
    )
    return {
        "trigger": {"type": "date", "field": "customer.birthday", "days": 0, "at": "10:00", "yearly": True},
        "exits": [BLOCKED, UNLINKED],
        "reentry": once_in(300),
        "goal": goal(30),
        "manners": manners("useful", priority=2),
        "steps": gift(
            "gift",
            wishes,
            send("congratulations", "birthday", text(said), coupon(wishes)),
            wait("ten_days", days=10, at="19:00"),
            send("still_waiting", "birthday", text(again), shown, nature="promotion"),
        ),
    }


register(
    Ready(
        "points_granted",
        POINTS,
        "plus",
        gettext_lazy("Points granted"),
        gettext_lazy("Tells of new points, how many there are altogether and how long they last."),
        _granted,
        needs=(Events(("points_granted",)), LINKED),
    ),
    Ready(
        "points_expiring",
        POINTS,
        "warning",
        gettext_lazy("Points about to expire"),
        gettext_lazy("Tells of points that will be lost, and once more 3 days before. An order ends it."),
        _expiring,
        needs=(Events(("points_expiring",)), LINKED),
        hint=gettext_lazy("Best if your shop tells of it a week or more before, with expires_at."),
    ),
    Ready(
        "birthday",
        POINTS,
        "ticket",
        gettext_lazy("Birthday with coupon"),
        gettext_lazy(
            "Congratulates on the day at 10:00 with a coupon, and recalls it after 10 days unless they "
            "have ordered."
        ),
        _birthday,
        needs=(BIRTHDAYS, LINKED, COUPON),
        asks=("coupon",),
    ),
)
