"""Carts are left: an order stops the reminder, the other phone gets it, and it costs what the ledger says."""

from dataclasses import dataclass

from django.utils import timezone
from django_tenants.utils import tenant_context

from billing import ledger
from demo import cast
from demo.scene import Scene
from friends.models import Friend
from linking.models import Link
from scenarios import services
from scenarios.models import Entry, Scenario, Send

SHORT = 1  # minutes, in place of an hour
REMINDER = "カートに商品が残っています"
IN_TIME = 120  # seconds


@dataclass(frozen=True)
class Carts:
    """The scenario, and two who left a cart: one will order, the other will not."""

    scenario: int
    buyer: Link
    other: Link


def carts_are_left(scene: Scene) -> Carts:
    with (
        scene.account.step("Two customers leave a cart; a ready-made scenario runs"),
        tenant_context(scene.main),
    ):
        draft = _from_the_gallery(scene)
        _begin(scene, draft)
        linked = Link.objects.active().filter(friend__status=Friend.Status.FRIEND, friend__stopped_at=None)
        buyer, other = linked.select_related("friend", "customer").order_by("pk")[:2]
        for link in (buyer, other):
            _leave_a_cart(scene, link)
        inside = Entry.objects.filter(scenario=draft)
        scene.until(lambda: inside.count() == 2, 15)
        scene.account.check(
            inside.count() == 2, f"「{draft.name}」: {buyer.friend} and {other.friend} are in it, and wait"
        )
        return Carts(draft.pk, buyer, other)


def an_order_stops_the_reminder(scene: Scene, carts: Carts) -> None:
    with scene.account.step("One of them orders; the phone of the other reminds"), tenant_context(scene.main):
        buyer, other = carts.buyer.friend, carts.other.friend
        _order(scene, carts.buyer)
        ended = Entry.objects.filter(scenario=carts.scenario, friend=buyer, reason=Entry.Reason.GOAL)
        is_out = scene.until(ended.exists, 15)
        scene.account.check(is_out, f"{buyer} has ordered: the goal is reached, and they are out")
        scene.account.check(scene.has_received(other, REMINDER, IN_TIME), f"the phone of {other}: {REMINDER}")
        scene.account.check(not scene.has_received(buyer, REMINDER, 2), f"that of {buyer} is silent")
        _tell_the_cost(scene, carts)
        scene.show_phone(other)


def _from_the_gallery(scene: Scene) -> Scenario:
    marketer, page = scene.signed_in("marketer"), scene.page("scenarios/ready/abandoned_cart/")
    marketer.get(page)
    shop = f"https://{cast.COSMETICS.slug}.example/"
    marketer.post(page, language="ja", shop=shop, event="cart_updated", coupon="")
    return Scenario.objects.get(made_of="abandoned_cart")


def _begin(scene: Scene, draft: Scenario) -> None:
    """The first reminder alone, after a minute; the demo has no days to wait."""
    steps = draft.flow["steps"][:2]
    waits = [{**step, "minutes": SHORT} if step["type"] == "wait" else step for step in steps]
    by = scene.user("marketer")
    written = services.write(draft, draft.flow | {"steps": waits}, revision=draft.revision, by=by)
    services.publish(written, revision=written.revision, by=by)


def _leave_a_cart(scene: Scene, link: Link) -> None:
    goods = list(cast.COSMETICS.products[:2])
    cart = {
        "products": goods,
        "items": len(goods),
        "total": 4_300,
        "url": f"https://{cast.COSMETICS.slug}.example/cart",
    }
    event = {"type": "cart_updated", "customer": link.customer.number, "properties": cart}
    scene.api("POST", "events/", events=[event])


def _order(scene: Scene, link: Link) -> None:
    order = {"number": "D-CART-1", "customer": link.customer.number, "total": 4_300}
    lines = [{"product": name, "quantity": 1, "amount": 2_150} for name in cast.COSMETICS.products[:2]]
    told = order | {"placed_at": timezone.now().isoformat(), "lines": lines}
    scene.api("POST", "orders/bulk/", orders=[told])


def _tell_the_cost(scene: Scene, carts: Carts) -> None:
    sent = Send.objects.filter(scenario_id=carts.scenario, state=Send.State.ACCEPTED).count()
    booked = ledger.by_reference_prefix(scene.main.pk, f"scenario:{carts.scenario}/")
    scene.account.check(
        booked.messages == sent,
        f"{sent} messages accepted by LINE, as many in the ledger: ¥{booked.amount:,.2f}",
    )
