"""A client with a month to report on, as if it had been counted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts import current
from broadcasts.models import Batch, Broadcast, Insight, Outcome
from costs.spending import Eyes
from planning import trees
from planning.models import Actual
from reports import drafting, life
from reports.models import Report, ReportMail, ReportSettings
from tests.broadcasts.sending import make_sent
from tests.costs.factories import COUNTED, book
from tests.planning.factories import counted_until, make_kpi

OCTOBER = date(2026, 10, 1)
TENTH = datetime(2026, 10, 10, 3, tzinfo=UTC)
BUTTONS = {
    "type": "template",
    "altText": "秋のコート",
    "template": {
        "type": "buttons",
        "title": "秋のコート 20%OFF",
        "text": "会員のみなさまへ。10月末まで。",
        "actions": [
            {"type": "uri", "label": "商品を見る", "uri": "https://shop.example/coats"},
            {"type": "uri", "label": "Find a shop", "uri": "https://shop.example/shops"},
        ],
    },
}


def make_october(*, sends: int = 3) -> None:
    """Friends that grow, sends with results, a scenario, a coupon, targets; counted until its last day."""
    counted_until(date(2026, 10, 31))
    made = [make_reported_send(number) for number in range(sends)]
    send = made[0].ledger_owner if made else "broadcast:901"
    rows = []
    for number in range(92):
        day = date(2026, 8, 1) + timedelta(days=number)
        friends = 10_000 + 40 * number
        for metric, value in (
            *(("friends", friends), ("reach", friends - 900), ("blocks", 500 + number), ("net_growth", 40)),
            *(("new_friends", 45 + number % 7), ("lost", 5 + number % 3), ("ever", friends + 500 + number)),
            *(("linked", 2_000 + 9 * number), ("known", friends)),
        ):
            rows.append(Actual(metric=metric, day=day, value=value))
        for metric, value, owner in (
            *(("clicks", 20 + number % 9, send), ("messages", 700, send)),
            *(("orders", 3 + number % 4, send), ("revenue", 24_000, send)),
            *(("net", Decimal("900"), send), ("messages", 60, "scenario:902")),
            *(("clicks", 4, "scenario:902"), ("coupons", 12, "coupon:903"), ("redeemed", 5, "coupon:903")),
            ("answers", 6, "survey:904"),
        ):
            rows.append(Actual(metric=metric, day=day, value=value, owner=owner))
    Actual.objects.bulk_create(rows)
    for metric, target in (("friends", 13_000), ("clicks", 900), ("revenue", 700_000)):
        trees.set_target(make_kpi(metric), OCTOBER, Decimal(target), eyes=Eyes(current.tenant()), by=None)


def make_reported_send(number: int, *, messages: list[dict] | None = None, **given) -> Broadcast:
    """Delivered to 2,000 people or more on a day of October; the higher the number, the fewer opened it."""
    at, people = TENTH + timedelta(days=number), 2_000 + 100 * number
    text = {"type": "text", "text": f"秋のセール {number}：お得な一週間です。\nhttps://shop.example/"}
    send = make_sent(
        at=at, **({"name": f"秋のセール {number}", "messages": messages or [text, BUTTONS]} | given)
    )
    Batch.objects.filter(broadcast=send).update(friend_count=people, accepted_count=people)
    Broadcast.objects.filter(pk=send.pk).update(audience_count=people)
    book(send.ledger_owner, people, at=at)
    about = {"broadcast": send, "day": 15, "delivered": people, "data": {}}
    Insight.objects.create(opened=900 - 50 * number, clicked=120 - 10 * number, **about)
    counted = COUNTED | {"receivers": people, "buyers": 9, "orders": 12, "revenue": 96_000, "blocked": 3}
    Outcome.objects.create(broadcast=send, is_final=True, counted_at=at + timedelta(days=9), **counted)
    return Broadcast.objects.get(pk=send.pk)


def make_report(first: date = OCTOBER, **given) -> Report:
    """A draft of this month."""
    return drafting.draft(drafting.month(first), by=None, **given)


def make_released(report: Report | None = None) -> Report:
    report = report or make_report()
    return life.release(life.review(report, by=None), by=None)


def make_report_rows() -> dict[str, object]:
    """A released report with a mail, one that is reviewed, a draft, and settings."""
    counted_until(date(2026, 10, 31))
    ReportSettings.objects.create(pk=1)
    draft, reviewed = make_report(date(2026, 7, 1)), life.review(make_report(date(2026, 8, 1)), by=None)
    released = make_released()  # last: it is the one that everybody sees in the admin
    address = {"what": "released", "address": "tanaka@example.com", "state": "failed"}
    mail = ReportMail.objects.create(report=released, **address)
    return {
        "report": released.pk,
        "report_mail": mail.pk,
        "reviewed_report": reviewed.pk,
        "draft_report": draft.pk,
    }
