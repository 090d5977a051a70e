"""By which routes friends came, and how far people got on the way to a link with their customer account."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invitations import funnels
from invitations import words as entry_words
from invitations.models import EntryPoint, LinkDay
from reports import blocks
from reports.blocks import Chart, Column, Section, Series, Table, Tile, Tiles
from reports.scope import DAY, Scope, text_of
from reports.sections.told import Told
from reports.writing import number, share
from routes import returns
from routes.models import AdCost

ROUTES, ROUTES_TITLE = "routes", gettext_lazy("Acquisition routes")
FUNNEL, FUNNEL_TITLE = "funnel", gettext_lazy("ID link funnel")
MOST_ROUTES = 30
DRAWN = 10


def gather_routes(scope: Scope) -> dict | None:
    """The dearest first, as the page of returns has them; costs and revenue are in yen."""
    found = returns.of_period(scope.period.first, scope.period.last)
    if scope.campaign:
        found = [row for row in found if f"route:{row[0].pk}" in scope.owners]
    if not found:
        return None
    rows = [
        {
            "name": route.name,
            "cost": text_of(each.cost),
            "new": each.new,
            "linked": each.linked,
            "buyers": each.buyers,
            "revenue": text_of(each.revenue),
            "each": text_of(each.cost_per_friend),
        }
        for route, each in found[:MOST_ROUTES]
    ]
    together = returns.total(each for _route, each in found)
    whole = {"cost": text_of(together.cost), "new": together.new, "each": text_of(together.cost_per_friend)}
    return {
        "rows": rows,
        "total": whole,
        "left": max(0, len(found) - MOST_ROUTES),
        "currency": AdCost.CURRENCY,
    }


def show_routes(data: dict, told: Told) -> Section:
    """Amounts in another currency than the report's are plain numbers with their currency above."""
    is_ours = data["currency"] == told.hand.currency
    money, each, sign = (
        (blocks.MONEY, blocks.EACH, "") if is_ours else (blocks.COUNT, blocks.COUNT, f" ({data['currency']})")
    )
    columns = [
        Column(_("Route"), blocks.TEXT, 3),
        Column(_("New friends")),
        Column(_("Linked")),
        Column(_("Buyers")),
        Column(f"{_('Revenue')}{sign}", money, 1.3),
        Column(f"{_('Ad cost')}{sign}", money, 1.3),
        Column(f"{_('Per friend')}{sign}", each, 1.2),
    ]
    rows = [
        [
            row["name"],
            *(row[key] for key in ("new", "linked", "buyers")),
            *(number(row[key]) for key in ("revenue", "cost", "each")),
        ]
        for row in data["rows"]
    ]
    total = data["total"]
    foot = [_("Total"), total["new"], None, None, None, number(total["cost"]), number(total["each"])]
    found: list[blocks.Block] = [Table(columns, rows, foot=foot)]
    drawn = sorted((row for row in data["rows"] if row["new"]), key=lambda row: -row["new"])[:DRAWN]
    if len(drawn) > 1:
        series = Series(_("New friends"), [row["new"] for row in drawn])
        found.insert(
            0,
            Chart(
                _("Which routes brought the most friends?"),
                [row["name"] for row in drawn],
                [series],
                is_bars=True,
            ),
        )
    if data["left"]:
        found.append(
            blocks.Paragraphs([_("Routes that are not listed: %(count)s") % {"count": data["left"]}], True)
        )
    best = drawn[0] if drawn else None
    words = {"name": best["name"], "count": told.hand.written(best["new"], blocks.COUNT)} if best else {}
    lead = _("Most new friends came by “%(name)s”: %(count)s.") % words if best else ""
    return Section(ROUTES, str(ROUTES_TITLE), found, lead)


def gather_funnel(scope: Scope) -> dict | None:
    """Every entry point at which anything happened, and the link rate at the beginning and the end."""
    period = scope.period
    points = list(EntryPoint.objects.all())
    names = {each.code: each.name for each in points}
    steps = funnels.by_entry(funnels.of_period(period.first, period.last), points)
    rows = [
        {
            "code": code,
            "name": names.get(code, ""),
            "views": each.views,
            "starts": each.starts,
            "links": each.completions,
            "over": each.over,
            "stayed": each.stayed,
        }
        for code, each in steps.items()
        if each.views or each.starts or each.completions
    ]
    rates = {row.day: row for row in LinkDay.objects.filter(day__in=[period.first - DAY, period.last])}
    if not rows and not rates:
        return None
    return {
        "rows": sorted(rows, key=lambda row: -row["links"]),
        "began": _rate(rates.get(period.first - DAY)),
        "ended": _rate(rates.get(period.last)),
    }


def _rate(day: LinkDay | None) -> dict | None:
    return {"linked": day.linked_friends, "friends": day.friends} if day else None


def show_funnel(data: dict, told: Told) -> Section:
    tiles = []
    for key, label in (("began", _("Link rate at the beginning")), ("ended", _("Link rate at the end"))):
        if rate := data[key]:
            of = {key: told.hand.written(rate[key], blocks.COUNT) for key in ("linked", "friends")}
            note = _("%(linked)s of %(friends)s friends") % of
            tiles.append(Tile(label, share(rate["linked"], rate["friends"]), blocks.SHARE, note))
    made = sum(row["links"] for row in data["rows"])
    tiles.append(Tile(_("New ID links"), made))
    columns = [
        Column(_("Entry point"), blocks.TEXT, 3),
        Column(_("Views")),
        Column(_("Started")),
        Column(_("Linked")),
        Column(_("Of those who started"), blocks.SHARE, 1.2),
        Column(_("Still linked after 30 days"), blocks.SHARE, 1.4),
    ]
    rows = [
        [
            _name(row),
            row["views"],
            row["starts"],
            row["links"],
            share(row["links"], row["starts"]),
            share(row["stayed"], row["over"]),
        ]
        for row in data["rows"]
    ]
    found: list[blocks.Block] = [Tiles(tiles)]
    if rows:
        found.append(Table(columns, rows))
    words = {"count": told.hand.written(made, blocks.COUNT)}
    return Section(
        FUNNEL, str(FUNNEL_TITLE), found, _("%(count)s friends linked their customer account.") % words
    )


def _name(row: dict) -> str:
    return row["name"] or str(entry_words.NAMES.get(row["code"], row["code"] or _("Without an entry point")))
