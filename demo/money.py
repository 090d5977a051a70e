"""What is agreed with clients, what LINE counts, a budget, a month's bills, and all clients in one call."""

import json
import urllib.error
import urllib.request
from datetime import date, timedelta
from decimal import Decimal

from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts import services as accounts
from accounts.models import Agency, User
from billing import ledger, months, plans, three_views
from billing.models import Budget, LedgerEntry
from billing.pricing import price
from billing.reconciling.facts import JAPAN
from channels import day_counts
from contracts import services as contracts
from contracts.models import Contract
from demo import cast
from demo.scene import Scene
from invoices import closing, issuing, parties, registration
from invoices.models import Document, Wish

Kind, Shows = Contract.Kind, Contract.Shows
BY_HAND = 1_200  # messages that the client sent yesterday from LINE's own console
TERMS = {
    cast.COSMETICS: {"kind": Kind.MARKUP, "rate": Decimal("0.2"), "base_fee": 30_000},
    cast.APPAREL: {"kind": Kind.MARGIN, "rate": Decimal("0.2"), "shows": Shows.GROSS},
    cast.RESTAURANT: {"kind": Kind.PER_MESSAGE, "unit_price": 4, "charges_free_messages": True},
}
RUNNING = {"name_ja": "配信運用", "name_en": "Running of broadcasts", "unit_price": 50_000}
ISSUER = {
    "name": "株式会社さくらデジタル",
    "address": "〒000-0000\n東京都さくら区見本町1-2-3 さくらビル5階",
    "phone": "03-0000-0000",
    "email": "billing@sakura.example",
    "bank_account": "見本銀行 本店(000) 普通 0000000 カ)サクラデジタル",
}
CORPORATE = "0" * 12  # of no company


def agree_on_prices(scene: Scene) -> None:
    """A year ago, with every client another way."""
    with scene.account.step("The agency agrees with each client on what LINE's cost becomes"):
        since = (timezone.now() - timedelta(days=365)).date().replace(day=1)
        owner, agency = _owner(), _agency()
        number = f"T{registration.check_digit(CORPORATE)}{CORPORATE}"
        parties.write_issuer(agency, by=owner, registration_number=number, number_prefix="SD", **ISSUER)
        for client, terms in TERMS.items():
            tenant = scene.tenants[client.slug]
            options = [RUNNING] if client is cast.COSMETICS else []
            made = contracts.add_contract(tenant, by=owner, valid_from=since, options=options, **terms)
            parties.write_recipient(
                tenant, by=owner, name=f"株式会社{client.name}", email=f"accounting@{client.slug}.example"
            )
            sees = "sees LINE's cost" if made.shows == Shows.NET else "sees its own price only"
            scene.account.tell(f"{client.name}: {made.get_kind_display()}, {sees}")


def lines_count_is_compared(scene: Scene) -> None:
    with scene.account.step("Somebody sent from LINE's own console yesterday; LINE's count shows it"):
        yesterday = timezone.now().astimezone(JAPAN).date() - timedelta(days=1)
        scene.line.recount(scene.channel_id, "broadcast", BY_HAND, yesterday, by_manager=True)
        with tenant_context(scene.main):
            day_counts.read(scene.main, timezone.now())
            day_counts.read(scene.main, timezone.now())
            outside = LedgerEntry.objects.filter(tenant=scene.main, kind=LedgerEntry.Kind.OUTSIDE)
            booked = list(outside.values_list("reference", "messages"))
            month, named = yesterday.replace(day=1), ", ".join(reference for reference, _ in booked)
            scene.account.check(
                [messages for _, messages in booked] == [BY_HAND],
                f"{BY_HAND:,} messages sent outside Musubi are booked, once: {named}",
            )
            scene.account.check(_agrees(scene, month), "and the month's ledger still equals the price table")


def a_budget_stops_a_send(scene: Scene) -> None:
    with scene.account.step("A budget stops a send; somebody with the right to lets it go"):
        broadcast = _draft(scene)
        with tenant_context(scene.main):
            used = ledger.month_total(scene.main.pk, _present(scene)).amount
        scene.api("POST", "budgets/", amount=f"{used:.0f}", warn_percents=[80, 100], stops=True)
        refused = _schedule(scene, broadcast)
        scene.account.tell(refused.get("detail", "not refused"))
        scene.account.check(refused.get("code") == "budget_exceeded", "what would go beyond does not leave")
        with tenant_context(scene.main):
            budget = Budget.objects.get(tenant=scene.main)
        scene.api("POST", f"budgets/{budget.pk}/lifts/", reason="月末の追加配信を承認")
        _schedule(scene, broadcast)
        scene.account.wait(lambda: _sent(scene, broadcast), 1, "sends let go")
        scene.account.check(bool(_sent(scene, broadcast)), "lifted with a reason, it has left")


