"""All clients of an agency beside each other: figures of a month, their lights, how far apart they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.models import Tenant
from agency_figures import figures
from agency_figures.figures import Figure
from agency_figures.models import ClientFigure, Light, Prices

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

VIEW = "agency_figures.view_clientfigure"
VIEW_COST, VIEW_NET = "billing.view_ledgerentry", "contracts.view_net"
SHOWN = ("friends", "block_rate", "link_rate", "messages", "click_rate", "revenue", "roas", "cost")
MOST_CODES = 12
NAME, ATTENTION = "name", ""
SAME = Decimal("0.01")  # by less than this part of itself a figure has not changed
WORST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. `sort`: a code, after a minus the least first; `name`; empty: who needs attention.

    `light` and `responsible` keep clients of which one of the figures shown has it.
    """

    month: date
    codes: tuple[str, ...] = SHOWN
    sort: str = ATTENTION
    light: str = ""
    responsible: int | None = None
    words: str = ""

    @property
    def before(self) -> date:
        return (self.month - timedelta(days=1)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one client. `before` is what it came to in the month before."""

    figure: Figure
    row: ClientFigure
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """What the end will be more than the month before: of shares in points, else as a part of it."""
        end = self.row.value if self.row.end is None else self.row.end
        if end is None or self.before is None:
            return None
        if self.figure.unit == "share":
            return end - self.before
        return (end - self.before) / abs(self.before) if self.before else None

    @property
    def trend(self) -> str:
        """up, down, same; empty where there is nothing to compare with."""
        if self.change is None or self.before is None:
            return ""
        scale = max(abs(self.before), SAME) if self.figure.unit == "share" else Decimal(1)
        if abs(self.change) < SAME * scale:
            return "same"
        return "up" if self.change > 0 else "down"

    @property
    def is_better(self) -> bool:
        return (self.trend == "up") == self.figure.is_up


@dataclass(frozen=True, slots=True)
class Client:
    """A client with the cells that it has, by code."""

    tenant: Tenant
    cells: dict[str, Cell]

    def count(self, light: str) -> int:
        return sum(cell.row.light == light for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Spread:
    """How far clients are apart in one figure, in one currency: the quarters of them, and every one."""

    figure: Figure
    currency: str
    values: list[Decimal]

    @property
    def quarters(self) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
        """The least, a quarter, the middle, three quarters, the most."""
        if len(self.values) == 1:
            return (self.values[0],) * 5
        low, middle, high = quantiles(self.values, n=4, method="inclusive")
        return self.values[0], low, middle, high, self.values[-1]


@dataclass(frozen=True, slots=True)
class Board:
    """`clients` are those that are kept, in order, of `all_count`; spreads are of those kept."""

    asked: Asked
    figures: list[Figure]
    clients: list[Client]
    all_count: int
    lights: list[tuple[Light, int]]
    spreads: list[Spread]


def clients_of(user: "User | AnonymousUser") -> QuerySet[Tenant]:
    return Tenant.objects.allowing(user, VIEW).order_by("name", "pk")


def seen_by(user: "User | AnonymousUser") -> QuerySet[ClientFigure]:
    """Figures as this person may see them: of cost in LINE's, in the client's prices, or not at all."""
    seeing = Tenant.objects.allowing(user, VIEW_COST).order_by().values("pk")
    net = Tenant.objects.allowing(user, VIEW_NET).order_by().values("pk")
    shown = Q(prices=Prices.NET, tenant__in=net) | Q(prices=Prices.CLIENT) & ~Q(tenant__in=net)
    return ClientFigure.objects.visible_to(user).filter(Q(prices=Prices.NONE) | shown & Q(tenant__in=seeing))


def of(tenants: QuerySet[Tenant], seen: QuerySet[ClientFigure], asked: Asked) -> Board:
    """In two queries, however many clients there are."""
    if asked.words:
        tenants = tenants.filter(Q(name__icontains=asked.words) | Q(slug__icontains=asked.words))
    shown = [figure for code in asked.codes if (figure := figures.get(code))]
    now: dict[int, dict[str, ClientFigure]] = {}
    before: dict[tuple[int, str], Decimal | None] = {}
    rows = seen.filter(tenant__in=tenants.order_by().values("pk"), metric__in=[each.code for each in shown])
    rows = rows.filter(month__in=[asked.month, asked.before])
    for row in rows.order_by():
        if row.month == asked.month:
            now.setdefault(row.tenant_id, {})[row.metric] = row
        else:
            before[row.tenant_id, row.metric] = row.value
    everyone = [_client(tenant, now.get(tenant.pk, {}), before, shown) for tenant in tenants]
    kept = [client for client in everyone if _is_kept(client, asked)]
    return Board(
        asked=asked,
        figures=shown,
        clients=_ordered(kept, asked.sort),
        all_count=len(everyone),
        lights=[(light, count) for light in WORST if (count := _having(everyone, light))],
        spreads=[spread for figure in shown for spread in _spreads(figure, kept)],
    )


def responsible_of(seen: QuerySet[ClientFigure], month: date) -> list[int]:
    """Who is responsible for a figure of any client in this month."""
    rows = seen.filter(month=month).exclude(responsible_id=None).order_by()
    found = rows.values_list("responsible_id", flat=True).distinct()
    return [each for each in found if each is not None]


def _client(
    tenant: Tenant,
    rows: dict[str, ClientFigure],
    before: dict[tuple[int, str], Decimal | None],
    shown: Iterable[Figure],
) -> Client:
    cells = {
        each.code: Cell(each, rows[each.code], before.get((tenant.pk, each.code)))
        for each in shown
        if each.code in rows
    }
    return Client(tenant, cells)


def _is_kept(client: Client, asked: Asked) -> bool:
    cells = client.cells.values()
    if asked.light and not any(cell.row.light == asked.light for cell in cells):
        return False
    return asked.responsible is None or any(cell.row.responsible_id == asked.responsible for cell in cells)


def _ordered(clients: list[Client], sort: str) -> list[Client]:
    """What is not known comes last, by name, which they are in already."""
    code = sort.removeprefix("-")
    if code == NAME:
        return clients[::-1] if sort.startswith("-") else clients
    if code == ATTENTION:
        return sorted(clients, key=lambda client: [-client.count(light) for light in WORST[:2]])
    known = [client for client in clients if _value(client, code) is not None]
    unknown = [client for client in clients if _value(client, code) is None]
    known.sort(key=lambda client: _value(client, code) or Decimal(0), reverse=not sort.startswith("-"))
    return known + unknown


def _value(client: Client, code: str) -> Decimal | None:
    cell = client.cells.get(code)
    return cell.row.value if cell else None


def _having(clients: Sequence[Client], light: Light) -> int:
    return sum(bool(client.count(light)) for client in clients)


def _spreads(figure: Figure, clients: Iterable[Client]) -> list[Spread]:
    by_currency: dict[str, list[Decimal]] = {}
    for client in clients:
        value, cell = _value(client, figure.code), client.cells.get(figure.code)
        if value is not None and cell:
            by_currency.setdefault(cell.row.currency, []).append(value)
    return [Spread(figure, currency, sorted(values)) for currency, values in sorted(by_currency.items())]
