"""Carts are left: the phone reminds of them, an order stops that, and it costs what the ledger says."""

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

SHORT = 1  # minutes, in place of an hour and of a day
REMINDER, LAST = "カートに商品が残っています", "カートの商品は、ただいま在庫がございます"
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


def an_order_stops_the_reminders(scene: Scene, carts: Carts) -> None:
    with scene.account.step("The phone reminds of the cart; an order stops it"), tenant_context(scene.main):
        both = [carts.buyer.friend, carts.other.friend]
        scene.account.check(
            all(scene.has_received(friend, REMINDER, IN_TIME) for friend in both), f"both phones: {REMINDER}"
        )
        _order(scene, carts.buyer)
        scene.account.check(
            scene.has_received(carts.other.friend, LAST, IN_TIME), "who has not ordered is told once more"
        )
        entry = Entry.objects.get(scenario=carts.scenario, friend=carts.buyer.friend)
        scene.account.check(
            entry.reason == Entry.Reason.GOAL and not scene.has_received(carts.buyer.friend, LAST, 2),
            f"{carts.buyer.friend} has ordered: goal reached, nothing more is sent",
        )
        _tell_the_cost(scene, carts)
        scene.show_phone(carts.buyer.friend)
        scene.show_phone(carts.other.friend)


def _from_the_gallery(scene: Scene) -> Scenario:
    marketer, page = scene.signed_in("marketer"), scene.page("scenarios/ready/abandoned_cart/")
    marketer.get(page)
    shop = f"https://{cast.COSMETICS.slug}.example/"
    marketer.post(page, language="ja", shop=shop, event="cart_updated", coupon="")
    return Scenario.objects.get(made_of="abandoned_cart")


def _begin(scene: Scene, draft: Scenario) -> None:
    """Two reminders, a minute apart; the demo has no days to wait."""
    steps = draft.flow["steps"][:4]
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
