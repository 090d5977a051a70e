"""Another LINE plan in the middle of a month, by LINE's rules.

A higher plan holds at once: the whole month gets its free messages and its fee, LINE charges the difference.
A lower one holds from the next month. Another limit of extra messages in the same plan holds at once.

Sources: https://developers.line.biz/en/docs/messaging-api/pricing/ (an upgrade within the month raises its
free messages; read as of 2026-08-07); f-code.co.jp/blog/line/plan-change (secondary: upgrade at once against
the difference, downgrade next month); blog.socialplus.jp/knowledge/line-account-plan (secondary: no daily
shares since 2023-02-01). Taiwan: cacafly.com, notice of 2023-09 (secondary: at once for the difference of the
fees, downgrade next month). Thailand: https://lineforbusiness.com/th/news/20221216_1 (downgrade next month).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import activity, board
from accounts.models import Tenant, User
from billing import ledger, months, plans, quota
from billing.errors import NoPrices, NothingPlanned, OtherCountry
from billing.models import Plan, Subscription, SubscriptionQuerySet
from billing.plans import Terms
from billing.pricing import Price, price_accepted

ALONE = "SELECT pg_advisory_xact_lock(hashtext('billing.plan_changes'), %s)"


class Kind(StrEnum):
    """What a change is by LINE's rules, which decides when it holds."""

    FIRST = "first"
    UPGRADE = "upgrade"
    LIMIT = "limit"
    DOWNGRADE = "downgrade"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Month:
    """What a month with so many messages costs by some terms."""

    terms: Terms
    messages: int

    @property
    def price(self) -> Price:
        return price_accepted(self.terms.tariff, 0, self.messages)

    @property
    def total(self) -> Decimal:
        """Fee and messages, before tax, not rounded."""
        return self.terms.tariff.monthly_fee + self.price.amount

    @property
    def room(self) -> int | None:
        """How many messages the plan leaves; None: no end that we know of."""
        return self.terms.room(self.messages)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What another plan would change, from which month on.

    `before` and `after` are of that month: the present one with what was sent so far; for a downgrade the
    next one, if it were like the present one so far. `replaces` is a change planned before, which goes.
    """

    kind: Kind
    holds_from: date
    plan: Plan
    additional_limit: int | None
    before: Month
    after: Month
    replaces: Subscription | None

    @property
    def difference(self) -> Decimal | None:
        """How much more the month costs; None if the present plan has no price."""
        return self.after.total - self.before.total if self.before.terms.plan else None

    @property
    def holds_at_once(self) -> bool:
        return self.kind is not Kind.DOWNGRADE


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan a client has, and the one it will have."""

    month: date
    present: Terms
    coming: Subscription | None

    @property
    def known(self) -> Terms | None:
        """The present terms; None while no plan is registered."""
        return self.present if self.present.plan else None


def standing(tenant_id: int, at: datetime) -> Standing:
    """Plan and coming plan at this moment."""
    month = months.month_of(at, months.zone_of(tenant_id))
    return Standing(month, plans.terms(tenant_id, month), Subscription.objects.coming(tenant_id, month))


def preview(tenant_id: int, plan: Plan, *, at: datetime, additional_limit: int | None = None) -> PlanChange:
    """What `change` would do, in money.

    Raises NoPrices if no price table of the plan holds this month, OtherCountry if the account is of another.
    """
    now = standing(tenant_id, at)
    present = Subscription.objects.in_force(tenant_id, now.month)
    wanted = Subscription(tenant_id=tenant_id, plan=plan, additional_limit=additional_limit)
    kind = _kind(now, present, wanted)
    month = _after(now.month) if kind is Kind.DOWNGRADE else now.month
    used = quota.status(tenant_id, at).used
    return PlanChange(
        kind=kind,
        holds_from=month,
        plan=plan,
        additional_limit=additional_limit,
        before=Month(plans.terms_of(present, tenant_id, month), used),
        after=Month(plans.terms_of(wanted, tenant_id, month), used),
        replaces=now.coming if kind in {Kind.UPGRADE, Kind.DOWNGRADE} else None,
    )


@transaction.atomic
def change(
    tenant_id: int, plan: Plan, *, at: datetime, additional_limit: int | None = None, by: User | None
) -> PlanChange:
    """Register another plan or limit from the month on that LINE's rules say; price that month again.

    A change planned for a coming month is replaced by another plan, and stays if only the limit is changed.
    The same plan and limit again change nothing. Raises NoPrices, OtherCountry.
    """
    _lock(tenant_id)
    found = preview(tenant_id, plan, at=at, additional_limit=additional_limit)
    if found.kind is Kind.NONE:
        return found
    if found.replaces:
        _planned(tenant_id, at).delete()
    subscription = Subscription.objects.create(
        tenant_id=tenant_id,
        plan=plan,
        valid_from=found.holds_from,
        additional_limit=additional_limit,
        created_by_id=getattr(by, "pk", None),
    )
    if found.holds_at_once:
        ledger.price_again(tenant_id, found.holds_from, reason=_("Change of the LINE plan"))
        board.call(quota.READING, tenant_id=tenant_id)  # the limit that LINE told last was the old plan's
    _record("plan.changed", subscription, by, kind=found.kind.value)
    return found


@transaction.atomic
def take_back(tenant_id: int, *, at: datetime, by: User | None) -> None:
    """Drop the change planned for a coming month; the present plan goes on. Raises NothingPlanned."""
    _lock(tenant_id)
    planned = list(_planned(tenant_id, at).select_related("plan"))
    if not planned:
        raise NothingPlanned
    for subscription in planned:
        _record("plan.change_taken_back", subscription, by)
        subscription.delete()


def _kind(now: Standing, present: Subscription | None, wanted: Subscription) -> Kind:
    new = plans.terms_of(wanted, wanted.tenant_id, now.month)
    if new.table is None:
        raise NoPrices(plan=wanted.plan.name)
    if present is None or now.present.table is None:
        return Kind.FIRST
    if present.plan.country != wanted.plan.country:
        raise OtherCountry(plan=wanted.plan.name)
    if present.plan_id == wanted.plan_id:
        return Kind.NONE if present.additional_limit == wanted.additional_limit else Kind.LIMIT
    return Kind.UPGRADE if new.table.rank > now.present.table.rank else Kind.DOWNGRADE


def _after(month: date) -> date:
    return months.span(month, months.HOME)[1].date()


def _planned(tenant_id: int, at: datetime) -> SubscriptionQuerySet:
    month = months.month_of(at, months.zone_of(tenant_id))
    return Subscription.objects.filter(tenant_id=tenant_id, valid_from__gt=month)


def _record(verb: str, subscription: Subscription, by: User | None, **more: object) -> None:
    told: dict[str, object] = {
        "plan": subscription.plan.code,
        "valid_from": str(subscription.valid_from),
        "additional_limit": subscription.additional_limit,
    }
    tenant = Tenant.objects.get(pk=subscription.tenant_id)
    activity.record(verb, subscription, by=by, of=tenant, **told, **more)


def _lock(tenant_id: int) -> None:
    """One change at a time for a client: two at once would both see the plan before."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [tenant_id])
