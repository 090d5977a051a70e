"""Months of a client with a plan, sends of known cost, and what came of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django_tenants.utils import schema_context

from accounts import current
from attribution.counting import turns
from billing import ledger, services
from billing.ledger import NewEntry
from billing.models import LedgerEntry
from broadcasts.models import Broadcast, Insight, LinkClick, Outcome, TrackedLink
from contracts.models import Contract
from costs.periods import Period
from costs.returns import report
from costs.rows import Asked, Report, Row
from costs.spending import Eyes
from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from tests.broadcasts.sending import make_sent

NOVEMBER = date(2026, 11, 1)
AT = datetime(2026, 11, 10, 3, tzinfo=UTC)
IN_NOVEMBER = Period.of_month(NOVEMBER)
COUNTED = {"receivers": 0, "buyers": 0, "orders": 0, "revenue": 0, "blocked": 0, "stopped": 0}


def subscribe(plan: str = "standard", *, since: date = NOVEMBER, country: str = "JP") -> None:
    tenant_id = current.tenant().pk
    with schema_context("public"):
        services.subscribe(tenant_id, plan=plan, since=since, country=country)


def agree(*, since: date = NOVEMBER, **terms: object) -> Contract:
    tenant_id = current.tenant().pk
    with schema_context("public"):
        return Contract.objects.create(tenant_id=tenant_id, valid_from=since, **terms)


def book(owner: str, messages: int, *, at: datetime = AT, kind: str = LedgerEntry.Kind.PUSH) -> None:
    """LINE accepted so many messages for this owner."""
    entry = NewEntry(kind, f"{owner}/batch:{at.timestamp()}:{messages}", owner, messages, at)
    ledger.post(current.tenant().pk, [entry])


def make_send(
    messages: int,
    *,
    at: datetime = AT,
    name: str = "Autumn sale",
    friends: list[Friend] | None = None,
    **fields,
) -> Broadcast:
    """A broadcast that LINE took, booked as so many messages."""
    broadcast = make_sent(*friends or [], at=at, name=name, **fields)
    book(broadcast.ledger_owner, messages, at=at)
    return Broadcast.objects.get(pk=broadcast.pk)


def make_result(
    broadcast: Broadcast, *, opened: int | None = None, clickers: tuple[int, ...] = (), **counted
) -> None:
    """What came of it."""
    Insight.objects.create(broadcast=broadcast, day=15, delivered=1_000, opened=opened, clicked=None, data={})
    given = COUNTED | {"is_final": True, "counted_at": AT + timedelta(days=9)} | counted
    Outcome.objects.create(broadcast=broadcast, **given)
    make_clicks(broadcast, clickers)


def make_clicks(broadcast: Broadcast, friends: tuple[int, ...], *, at: datetime | None = None) -> None:
    at = at or (broadcast.started_at or AT) + timedelta(hours=1)
    link = TrackedLink.objects.create(
        broadcast=broadcast,
        bubble=1,
        url="https://shop.example/",
        code=f"c{broadcast.pk}{at.timestamp():.0f}",
    )
    for friend in friends:
        click = LinkClick.objects.create(link=link, friend_id=friend)
        LinkClick.objects.filter(pk=click.pk).update(at=at)
        about = {"kind": "broadcast", "broadcast": broadcast.pk, "name": broadcast.name, "url": link.url}
        timeline.record([NewEvent("clicked", at, friend, properties=about)])


def reported(period: Period = IN_NOVEMBER, *, user=None, **asked) -> Report:
    turns.catch_up()
    return report(Eyes(current.tenant(), user), Asked(period, **asked))


def row(found: Report, key: str) -> Row:
    [only] = [each for each in found.rows if each.key == key]
    return only


def sums(found: Report) -> Decimal:
    """What the rows cost together."""
    return sum((each.spend.total for each in found.rows), Decimal(0))
