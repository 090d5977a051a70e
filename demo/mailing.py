"""A broadcast, from the people it is for to the money it cost."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import tenant_context
from pyroaring import BitMap

from billing import ledger, months, plans
from billing.pricing import price
from broadcasts import forecasts
from broadcasts.models import Broadcast
from broadcasts.results import progress
from demo import cast
from demo.scene import Scene
from friends.models import Friend, Tag
from segments import services as segments
from segments.models import Segment

LEAD = timedelta(seconds=60)  # "scheduled one minute ahead"
MESSAGES = [
    {
        "type": "text",
        "text": "乾燥の季節に。うるおい化粧水、本日より20％OFFです。\nhttps://hiyori.example/sale",
    },
    {
        "type": "flex",
        "altText": "うるおい化粧水 20％OFF",
        "contents": {
            "type": "bubble",
            "body": {
                "type": "box",
                "layout": "vertical",
                "contents": [
                    {"type": "text", "text": "うるおい化粧水", "weight": "bold", "size": "xl"},
                    {"type": "text", "text": "会員さま限定 20％OFF", "color": "#c2487a"},
                ],
            },
            "footer": {
                "type": "box",
                "layout": "vertical",
                "contents": [
                    {
                        "type": "button",
                        "style": "primary",
                        "color": "#c2487a",
                        "action": {
                            "type": "uri",
                            "label": "くわしく見る",
                            "uri": "https://hiyori.example/lotion",
                        },
                    }
                ],
            },
        },
    },
]


def count_a_segment(scene: Scene) -> Segment:
    with scene.account.step("A segment is counted"), tenant_context(scene.main):
        tag = Tag.objects.get(name="スキンケア")
        tree = {
            "all": [
                {"type": "linked", "is": True},
                {"type": "tag", "tag": tag.pk},
                {"type": "friend_for", "days_at_least": 31},
            ]
        }
        segment = segments.create_segment("スキンケアの連携済み会員", tree)
        counted = segments.count(tree)
        scene.account.tell(f"“{segments.words(tree)}”: {counted.total:,} of {counted.reachable:,} reachable")
        scene.account.check(counted.total > 0, "somebody is in it")
    return segment


def plan_a_broadcast(scene: Scene, segment: Segment) -> Broadcast:
    """Drafted and scheduled by program, approved on the client's page."""
    with scene.account.step(
        "A broadcast is drafted, its cost forecast, approved by the client, and scheduled"
    ):
        made = scene.api(
            "POST", "broadcasts/", name="うるおい化粧水 20％OFF", segment=segment.pk, messages=MESSAGES
        )
        _tell_forecast(scene, made["id"])
        scene.approve(made["id"])
        send_at = timezone.now() + LEAD
        scene.api("PUT", f"broadcasts/{made['id']}/schedule/", send_at=send_at.isoformat())
        broadcast = _read(scene, made["id"])
        who = cast.COSMETICS.mail("approver")
        scene.account.check(bool(broadcast.approved_at), f"{who} approved it on the client's page")
        at = timezone.localtime(broadcast.send_at)
        scene.account.check(broadcast.status == "scheduled", f"scheduled for {at:%H:%M:%S}")
    return broadcast


def wait_for_delivery(scene: Scene, broadcast: Broadcast) -> Broadcast:
    with scene.account.step("The time comes, and the worker sends it by multicast"):
        # What came to phones before is not looked at any more.
        scene.line.open_and_click(scene.channel_id, 0, 0)
        scene.account.countdown(broadcast.send_at.timestamp(), "due in")
        with tenant_context(scene.main):
            scene.until(lambda: _read(scene, broadcast.pk).finished_at, 60)
            scene.until(lambda: progress.of(broadcast).pending == 0, 5)
            broadcast = _read(scene, broadcast.pk)
            found = progress.of(broadcast)
        late = (broadcast.started_at or timezone.now()) - broadcast.send_at
        scene.account.tell(f"begun {late.total_seconds():.1f} s after its time, {found.requests} requests")
        scene.account.check(
            broadcast.status == "sent" and found.accepted == found.recipients,
            f"{found.accepted:,} of {found.recipients:,} accepted by LINE",
        )
    return broadcast


def look_at_the_result(scene: Scene, broadcast: Broadcast) -> None:
    with scene.account.step("What came of it, and what it cost"), tenant_context(scene.main):
        received = _received(scene)
        recipients = set(BitMap.deserialize(bytes(broadcast.audience)))
        scene.account.check(
            received == Counter(dict.fromkeys(recipients, 1)),
            f"{len(received):,} phones received it, each once; no other of {Friend.objects.count():,} did",
        )
        looked = scene.line.open_and_click(scene.channel_id, 0.6, 0.15, seed=7)
        scene.until(lambda: progress.of(broadcast).clicks >= looked["clicked"], 10)
        clicks = progress.of(broadcast).clicks
        scene.account.check(
            clicks == looked["clicked"] > 0,
            f"{looked['opened']:,} opened it, {clicks:,} clicks came back",
        )
        _check_the_money(scene, progress.of(broadcast))
        scene.show_phone(Friend.objects.get(pk=min(recipients)))


def _received(scene: Scene) -> Counter[int]:
    """How often each friend's phone shows the broadcast; friends without it are left out."""
    friends = Friend.objects.values_list("pk", "line_user_id")
    return Counter(
        pk
        for pk, user_id in friends
        for message in scene.line.inbox(scene.channel_id, user_id)
        if message.get("altText") == MESSAGES[1]["altText"]
    )


def _check_the_money(scene: Scene, sent: progress.Progress) -> None:
    cost = sent.cost
    month = months.month_of(timezone.now(), months.zone_of(scene.main.pk))
    booked = ledger.month_total(scene.main.pk, month)
    terms = plans.terms(scene.main.pk, month)
    owed = price(terms.tariff, 0, booked.messages)
    mark = "" if terms.is_confirmed else " (price table not confirmed by LINE)"
    scene.account.tell(
        f"This broadcast: {cost.messages:,} messages, {cost.free_count:,} free, "
        f"{cost.paid_count:,} paid, ¥{cost.amount:,.0f}{mark}"
    )
    scene.account.check(
        (booked.amount, booked.free_count, booked.paid_count)
        == (owed.amount, owed.free_count, owed.paid_count),
        f"the month's ledger, {booked.messages:,} messages and ¥{booked.amount:,.0f}, "
        f"equals the price table's answer ¥{owed.amount:,.0f}",
    )


def _tell_forecast(scene: Scene, broadcast: int) -> None:
    with tenant_context(scene.main):
        found = forecasts.of_broadcast(Broadcast.objects.select_related("segment").get(pk=broadcast))
    scene.account.tell(
        f"Forecast: {found.messages:,} messages, {found.free_count:,} free, {found.paid_count:,} paid, "
        f"¥{found.amount_now:,.0f}; month's end ¥{found.month_end_amount:,.0f} on {found.plan_name}"
    )


def _read(scene: Scene, pk: int) -> Broadcast:
    with tenant_context(scene.main):
        return Broadcast.objects.get(pk=pk)
