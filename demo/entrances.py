"""Where people link: a year of it behind the clients, and shoppers of today on the thank-you page."""

import hmac
import json
import random
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers.models import Customer
from demo.scene import Scene
from demo.visitor import BROWSER, Visitor
from invitations import funnels, rates
from invitations import services as invitations
from invitations.counting import today
from invitations.models import DayOfViews, EntryPoint, Invitation
from linking import signed
from linking.models import Link, LinkAttempt, LinkSettings

Method, State = Link.Method, LinkAttempt.State
# By entry point: how people linked there, its share of the links, views and starts for each of them.
PAST = {
    "signup": (Method.LINE_LOGIN, 38, 1.5, 1.1),
    "thanks": (Method.LINE_LOGIN, 30, 2.2, 1.2),
    "mypage": (Method.LINE_LOGIN, 14, 6.0, 1.3),
    "menu": (Method.LIFF, 6, 0, 1.4),
    "qr": (Method.LIFF, 5, 2.5, 1.3),
    "message": (Method.LIFF, 4, 24.0, 1.6),
    "chat": (Method.ACCOUNT_LINK, 3, 0, 1.8),
}
THANKS = "thanks"
WORDINGS = ("LINEと連携すると、発送のお知らせが届きます", "LINE連携で、次回使える500円クーポン")
COME_BY, LINK_NOW = 30, 6  # shoppers who see the invitation while we look, and who follow it


def bring_a_year_of_links(links: Iterable[Link], chance: random.Random) -> None:
    """Say of links how and where they were made, with the views and attempts that led to them."""
    links = list(links)
    entries = chance.choices(list(PAST), [share for _, share, _, _ in PAST.values()], k=len(links))
    for link, entry in zip(links, entries, strict=True):
        link.entry, link.method = entry, PAST[entry][0]
    Link.objects.bulk_update(links, ["entry", "method"])
    LinkAttempt.objects.bulk_create(
        _attempt(link, state)
        for link in links
        for state in [State.LINKED, *_given_up(PAST[link.entry][3], chance)]
    )
    _count_views(links, chance)


def _given_up(starts: float, chance: random.Random) -> list[State]:
    return [State.EXPIRED] if chance.random() < starts - 1 else []


def _attempt(link: Link, state: State) -> LinkAttempt:
    at = link.linked_at - timedelta(seconds=40)
    return LinkAttempt(
        friend_id=link.friend_id,
        customer_id=link.customer_id if state == State.LINKED else None,
        state=state,
        way=link.method,
        entry=link.entry,
        started_at=at,
        expires_at=at + timedelta(minutes=10),
        ended_at=link.linked_at,
    )


def _count_views(links: list[Link], chance: random.Random) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    seen: Counter = Counter()
    for link in links:
        for _ in range(round(PAST[link.entry][2] * chance.uniform(0.6, 1.4))):
            seen[link.entry, link.linked_at.astimezone(zone).date()] += 1
    DayOfViews.objects.bulk_create(
        DayOfViews(entry=entry, day=day, count=count) for (entry, day), count in seen.items()
    )


def shoppers_link_after_buying(scene: Scene) -> None:
    with (
        scene.account.step(
            "Shoppers see the invitation on the shop's thank-you page, and link by LINE Login"
        ),
        tenant_context(scene.main),
    ):
        before, rate = _steps(), rates.now().of_friends or 0
        offered = _invite(scene)
        shoppers = list(Customer.objects.filter(links=None).order_by("-pk")[:LINK_NOW])
        people = scene.line.add_people(scene.channel_id, [customer.name for customer in shoppers])
        for number in range(COME_BY):
            _look(scene, offered[number % len(offered)]["variant"])
        for number, (customer, user_id) in enumerate(zip(shoppers, people, strict=True)):
            _link(scene, customer, user_id, offered[number % len(offered)]["variant"])
        now, steps = rates.now(), _steps()
        scene.account.check(
            (steps.views or 0) - (before.views or 0) == COME_BY
            and steps.starts - before.starts == steps.completions - before.completions == LINK_NOW,
            f"{COME_BY} saw one of two invitations, {LINK_NOW} followed it and are linked",
        )
        scene.account.check(
            (now.of_friends or 0) > rate,
            f"{now.of_friends:.1%} of friends and {now.of_customers:.1%} of customers are linked",
        )


def _invite(scene: Scene) -> list[dict]:
    """Two wordings that take turns, as a page of the shop gets them."""
    entry_point = EntryPoint.objects.get(code=THANKS)
    with transaction.atomic():
        for shown in Invitation.objects.shown().filter(entry_point=entry_point):
            invitations.stop(shown)
        for wording in WORDINGS:
            invitations.add_invitation(entry_point, text=wording, button="LINEと連携する")
    browser = Visitor()
    browser.get(scene.page(f"i/{THANKS}.json"))
    return json.loads(browser.page)["invitations"]


def _look(scene: Scene, variant: str) -> None:
    """What the snippet reports once the invitation was on the screen for a second."""
    form = urllib.parse.urlencode({"entry": THANKS, "variant": variant}).encode()
    request = urllib.request.Request(  # noqa: S310  (our own address)
        scene.page("i/views/"), data=form, headers={"User-Agent": BROWSER}
    )
    urllib.request.urlopen(request, timeout=20).close()  # noqa: S310


def _link(scene: Scene, customer: Customer, user_id: str, variant: str) -> None:
    """By an address that the shop has signed: our page with the consent, LINE Login, the account added."""
    browser = Visitor()
    browser.get(_signed(scene, customer, variant))
    agreeing = browser.location
    browser.get(agreeing)
    browser.post(agreeing, consent="on")
    browser.get(scene.line.sign_in(user_id, browser.location, add_friend=True))


def _signed(scene: Scene, customer: Customer, variant: str) -> str:
    query = urllib.parse.urlencode(
        {
            "customer": customer.number,
            "entry": THANKS,
            "variant": variant,
            "expires": int(timezone.now().timestamp()) + 3600,
        }
    )
    secret = signed.secret(LinkSettings.present())
    signature = hmac.new(secret.encode(), query.encode(), "sha256").hexdigest()
    return scene.page(f"link/start/?{query}&signature={signature}")


def _steps() -> funnels.Steps:
    entry_points = EntryPoint.objects.filter(code=THANKS)
    return funnels.by_entry(funnels.of_period(today(), today()), entry_points)[THANKS]
