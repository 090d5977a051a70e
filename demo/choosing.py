"""Friends are chosen by what they bought, and by what only LINE knows of them."""

import time
from collections import Counter
from datetime import datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from django.utils import timezone
from django_tenants.utils import tenant_context

from billing import ledger, months
from broadcasts.models import Broadcast
from demo import cast
from demo.scene import Scene
from events.models import Event
from friends.models import Friend
from linking.models import Link
from segments import services as segments
from segments.models import Segment

LOTION = cast.COSMETICS.products[0]
BUYERS = {"type": "bought", "products": [LOTION], "times_at_least": 1, "within_days": 365}
LETTER = "化粧水をお使いの方へ。新しいクレンジングのご案内です。"
BIRTHDAY = {"type": "date", "field": "birthday", "when": "this_month"}
GENDERS = ("female", "male", None)  # what LINE believes of the buyers, in turns; of the third nothing


def ask_about_purchases(scene: Scene) -> None:
    with scene.account.step("Questions about purchases are asked"), tenant_context(scene.main):
        tree = {"all": [{"type": "linked", "is": True}, BUYERS, {"not": BIRTHDAY}]}
        segments.count(tree)
        began = time.monotonic()
        counted = segments.count(tree)
        took = time.monotonic() - began
        scene.account.tell(f"“{segments.words(tree)}”: {counted.total:,}, again in {took * 1000:.0f} ms")
        asked = len(_asked_by_hand(scene))
        scene.account.check(counted.total == asked, "the same as asked one by one in Python")
        _somebody_looks_at_the_lotion(scene)
        segment = segments.create_segment("化粧水の購入者", tree)
        kept = scene.until(segment.sizes.exists, 20)
        scene.account.check(kept, f"the size of “{segment}” is kept from today on")


def write_to_women_whom_only_line_knows(scene: Scene) -> None:
    with (
        scene.account.step("Buyers whom LINE takes for women: uploaded, narrowcast, counted"),
        tenant_context(scene.main),
    ):
        women, others = _line_learns_of(scene)
        tree = {"all": [BUYERS, {"type": "line_gender", "in": ["female"]}]}
        for send in scene.api("POST", "segments/plan/", tree=tree)["sends"]:
            scene.account.tell(f"Plan: {send['words']}")
        before = _booked(scene)
        broadcast = _send(scene, segments.create_segment("化粧水を買った女性", tree))
        got = _who_got_it(scene, [*women, *others])
        scene.account.check(
            broadcast.status == "sent" and got == Counter(friend.pk for friend in women),
            f"{len(got):,} women received it, each once, and none of {len(others):,} others",
        )
        booked = _booked(scene) - before
        scene.account.check(booked == len(women), f"{booked:,} messages in the ledger, as LINE counted them")


def _asked_by_hand(scene: Scene) -> set[int]:
    """Who is linked, bought the lotion within 365 days and has no birthday this month, one by one."""
    zone = ZoneInfo(scene.main.time_zone)
    today = timezone.now().astimezone(zone).date()
    since = datetime.combine(today - timedelta(days=365), clock.min, zone)
    bought = Event.objects.filter(type="bought", at__gte=since, properties__product=LOTION)
    buyers = set(bought.values_list("customer_id", flat=True))
    return {
        link.friend_id
        for link in Link.objects.active().select_related("customer", "friend")
        if link.friend.status == Friend.Status.FRIEND
        and link.customer_id in buyers
        and (link.customer.birthday is None or link.customer.birthday.month != today.month)
    }


def _somebody_looks_at_the_lotion(scene: Scene) -> None:
    """An event by API is in the segment at the next count."""
    tree = {"type": "events", "event": "viewed", "count_at_least": 1, "where": {"product": LOTION}}
    before = segments.count(tree).total
    friend = Friend.objects.reachable().exclude(pk__in=list(segments.evaluate(tree))).order_by("pk")[0]
    viewed = {"type": "viewed", "friend": friend.pk, "properties": {"product": LOTION}}
    began = time.monotonic()
    scene.api("POST", "events/", events=[viewed])
    is_in = scene.until(lambda: segments.count(tree).total == before + 1, 5)
    took = time.monotonic() - began
    scene.account.check(is_in, f"who looks at the lotion is in the segment {took * 1000:.0f} ms after")


def _line_learns_of(scene: Scene) -> tuple[list[Friend], list[Friend]]:
    """The buyers: those whom LINE takes for women, and the others."""
    buyers = list(Friend.objects.filter(pk__in=list(segments.evaluate(BUYERS))).order_by("pk"))
    for place, friend in enumerate(buyers):
        gender = GENDERS[place % len(GENDERS)]
        scene.line.set_person(scene.channel_id, friend.line_user_id, gender=gender)
    women = buyers[:: len(GENDERS)]
    return women, [friend for friend in buyers if friend not in women]


def _send(scene: Scene, segment: Segment) -> Broadcast:
    """Written, approved and sent; as it stands when all is done."""
    messages = [{"type": "text", "text": LETTER}]
    made = scene.api("POST", "broadcasts/", name=segment.name, segment=segment.pk, messages=messages)["id"]
    scene.approve(made)
    scene.api("PUT", f"broadcasts/{made}/schedule/", send_at=timezone.now().isoformat())
    scene.until(lambda: Broadcast.objects.get(pk=made).finished_at, 90)
    return Broadcast.objects.get(pk=made)


def _who_got_it(scene: Scene, friends: list[Friend]) -> Counter[int]:
    """How often each of them did."""
    return Counter(
        friend.pk
        for friend in friends
        for text in scene.line.texts(scene.channel_id, friend.line_user_id)
        if text == LETTER
    )


def _booked(scene: Scene) -> int:
    month = months.month_of(timezone.now(), months.zone_of(scene.main.pk))
    return ledger.month_total(scene.main.pk, month).messages