def a_month_is_billed(scene: Scene) -> None:
    with scene.account.step("Last month is closed: drafted, reviewed, issued"), schema_context("public"):
        owner, month = _owner(), (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
        tenants = list(scene.tenants.values())
        closing.want(tenants, month, Wish.Act.DRAFT, by=owner)
        drafts = Document.objects.filter(month=month, tenant__in=tenants)
        scene.account.wait(drafts.count, len(tenants), "drafts")
        for draft in drafts.order_by("pk"):
            _issue(scene, issuing.review(draft, by=owner), owner)
        numbers = sorted(drafts.values_list("number", flat=True))
        scene.account.check(
            [number[-4:] for number in numbers] == [f"{place:04}" for place in range(1, len(numbers) + 1)],
            f"numbers without a gap: {', '.join(numbers)}",
        )
        scene.account.check(_cannot_change(numbers[0]), "the database refuses to change what is issued")


def all_clients_in_one_call(scene: Scene) -> None:
    with scene.account.step("The agency's own program asks what all clients used"), schema_context("public"):
        key = accounts.create_agency_key(_agency(), name="Demo")[1]
        month = _present(scene)
        request = urllib.request.Request(  # noqa: S310  (our own address)
            f"{scene.installation.url}/agency/api/v1/usage/?month={month:%Y-%m}",
            headers={"Authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            found = {row["client"]: row for row in json.load(answer)["clients"]}
        for row in found.values():
            scene.account.tell(
                f"{row['name']}: {row['messages']:,}, net {row['net']}, billed {row['billed']}"
            )
        booked = {
            slug: ledger.month_total(tenant.pk, month).messages for slug, tenant in scene.tenants.items()
        }
        scene.account.check(
            {slug: row["messages"] for slug, row in found.items()} == booked,
            f"{len(found)} clients in one call, as their ledgers have it",
        )
        _check_shares(scene, month)


def _check_shares(scene: Scene, month: date) -> None:
    views, terms = three_views.of_month(scene.main.pk, month), plans.terms(scene.main.pk, month)
    bill = ledger.month_total(scene.main.pk, month).amount + terms.tariff.monthly_fee
    shared = sum(each.average for each in views.values())
    scene.account.check(
        shared == bill,
        f"the shares of {len(views)} sends sum to the month's bill of ¥{bill:,.0f}, to the yen",
    )


def _issue(scene: Scene, document: Document, owner: User) -> None:
    issued = issuing.issue(document, by=owner)
    is_whole = bytes(issued.pdf or b"").startswith(b"%PDF") and issued.subtotal + issued.tax == issued.total
    scene.account.check(
        is_whole, f"{issued.number} to {issued.recipient['name']}: ¥{issued.total:,.0f} with tax, as PDF"
    )


def _cannot_change(number: str) -> bool:
    try:
        with transaction.atomic():
            Document.objects.filter(number=number).update(note="changed")
    except DatabaseError:
        return True
    return False


def _draft(scene: Scene) -> int:
    """Approved, so that only the budget stands in its way."""
    segment = scene.api("GET", "segments/?limit=1")["items"][0]["id"]
    text = [{"type": "text", "text": "今月の定期便のご案内です。"}]
    made = scene.api("POST", "broadcasts/", name="定期便のお知らせ", segment=segment, messages=text)["id"]
    scene.approve(made)
    return made


def _schedule(scene: Scene, broadcast: int) -> dict:
    """For now; the broadcast, or why not."""
    try:
        return scene.api("PUT", f"broadcasts/{broadcast}/schedule/", send_at=timezone.now().isoformat())
    except urllib.error.HTTPError as error:
        return json.load(error)


def _sent(scene: Scene, broadcast: int) -> int:
    return int(scene.api("GET", f"broadcasts/{broadcast}/")["status"] == "sent")


def _agrees(scene: Scene, month: date) -> bool:
    booked = ledger.month_total(scene.main.pk, month)
    owed = price(plans.terms(scene.main.pk, month).tariff, 0, booked.messages)
    return (booked.amount, booked.free_count) == (owed.amount, owed.free_count)


def _present(scene: Scene) -> date:
    return months.month_of(timezone.now(), months.zone_of(scene.main.pk))


def _agency() -> Agency:
    return Agency.objects.get(slug=cast.AGENCY[0])


def _owner() -> User:
    return User.objects.get(email=f"owner@{cast.AGENCY[0]}.example")
