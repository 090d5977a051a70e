"""What the pages of indicators show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from agency_figures.models import Light
from campaigns.models import Campaign
from costs.periods import Period
from costs.spending import Eyes
from planning import checks, purses, reading, standing, trees, windows, wording
from planning.metrics import registry
from planning.models import Kpi, Target
from planning.purses import Purse
from planning.standing import Book, Standing
from planning.windows import Window

ICONS = {Light.GREEN: "check", Light.YELLOW: "warning", Light.RED: "down", Light.GREY: "clock"}
BADGES = {Light.GREEN: "good", Light.YELLOW: "warn", Light.RED: "bad", Light.GREY: ""}


@dataclass
class Row:
    """One indicator in the tree, in words; `below` are the rows under it."""

    found: Standing
    name: str
    depth: int
    actual: str
    end: str
    band: str
    target: str
    expected: str
    typed: str
    responsible: str = ""
    basis: str = ""
    below: "list[Row]" = field(default_factory=list)

    @property
    def kpi(self) -> Kpi:
        return self.found.kpi

    @property
    def icon(self) -> str:
        return ICONS[self.found.light]

    @property
    def badge(self) -> str:
        return BADGES[self.found.light]

    @property
    def why(self) -> str:
        return str(self.found.why.label) if self.found.why else ""

    @property
    def reached(self) -> int:
        return int(self.found.reached or 0)

    @property
    def unit(self) -> str:
        return wording.unit_of(self.kpi)


def tree(eyes: Eyes, campaign: Campaign | None, window: Window, people: dict[int, str]) -> list[Row]:
    """All indicators from the top, in the order of the tree, with those below each."""
    kpis = list(Kpi.objects.of(campaign).select_related("campaign"))
    found = standing.of(eyes, kpis, window, campaign)
    return rows(eyes, found, kpis, window, people)


def rows(
    eyes: Eyes, found: Sequence[Standing], kpis: Sequence[Kpi], window: Window, people: dict[int, str]
) -> list[Row]:
    purse = purses.of(eyes.tenant.pk, window.month)
    by_kpi = {each.kpi.pk: each for each in found}
    told = bases(eyes, kpis, window, purse)
    made: list[Row] = []
    for kpi, depth in trees.ordered(kpis):
        row = row_of(by_kpi[kpi.pk], purse, depth)
        row.responsible = people.get(kpi.responsible_id or 0, "")
        row.basis = told.get(kpi.pk, "")
        made.append(row)
    parents = {row.kpi.pk: row for row in made}
    for row in made:
        if row.depth:
            parents[row.kpi.parent_id].below.append(row)  # type: ignore[index]
    return made


def row_of(found: Standing, purse: Purse, depth: int = 0) -> Row:
    def said(value: Decimal | None) -> str:
        return wording.of_standing(found, value, purse)

    told = found.forecast
    has_band = told.low is not None and told.high is not None and told.low != told.high
    return Row(
        found=found,
        name=wording.name(found.kpi),
        depth=depth,
        actual=said(told.actual),
        end=said(told.end),
        band=f"{said(told.low)} – {said(told.high)}" if has_band else "",
        target=said(found.target),
        expected=said(found.expected),
        typed=wording.typed(found.target, found.unit),
    )


def bases(eyes: Eyes, kpis: Iterable[Kpi], window: Window, purse: Purse) -> dict[int, str]:
    """How targets of the window's last month were reckoned, where they were proposed."""
    rows = Target.objects.filter(kpi__in=list(kpis), month=window.month).exclude(basis=None)
    factor = reading.factor(eyes, window.month)
    sees = reading.sees_cost(eyes)
    found = {}
    for row in rows.select_related("kpi"):
        metric = registry.get(row.kpi.metric)
        if metric and row.basis and (sees or not metric.shows_cost):
            found[row.kpi_id] = wording.basis(row.basis, metric, factor, purse)
    return found


@dataclass(frozen=True)
class Money:
    """Which currencies figures are in, and how many orders are in none of them: these are in no sum."""

    purse: Purse
    apart: int


