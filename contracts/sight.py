"""Which of the two a reader sees: LINE's cost, or only what the client pays for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from accounts.models import Tenant, User
from contracts.markup import NO_CONTRACT, NOTHING, Terms
from contracts.models import Contract

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Priced(Protocol):
    """What has a price: sums of the ledger, an entry of it, a forecast's price. `amount` is net."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def messages(self) -> int: ...
    @property
    def paid_count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """How one reader sees the amounts of one client's month.

    Unit prices, brackets, fees and savings of plans are LINE's own: show them only where `shows_net`.
    """

    shows_net: bool
    terms: Terms = NO_CONTRACT

    @property
    def label(self) -> str:
        """What such an amount is called."""
        return _("Cost") if self.shows_net else _("Price")

    @property
    def charges_free(self) -> bool:
        """Whether this reader pays for messages that are free at LINE."""
        return not (self.shows_net or self.terms.has_net) and self.terms.charges_free_messages

    def of(self, priced: Priced) -> Decimal:
        """What this reader sees for it.

        Notification messages in it, which have a price of their own, stand apart as `notice_amount`, and the
        counts without them as `plan_messages` and `plan_paid_count`.
        """
        notices = getattr(priced, "notice_amount", NOTHING)
        messages = getattr(priced, "plan_messages", priced.messages)
        paid = getattr(priced, "plan_paid_count", priced.paid_count)
        return self.amount(priced.amount - notices, messages=messages, paid=paid) + self.cost(notices)

    def amount(self, net: Decimal, *, messages: int, paid: int) -> Decimal:
        """What this reader sees for messages that cost `net`: exact, not rounded, without the minimum."""
        return net if self.shows_net else self.terms.gross(net, messages=messages, paid=paid)

    def cost(self, net: Decimal) -> Decimal:
        """Likewise for what is not counted in messages of the plan, such as notification messages."""
        return net if self.shows_net else self.terms.gross_of_cost(net)

    def fee(self, net: Decimal) -> Decimal:
        """Likewise for the monthly fee of LINE's plan; 0 for a reader whose contract does not pass it on."""
        if self.shows_net:
            return net
        is_borne = self.terms.passes_monthly_fee or self.terms.client_pays_line
        return self.terms.gross_of_cost(net) if is_borne else NOTHING

    def month(self, net: Decimal, *, messages: int, paid: int) -> Decimal:
        """What the messages of a whole month cost: for who sees gross rounded, and at least the minimum."""
        return net if self.shows_net else self.terms.month_gross(net, messages=messages, paid=paid)

    @property
    def has_limits(self) -> bool:
        """Whether limits in money mean something to this reader: with a price per message they do not."""
        return self.shows_net or self.terms.has_net

    def limit(self, net: Decimal) -> Decimal | None:
        """A limit or budget of net as this reader sees it; None with a price per message, which has none."""
        if self.shows_net:
            return net
        return self.terms.gross_of_cost(net) if self.terms.has_net else None

    def as_net(self, shown: Decimal) -> Decimal | None:
        """The net of an amount that this reader typed in; None with a price per message, which has none."""
        return shown if self.shows_net else self.terms.net(shown)


SightOf = Callable[[date], Sight]
VIEW_COST = "billing.view_ledgerentry"
VIEW_NET = "contracts.view_net"
NET = Sight(shows_net=True)


def of(user: "User | AnonymousUser", tenant: Tenant | int, month: date) -> Sight:
    """How this user sees what the client's messages of a month cost, by the contract of that month.

    Whoever holds `contracts.view_net` in that client sees net, and so does everybody where nothing is agreed.
    In the client's own schema one query as long as the user object lives, none for who holds the right.
    """
    tenant_id = tenant if isinstance(tenant, int) else tenant.pk
    if _may_see_net(user, tenant_id):
        return NET
    return by_contract(_contracts(user, tenant_id), month)


def present(user: "User | AnonymousUser", tenant: Tenant | int) -> Sight | None:
    """How this user sees amounts by the present month's contract; None if they may see no cost at all."""
    if not user.has_perm(VIEW_COST):
        return None
    return of(user, tenant, timezone.localdate().replace(day=1))


def by_month(user: "User | AnonymousUser", tenant: Tenant | int) -> SightOf:
    """How this user sees each month of the client, to hand to what lists sends of several months."""
    return lambda month: of(user, tenant, month)


def always_net(user: "User | AnonymousUser", tenant: Tenant | int) -> bool:
    """Whether this user sees net in every month of the client: for what names none, such as a price list."""
    tenant_id = tenant if isinstance(tenant, int) else tenant.pk
    if _may_see_net(user, tenant_id):
        return True
    return all(each.shows == Contract.Shows.NET for each in _contracts(user, tenant_id))


def by_contract(contracts: list[Contract], month: date) -> Sight:
    """How the client itself sees the month; of contracts the newest first."""
    begun = (contract for contract in contracts if contract.valid_from <= month)
    contract = next(begun, None)
    if contract is None or contract.shows == Contract.Shows.NET:
        return replace(NET, terms=contract.prices) if contract else NET
    return Sight(shows_net=False, terms=contract.prices)


def _may_see_net(user: "User | AnonymousUser", tenant_id: int) -> bool:
    """By the rights in that client, also in the console: elsewhere the user may have others.

    Raises ValueError in another client's schema, where its contracts are out of sight.
    """
    inside = current.tenant_or_none()
    if inside and inside.pk != tenant_id:
        raise ValueError("amounts of one client are not seen from within another")
    if inside:
        return user.has_perm(VIEW_NET)
    return Tenant.objects.allowing(user, VIEW_NET).filter(pk=tenant_id).exists()


def _contracts(user: "User | AnonymousUser", tenant_id: int) -> list[Contract]:
    kept = user.__dict__.setdefault("_contracts", {})
    if tenant_id not in kept:
        rows = Contract.objects.filter(tenant=tenant_id)
        kept[tenant_id] = list(rows.order_by("-valid_from"))
    return kept[tenant_id]
