"""Ad costs in a file, such as an ad system exports them: one row for a route and a stretch of days."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AppError
from friends import kinds as types
from imports.kinds import Column, Kind, Row, Unfit, Written
from routes import costs
from routes.costs import Books, NewCost
from routes.models import AdCost, Route

YEN = re.compile(r"[¥￥\\]|円$|JPY", re.IGNORECASE)
WIDE = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
TEXTS = ("medium", "campaign", "key")
COUNTS = ("impressions", "clicks")


class AdCosts(Kind):
    name = "ad_costs"
    label = gettext_lazy("Ad costs")
    help = gettext_lazy(
        "One row for each route and period: what was paid, in yen without consumption tax. The same row "
        "again changes nothing; another amount for the same days replaces it."
    )
    permission = "routes.add_adcost"
    outcomes = (
        ("created", gettext_lazy("New")),
        ("updated", gettext_lazy("Changed")),
        ("unchanged", gettext_lazy("As before")),
    )

    def columns(self) -> list[Column]:
        return [
            Column(
                "route",
                gettext_lazy("Route"),
                True,
                ("route", "経路", "友だち追加経路", "流入経路", "route code", "コード"),
                gettext_lazy("Its code, or its name if no other has the same."),
            ),
            Column(
                "from_on",
                gettext_lazy("First day"),
                True,
                ("from", "date", "day", "start", "開始日", "日付", "日", "期間開始"),
                gettext_lazy("Such as 2026-11-01 or 2026/11/1."),
            ),
            Column(
                "to_on",
                gettext_lazy("Last day"),
                known_as=("to", "end", "終了日", "期間終了"),
                help=gettext_lazy("Empty: the cost is of one day."),
            ),
            Column(
                "amount",
                gettext_lazy("Cost"),
                True,
                ("cost", "amount", "spend", "費用", "広告費", "ご利用金額", "利用金額", "消化金額", "金額"),
                gettext_lazy("Yen, without consumption tax."),
            ),
            Column("medium", gettext_lazy("Medium"), known_as=("medium", "utm_medium", "媒体", "メディア")),
            Column(
                "campaign",
                gettext_lazy("Campaign"),
                known_as=("campaign", "utm_campaign", "キャンペーン", "キャンペーン名"),
            ),
            Column(
                "impressions",
                gettext_lazy("Impressions"),
                known_as=("impressions", "imp", "表示回数", "インプレッション"),
            ),
            Column("clicks", gettext_lazy("Clicks"), known_as=("clicks", "クリック", "クリック数")),
            Column(
                "key",
                gettext_lazy("Sender's key"),
                known_as=("key", "id"),
                help=gettext_lazy(
                    "Your own id of the row: a row with the same one replaces it, also on other days."
                ),
            ),
        ]

    def read(self, cells: Mapping[str, str]) -> Row:
        row: Row = {"route": cells["route"], "from_on": _day(cells["from_on"], "from_on")}
        row["to_on"] = _day(cells["to_on"], "to_on") if cells.get("to_on") else row["from_on"]
        row["amount"] = str(_amount(cells["amount"]))
        row |= {name: cells.get(name, "") for name in TEXTS}
        row |= {name: _count(cells.get(name, ""), name) for name in COUNTS}
        try:
            costs.check(_cost(row, Route()))
        except AppError as error:
            raise Unfit(error.message) from None
        return row

    def key(self, row: Row) -> str:
        line = [row[name] for name in ("route", "from_on", "to_on", "medium", "campaign")]
        return row["key"] or "\t".join(line).casefold()

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        named = _routes({row["route"] for _line, row in rows})
        written = Written({name: 0 for name, _label in self.outcomes})
        books = Books(AdCost.Source.FILE, None, [route.pk for each in named.values() for route in each])
        for line, row in rows:
            try:
                _put, outcome = books.put(_cost(row, _the_one(named[row["route"]], row["route"])))
                written.counts[outcome] += 1
            except Unfit as error:
                written.refused.append((line, error.reason))
            except AppError as error:
                written.refused.append((line, error.message))
        return written


def _cost(row: Row, route: Route) -> NewCost:
    return NewCost(
        route=route,
        from_on=date.fromisoformat(row["from_on"]),
        to_on=date.fromisoformat(row["to_on"]),
        amount=Decimal(row["amount"]),
        medium=row["medium"],
        campaign=row["campaign"],
        impressions=row["impressions"],
        clicks=row["clicks"],
        key=row["key"] or None,
    )


def _routes(words: set[str]) -> dict[str, list[Route]]:
    """For each word, the route of this code or else those of this name."""
    by_code = {route.code: route for route in Route.objects.filter(code__in={word.lower() for word in words})}
    by_name: dict[str, list[Route]] = {}
    for route in Route.objects.filter(name__in=words):
        by_name.setdefault(route.name, []).append(route)
    return {
        word: [by_code[word.lower()]] if word.lower() in by_code else by_name.get(word, []) for word in words
    }


def _the_one(routes: list[Route], word: str) -> Route:
    if not routes:
        raise Unfit(_("No route has the code or name “%(name)s”.") % {"name": word}, "route")
    if len(routes) > 1:
        raise Unfit(_("Several routes are called “%(name)s”: give the code.") % {"name": word}, "route")
    return routes[0]


def _day(text: str, column: str) -> str:
    if found := types.day(text):
        return found.isoformat()
    raise Unfit(_("“%(text)s” is no day. Write it such as 2026-11-01.") % {"text": text}, column)


def _amount(text: str) -> Decimal:
    plain = YEN.sub("", text.translate(WIDE)).replace(",", "").strip()
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Unfit(_("“%(text)s” is no amount in yen.") % {"text": text}, "amount") from None


def _count(text: str, column: str) -> int | None:
    plain = text.translate(WIDE).replace(",", "")
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", plain):
        raise Unfit(_("“%(text)s” is no whole number.") % {"text": text}, column)
    return int(plain)
