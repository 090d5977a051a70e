"""Friends link themselves to their customer record: message, shop's sign-in, LINE's dialog."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import tenant_context

from chats import services as chats
from chats.models import Conversation
from customers.models import Customer
from demo.scene import Scene
from demo.visitor import Visitor
from friends.models import Friend
from linking.models import Link

LINKING_NOW = 24  # people who link while we look
AT_ONCE = 8


def some_of_them_link(scene: Scene) -> None:
    with (
        scene.account.step("Friends link themselves to their customer record (ID連携)"),
        tenant_context(scene.main),
    ):
        before = Link.objects.active().count()
        pairs = _who_will_link()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = list(pool.map(lambda pair: _link(scene, *pair), pairs))
        scene.account.wait(lambda: Link.objects.active().count() - before, len(pairs), "links")
        now_linked = Link.objects.active().count() - before
        scene.account.check(
            set(ends) == {"ok"} and now_linked == len(pairs),
            f"{now_linked} wrote 「連携」, signed in to the shop, agreed in LINE's dialog: linked",
        )
        _put_aside(scene, [friend for friend, _ in pairs])
        scene.show_phone(pairs[0][0])


def _put_aside(scene: Scene, friends: list[Friend]) -> None:
    """Nobody has to answer what was answered by itself."""
    for talk in Conversation.objects.filter(friend__in=friends):
        chats.move(talk, Conversation.State.DONE, by=scene.user("marketer"))


def _who_will_link() -> list[tuple[Friend, Customer]]:
    month_ago = timezone.now() - timedelta(days=35)
    waiting = Friend.objects.reachable().filter(tags__name="スキンケア", followed_at__lt=month_ago)
    people = waiting.exclude(links__unlinked_at=None, links__isnull=False).order_by("pk")[:LINKING_NOW]
    shoppers = Customer.objects.exclude(links__isnull=False).order_by("pk")[:LINKING_NOW]
    return list(zip(people, shoppers, strict=True))


def _link(scene: Scene, friend: Friend, customer: Customer) -> str:
    """One person's way through the account link; how LINE's dialog ended."""
    scene.line.say(scene.channel_id, friend.line_user_id, "連携")
    address = _address_received(scene, friend)
    if not address:
        return "no invitation came"
    shop = Visitor()
    shop.get(address)
    details = {"number": customer.number, "birthday": customer.birthday.isoformat(), "consent": "on"}
    if shop.post(address, **details) != 302:
        return "the shop refused"
    return scene.line.open_link_dialog(scene.channel_id, friend.line_user_id, shop.location)


def _address_received(scene: Scene, friend: Friend) -> str | None:
    for _ in range(150):
        inbox = json.dumps(scene.line.inbox(scene.channel_id, friend.line_user_id), ensure_ascii=False)
        if found := re.search(r"https?://[^\"\s\\]+/link/[^\"\s\\]*", inbox):
            return found[0]
        time.sleep(0.1)
    return None
