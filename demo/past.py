"""A year behind the clients: customers, links, orders, broadcasts."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Tenant
from billing import ledger, months
from billing.models import DayCount, LedgerEntry
from billing.reconciling.facts import JAPAN
from broadcasts.models import Batch, Broadcast, Insight, LinkClick, TrackedLink
from broadcasts.results import outcome
from broadcasts.results.sources import DAYS
from customers import services as customers
from customers.models import Customer
from demo import books, cast, entrances
from demo.cast import Client
from demo.scene import Scene
from friends import services as friends
from friends.colors import PALETTE
from friends.models import Friend
from linking import bonds
from linking.bonds import Bond
from linking.models import Link
from planning import counting as planning
from segments import services as segments
from segments.models import Segment

BATCH = 500
# Four in five clicks come within the day.
SPREAD = """
UPDATE broadcasts_linkclick SET at = least(%(now)s, %(began)s - ln(1 - random()) * interval '10 hours')
WHERE link_id = %(link)s"""
MESSAGES_BEFORE = (
    29_800  # of the cosmetics maker this month: the demo's broadcast crosses the 30,000 free ones
)


def bring_the_past(scene: Scene) -> None:
    total = sum(client.customers for client in cast.CLIENTS)
    with scene.account.step(f"{total:,} customers, earlier links, purchases, and a year of broadcasts"):
        for client in cast.CLIENTS:
            _bring(scene, client)
        customers = scene.sum(Customer.objects.count)
        scene.account.check(customers == total, f"{customers:,} customers in the clients' books")


def have_the_days_counted(scene: Scene) -> None:
    """A year came in within minutes: the daily figures that exist already are of a time before it."""
    for tenant in scene.tenants.values():
        with tenant_context(tenant):
            planning.recount(planning.today() - timedelta(days=planning.DAYS_BACK - 1))


def _bring(scene: Scene, client: Client) -> None:
    tenant = scene.tenants[client.slug]
    with tenant_context(tenant):
        _add_customers(client)
        _add_links_and_tags(client)
        bought = books.bring_a_year_of_orders(client)
        past = _add_past_broadcasts(client, tenant)
        _let_line_count_them(scene, client, tenant)
        outcome.count_due()
        scene.account.tell(
            f"{client.name}: {client.customers:,} customers, {client.linked:,} linked, "
            f"{bought:,} purchases, {past} broadcasts"
        )


@transaction.atomic
def _add_customers(client: Client) -> int:
    return customers.upsert_customers(cast.customers(client)).created


@transaction.atomic
def _add_links_and_tags(client: Client) -> None:
    """Links of the year before, and tags."""
    chance = random.Random(client.slug)
    known = list(Friend.objects.reachable().order_by("pk"))
    shoppers = list(Customer.objects.order_by("pk")[: client.linked])
    pairs = zip(chance.sample(known, client.linked), shoppers, strict=True)
    links = bonds.tie(
        [
            Bond(friend.pk, customer.pk, friend.followed_at + timedelta(hours=1), Link.Method.IMPORT)
            for friend, customer in pairs
        ]
    )
    entrances.bring_a_year_of_links(links, chance)
    for tag, color in zip(client.tags, PALETTE, strict=False):
        chosen = chance.sample(known, len(known) * 2 // 5)
        friends.tag_friends([friend.pk for friend in chosen], friends.create_tag(tag, color=color))


def _add_past_broadcasts(client: Client, tenant: Tenant) -> int:
    """What was sent in the eleven months before, and this month; their requests, clicks and cost."""
    chance = random.Random(client.slug)
    segment = segments.create_segment("すべての友だち", {"all": []})
    now = timezone.now()
    reach = Friend.objects.reachable().count()
    moments = sorted(now - timedelta(days=30 * month + chance.uniform(2, 20)) for month in range(1, 12))
    for moment, number in zip(moments, range(len(moments)), strict=True):
        share = (number + 2) / (len(moments) + 2)  # the account grew over the year
        _add_past(client, tenant, segment, moment, int(reach * share), chance)
    return len(moments) + _fill_this_month(client, tenant, segment, reach, chance)


def _let_line_count_them(scene: Scene, client: Client, tenant: Tenant) -> None:
    """LINE has counted on each day what the ledger holds of it; what it told before that is void."""
    counts: Counter[date] = Counter()
    entries = LedgerEntry.objects.filter(tenant=tenant.pk)
    for at, messages in entries.values_list("accepted_at", "messages"):
        counts[at.astimezone(JAPAN).date()] += messages
    for day, messages in counts.items():
        scene.line.recount(client.channel_id, "multicast", messages, day)
    with schema_context("public"):
        DayCount.objects.filter(tenant=tenant.pk).delete()


def _fill_this_month(
    client: Client, tenant: Tenant, segment: Segment, reach: int, chance: random.Random
) -> int:
    """The cosmetics maker has sent nearly all its free messages this month; the others one broadcast."""
    start, _end = months.span(
        months.month_of(timezone.now(), months.zone_of(tenant.pk)), months.zone_of(tenant.pk)
    )
    left = MESSAGES_BEFORE if client is cast.COSMETICS else reach
    count = 0
    while left > 0:
        moment = start + (timezone.now() - start) * chance.random()
        _add_past(client, tenant, segment, moment, min(left, reach), chance)
        left, count = left - reach, count + 1
    return count


@transaction.atomic
def _add_past(
    client: Client, tenant: Tenant, segment: Segment, moment: datetime, people: int, chance: random.Random
) -> None:
    numbers = list(Friend.objects.reachable().order_by("pk").values_list("pk", flat=True)[:people])
    text = chance.choice(client.past_broadcasts)
    nature = chance.choices(list(Broadcast.Nature), weights=[6, 3, 1])[0]
    broadcast = Broadcast.objects.create(
        name=text,
        nature=nature,
        segment=segment,
        messages=[{"type": "text", "text": text}],
        status=Broadcast.Status.SENT,
        method=Broadcast.Method.MULTICAST,
        key=uuid4(),
        unit_name=f"past_{uuid4().hex[:12]}",
        send_at=moment,
        audience_count=len(numbers),
        started_at=moment,
        finished_at=moment + timedelta(seconds=5),
    )
    batches = Batch.objects.bulk_create(
        _past_batch(broadcast, numbers[at : at + BATCH], moment) for at in range(0, len(numbers), BATCH)
    )
    _bring_responses(broadcast, client, len(numbers), chance)
    ledger.post(
        tenant.pk,
        [
            ledger.NewEntry(
                "multicast", f"{broadcast.ledger_owner}/batch:{batch.pk}", text, batch.friend_count, moment
            )
            for batch in batches
        ],
    )


def _bring_responses(broadcast: Broadcast, client: Client, people: int, chance: random.Random) -> None:
    """Clicks that grew fewer by the hour, and what LINE counted on the last day or until now."""
    url = f"https://{client.slug}.example/"
    link = TrackedLink.objects.create(broadcast=broadcast, bubble=1, url=url, code=uuid4().hex[:16])
    clicks = int(people * chance.uniform(0.03, 0.12))
    LinkClick.objects.bulk_create(LinkClick(link=link) for _ in range(clicks))
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"link": link.pk, "began": broadcast.started_at, "now": timezone.now()})
    opened = int(people * chance.uniform(0.45, 0.75))
    age = (timezone.now() - (broadcast.started_at or timezone.now())).days
    day = max((day for day in DAYS if day <= age), default=None)
    if day:
        seen = {"seq": 1, "impression": opened * 5 // 4, "uniqueImpression": opened}
        tapped = {"seq": 1, "url": url, "click": clicks, "uniqueClick": clicks * 4 // 5}
        told = {"overview": {"uniqueImpression": opened}, "messages": [seen], "clicks": [tapped]}
        Insight.objects.create(
            broadcast=broadcast,
            day=day,
            delivered=people,
            opened=opened,
            clicked=clicks * 4 // 5,
            data=told,
        )


def _past_batch(broadcast: Broadcast, numbers: list[int], moment: datetime) -> Batch:
    return Batch(
        broadcast=broadcast,
        position=numbers[0],
        method=broadcast.method,
        friends=numbers,
        friend_count=len(numbers),
        accepted_count=len(numbers),
        retry_key=uuid4(),
        state=Batch.State.ACCEPTED,
        attempts=1,
        first_tried_at=moment,
        accepted_at=moment,
        request_id=str(uuid4()),
    )
