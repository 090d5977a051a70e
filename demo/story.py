"""The main job, played once on real running parts, and checked."""

import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from pyroaring import BitMap

from accounts import services as accounts
from accounts.models import Tenant
from billing import ledger, months, plans
from billing.pricing import price
from broadcasts import forecasts, progress
from broadcasts.models import Broadcast
from config.stack import Stack
from demo import cast, stage
from demo.account import Account
from demo.visitor import Visitor
from friends.models import Friend, Tag
from line.simulator.control import Simulator
from linking.models import Customer, Link
from segments import services as segments
from segments.models import Segment

LEAD = timedelta(seconds=60)  # "scheduled one minute ahead"
LINKING_NOW = 24  # people who link while we look, in the cosmetics maker's account
AT_ONCE = 8
NAME = "うるおい化粧水 20％OFF"
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


@dataclass
class Story:
    """The demo's state from step to step."""

    installation: Stack
    line: Simulator
    account: Account
    tenants: dict[str, Tenant] = field(default_factory=dict)
    key: str = ""
    segment: Segment | None = None
    broadcast: Broadcast | None = None

    @property
    def main(self) -> Tenant:
        """The client whose broadcast we follow."""
        return self.tenants[cast.COSMETICS.slug]

    def play(self) -> None:
        self.set_the_stage()
        self.people_add_the_account()
        self.bring_the_past()
        self.some_of_them_link()
        self.count_a_segment()
        self.plan_a_broadcast()
        self.wait_for_delivery()
        self.look_at_the_result()

    def seed(self) -> None:
        """The same clients and people, without the broadcast."""
        self.set_the_stage()
        self.people_add_the_account()
        self.bring_the_past()

    def set_the_stage(self) -> None:
        with self.account.step("An agency with three clients, each with a LINE channel of its own"):
            agency = stage.make_agency()
            for client in cast.CLIENTS:
                self.tenants[client.slug] = stage.make_client(agency, client, self.line)
                self.account.tell(
                    f"{client.name}: /c/{client.slug}/, channel {client.channel_id} connected and tested"
                )
            _, self.key = accounts.create_api_key(self.main, name="Demo", scopes=["*"])

    def people_add_the_account(self) -> None:
        total = sum(client.friends for client in cast.CLIENTS)
        with self.account.step(
            f"{total:,} people add the accounts; signed webhooks arrive and become friends"
        ):
            with ThreadPoolExecutor(len(cast.CLIENTS)) as pool:
                list(pool.map(lambda client: stage.add_friends(client, self.line), cast.CLIENTS))
            self.account.wait(self._profiled, total, "friends with their profile")
            self.account.check(self._friends() == total, f"{self._friends():,} friends, one for each person")
            blocked = self._sum(Friend.objects.filter(status=Friend.Status.BLOCKED).count)
            self.account.tell(
                f"{blocked:,} of them have blocked the account since; names came with their profiles"
            )

    def bring_the_past(self) -> None:
        total = sum(client.customers for client in cast.CLIENTS)
        with self.account.step(f"{total:,} customers, earlier links, purchases, and a year of broadcasts"):
            for client in cast.CLIENTS:
                self._bring(client)
            customers = self._sum(Customer.objects.count)
            self.account.check(customers == total, f"{customers:,} customers in the clients' books")

    def some_of_them_link(self) -> None:
        with (
            self.account.step("Friends link themselves to their customer record (ID連携)"),
            tenant_context(self.main),
        ):
            before = Link.objects.active().count()
            pairs = self._who_will_link()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                ends = list(pool.map(lambda pair: self._link(*pair), pairs))
            self.account.wait(lambda: Link.objects.active().count() - before, len(pairs), "links")
            now_linked = Link.objects.active().count() - before
            self.account.check(
                set(ends) == {"ok"} and now_linked == len(pairs),
                f"{now_linked} wrote 「連携」, signed in to the shop, agreed in LINE's dialog: linked",
            )

    def count_a_segment(self) -> None:
        with self.account.step("A segment is counted"), tenant_context(self.main):
            tag = Tag.objects.get(name="スキンケア")
            tree = {
                "all": [
                    {"type": "linked", "is": True},
                    {"type": "tag", "tag": tag.pk},
                    {"type": "friend_for", "days_at_least": 31},
                ]
            }
            self.segment = segments.create_segment("スキンケアの連携済み会員", tree)
            counted = segments.count(tree)
            self.account.tell(
                f"“{segments.words(tree)}”: {counted.total:,} of {counted.reachable:,} reachable"
            )
            self.account.check(counted.total > 0, "somebody is in it")

    def plan_a_broadcast(self) -> None:
        client = cast.COSMETICS
        with self.account.step(
            "A broadcast is drafted, its cost forecast, approved by the client, and scheduled"
        ):
            made = self._api(
                "POST",
                "broadcasts/",
                name="うるおい化粧水 20％OFF",
                segment=self.segment.pk,
                messages=MESSAGES,
            )
            self._tell_forecast(made["id"])
            self._api("POST", f"broadcasts/{made['id']}/submission/")
            approver = Visitor()
            signed_in = approver.sign_in(self.installation.url, client.mail("approver"), cast.PASSWORD)
            page = f"{self.installation.url}/c/{client.slug}/broadcasts/{made['id']}/review/"
            approver.get(page)
            approver.post(page, verdict="approve", comment="この内容でお願いします")
            self.line.open_and_click(client.channel_id, 0, 0)  # what came before is not looked at any more
            send_at = timezone.now() + LEAD
            self._api("PUT", f"broadcasts/{made['id']}/schedule/", send_at=send_at.isoformat())
            self._read_broadcast(made["id"])
            approved = bool(signed_in and self.broadcast.approved_at)
            self.account.check(approved, f"{client.mail('approver')} approved it on the client's page")
            at = timezone.localtime(self.broadcast.send_at)
            self.account.check(self.broadcast.status == "scheduled", f"scheduled for {at:%H:%M:%S}")

    def wait_for_delivery(self) -> None:
        with self.account.step("The time comes, and the worker sends it by multicast"):
            self.account.countdown(self.broadcast.send_at.timestamp(), "due in")
            with tenant_context(self.main):
                self._until(lambda: self._read_broadcast(self.broadcast.pk).finished_at, 60)
                self._until(lambda: progress.of(self.broadcast).pending == 0, 5)
                found = progress.of(self.broadcast)
            late = (self.broadcast.started_at or timezone.now()) - self.broadcast.send_at
            self.account.tell(f"begun {late.total_seconds():.1f} s after its time, {found.requests} requests")
            self.account.check(
                self.broadcast.status == "sent" and found.accepted == found.recipients,
                f"{found.accepted:,} of {found.recipients:,} accepted by LINE",
            )

    def look_at_the_result(self) -> None:
        client = cast.COSMETICS
        with self.account.step("What came of it, and what it cost"), tenant_context(self.main):
            received = self._received(client.channel_id)
            recipients = set(BitMap.deserialize(bytes(self.broadcast.audience)))
            self.account.check(
                received == Counter(dict.fromkeys(recipients, 1)),
                f"{len(received):,} phones received it, each once; no other of {client.friends:,} did",
            )
            looked = self.line.open_and_click(client.channel_id, 0.6, 0.15, seed=7)
            self._until(lambda: progress.of(self.broadcast).clicks >= looked["clicked"], 10)
            clicks = progress.of(self.broadcast).clicks
            self.account.check(
                clicks == looked["clicked"] > 0,
                f"{looked['opened']:,} opened it, {clicks:,} clicks came back",
            )
            self._check_the_money(progress.of(self.broadcast))

    def _received(self, channel_id: str) -> Counter[int]:
        """How often each friend's phone shows the broadcast; friends without it are left out."""
        friends = Friend.objects.values_list("pk", "line_user_id")
        return Counter(
            pk
            for pk, user_id in friends
            for message in self.line.inbox(channel_id, user_id)
            if message.get("altText") == MESSAGES[1]["altText"]
        )

    def _check_the_money(self, sent: progress.Progress) -> None:
        cost = sent.cost
        month = months.month_of(timezone.now(), months.zone_of(self.main.pk))
        booked = ledger.month_total(self.main.pk, month)
        terms = plans.terms(self.main.pk, month)
        owed = price(terms.tariff, 0, booked.messages)
        mark = "" if terms.is_confirmed else " (price table not confirmed by LINE)"
        self.account.tell(
            f"This broadcast: {cost.messages:,} messages, {cost.free_count:,} free, "
            f"{cost.paid_count:,} paid, ¥{cost.amount:,.0f}{mark}"
        )
        self.account.check(
            (booked.amount, booked.free_count, booked.paid_count)
            == (owed.amount, owed.free_count, owed.paid_count),
            f"the month's ledger, {booked.messages:,} messages and ¥{booked.amount:,.0f}, "
            f"equals the price table's answer ¥{owed.amount:,.0f}",
        )

    def _bring(self, client: cast.Client) -> None:
        tenant = self.tenants[client.slug]
        with tenant_context(tenant):
            stage.add_customers(client)
            stage.add_links_and_tags(client)
            bought = stage.add_purchases(client)
            past = stage.add_past_broadcasts(client, tenant)
            self.account.tell(
                f"{client.name}: {client.customers:,} customers, {client.linked:,} linked, "
                f"{bought:,} purchases, {past} broadcasts"
            )

    def _who_will_link(self) -> list[tuple[Friend, Customer]]:
        month_ago = timezone.now() - timedelta(days=35)
        waiting = Friend.objects.reachable().filter(tags__name="スキンケア", followed_at__lt=month_ago)
        people = waiting.exclude(links__unlinked_at=None, links__isnull=False).order_by("pk")[:LINKING_NOW]
        shoppers = Customer.objects.exclude(links__isnull=False).order_by("pk")[:LINKING_NOW]
        return list(zip(people, shoppers, strict=True))

    def _link(self, friend: Friend, customer: Customer) -> str:
        """One person's way through the account link; how LINE's dialog ended."""
        channel_id = cast.COSMETICS.channel_id
        self.line.say(channel_id, friend.line_user_id, "連携")
        address = self._address_received(channel_id, friend)
        if not address:
            return "no invitation came"
        shop = Visitor()
        shop.get(address)
        details = {"number": customer.number, "birthday": customer.birthday.isoformat(), "consent": "on"}
        if shop.post(address, **details) != 302:
            return "the shop refused"
        return self.line.open_link_dialog(channel_id, friend.line_user_id, shop.location)

    def _address_received(self, channel_id: str, friend: Friend) -> str | None:
        for _ in range(150):
            inbox = json.dumps(self.line.inbox(channel_id, friend.line_user_id), ensure_ascii=False)
            if found := re.search(r"https?://[^\"\s\\]+/link/[^\"\s\\]*", inbox):
                return found[0]
            time.sleep(0.1)
        return None

    def _tell_forecast(self, broadcast: int) -> None:
        with tenant_context(self.main):
            found = forecasts.of_broadcast(Broadcast.objects.select_related("segment").get(pk=broadcast))
        self.account.tell(
            f"Forecast: {found.messages:,} messages, {found.free_count:,} free, {found.paid_count:,} paid, "
            f"¥{found.amount_now:,.0f}; month's end ¥{found.month_end_amount:,.0f} on {found.plan_name}"
        )

    def _api(self, method: str, path: str, **body: object) -> dict:
        request = urllib.request.Request(  # noqa: S310  (our own address)
            f"{self.installation.url}/c/{cast.COSMETICS.slug}/api/v1/{path}",
            method=method,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.loads(answer.read() or b"{}")

    def _read_broadcast(self, pk: int) -> Broadcast:
        with tenant_context(self.main):
            self.broadcast = Broadcast.objects.get(pk=pk)
        return self.broadcast

    def _until(self, is_so: Callable[[], object], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not is_so() and time.monotonic() < end:
            time.sleep(0.1)

    def _friends(self) -> int:
        return self._sum(Friend.objects.count)

    def _profiled(self) -> int:
        blocked_or_known = Friend.objects.exclude(status=Friend.Status.FRIEND, profile_fetched_at=None)
        return self._sum(lambda: blocked_or_known.all().count())

    def _sum(self, count: Callable[[], int]) -> int:
        """Over all clients."""
        found = 0
        for tenant in self.tenants.values():
            with tenant_context(tenant):
                found += count()
        connection.set_schema_to_public()
        return found