def money(eyes: Eyes, campaign: Campaign | None, window: Window) -> Money | None:
    """None where there is only one currency, as nearly everywhere."""
    code = "orders_apart" if campaign else "shop_orders_apart"
    if campaign:
        days = reading.of_campaigns(eyes, [campaign.pk], [code], window.period).get(campaign.pk, {})
    else:
        days = reading.of_client(eyes, [code], window.period)
    found = Money(purses.of(eyes.tenant.pk, window.month), int(sum(days.get(code, {}).values())))
    return found if found.apart or not found.purse.is_one else None


def contradictions(found: Iterable[Standing], purse: Purse) -> list[str]:
    """Where targets do not agree with each other, in words."""
    said = []
    for each in checks.contradictions(list(found)):
        said.append(
            _(
                "%(whole)s: %(whole_target)s × %(rate)s: %(rate_target)s gives %(gives)s for “%(part)s”, "
                "not %(target)s."
            )
            % {
                "whole": each.whole.label,
                "whole_target": wording.of_metric(each.whole, each.whole_target, purse),
                "rate": each.rate.label,
                "rate_target": wording.of_metric(each.rate, each.rate_target, purse),
                "gives": wording.of_metric(each.part, each.gives, purse),
                "part": each.part.label,
                "target": wording.of_metric(each.part, each.part_target, purse),
            }
        )
    return said


@dataclass(frozen=True)
class BoardRow:
    """A campaign on the board: its first indicator, and how many lights it has of each colour."""

    campaign: Campaign
    window: Window
    main: Row | None
    lights: list[tuple[Light, str, int]]
    responsible: str


def board(eyes: Eyes, campaigns: Sequence[Campaign], today: date, people: dict[int, str]) -> list[BoardRow]:
    """In a constant number of queries, of what is stored."""
    kpis = list(Kpi.objects.filter(campaign__in=campaigns, removed_at=None).order_by("position", "pk"))
    whole = Window(Period(today.replace(day=1), Period.of_month(today.replace(day=1)).last), "")
    spans = {each.pk: windows.of(each, "", today) for each in campaigns}
    shown = [each for each in campaigns if spans[each.pk].period.last >= whole.period.first]
    first = min((spans[each.pk].period.first for each in shown), default=whole.period.first)
    last = max((spans[each.pk].period.last for each in shown), default=whole.period.last)
    book = Book(eyes, Window(Period(first, last), ""), kpis, shown) if kpis else None
    purse = purses.of(eyes.tenant.pk, today.replace(day=1))
    found = []
    for campaign in campaigns:
        own = [kpi for kpi in kpis if kpi.campaign_id == campaign.pk]
        told = (
            standing.of(eyes, own, spans[campaign.pk], campaign, book)
            if book and own and campaign in shown
            else []
        )
        found.append(_board_row(campaign, spans[campaign.pk], own, told, purse, people))
    return found


def _board_row(
    campaign: Campaign,
    window: Window,
    kpis: Sequence[Kpi],
    told: Sequence[Standing],
    purse: Purse,
    people: dict[int, str],
) -> BoardRow:
    first = next((kpi.pk for kpi, _depth in trees.ordered(kpis)), None)
    main = next((row_of(each, purse) for each in told if each.kpi.pk == first), None)
    counts = [(light, BADGES[light], sum(each.light == light for each in told)) for light in Light]
    lights = [each for each in counts if each[2]]
    return BoardRow(campaign, window, main, lights, people.get(campaign.responsible_id or 0, ""))


def lights(found: Iterable[Standing]) -> list[tuple[Light, str, int]]:
    """How many of each colour, those that need attention first."""
    listed = list(found)
    order = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    counts = [(light, BADGES[light], sum(each.light == light for each in listed)) for light in order]
    return [each for each in counts if each[2]]


def named(users: Iterable[User]) -> dict[int, str]:
    return {user.pk: user.name or user.email for user in users}
