"""Consents to mails from a file, as a shop or a form hands them over."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from customers import numbers
from friends.kinds import read_day
from imports.kinds import Column, Kind, Row, Unfit, Written
from scenarios.mails import consents
from scenarios.mails.consents import Statement

YES = {
    "1",
    "yes",
    "y",
    "true",
    "はい",
    "同意",
    "同意する",
    "許諾",
    "許可",
    "希望",
    "希望する",
    "可",
    "する",
    "○",
    "◯",
}
NO = {"0", "no", "n", "false", "いいえ", "拒否", "不同意", "不可", "希望しない", "停止", "しない", "×", "✕"}
OWN = [
    Column(
        "customer",
        gettext_lazy("Customer number"),
        is_required=True,
        known_as=("会員番号", "会員ID", "顧客ID", "顧客番号", "customer_id", "customer number", "member id"),
        help=gettext_lazy("Of a customer who is here already: import customers first."),
        example="A-100",
    ),
    Column(
        "agreed",
        gettext_lazy("Agreed to mails"),
        is_required=True,
        known_as=("メール同意", "メール配信", "メルマガ", "メール許諾", "consent", "opt-in", "subscribed"),
        help=gettext_lazy("Yes or no, 1 or 0, ○ or ×."),
        example="○",
    ),
    Column(
        "on",
        gettext_lazy("Said on"),
        known_as=("同意日", "同意日時", "登録日", "consent date", "agreed on"),
        help=gettext_lazy("Who wants no mails any more gets them again only by a yes with a later day."),
        example="2026-11-01",
    ),
    Column(
        "note",
        gettext_lazy("Where they were asked"),
        known_as=("取得元", "同意元", "source", "note"),
        example="会員登録フォーム",
    ),
]


class MailConsentsKind(Kind):
    name = "mail_consents"
    label = gettext_lazy("Consents to mails")
    help = gettext_lazy(
        "One row for each customer who was asked whether they want mails. Only who agreed gets mails of "
        "scenarios; who has unsubscribed stays so, unless a row says that they agreed later."
    )
    permission = "scenarios.change_mailconsent"
    page = "customers"
    outcomes = (("changed", gettext_lazy("Changed")), ("unchanged", gettext_lazy("As before")))

    def columns(self) -> list[Column]:
        return OWN

    def read(self, cells: Mapping[str, str]) -> Row:
        return {
            "customer": unicodedata.normalize("NFKC", cells["customer"]),
            "agreed": agreed(cells["agreed"]),
            "at": begins(cells.get("on", "")),
            "note": cells.get("note", "")[:200],
        }

    def key(self, row: Row) -> str:
        return row["customer"]

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of the numbers that are customers."""
        return set(numbers.find(keys))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        known = numbers.find([row["customer"] for _line, row in rows])
        unknown = _("There is no customer with this number.")
        refused = [(line, unknown) for line, row in rows if row["customer"] not in known]
        told = [
            Statement(known[row["customer"]], row["agreed"], _read(row["at"]), row["note"])
            for _line, row in rows
            if row["customer"] in known
        ]
        changed = consents.take_in(told, how=consents.How.IMPORT)
        return Written({"changed": changed, "unchanged": len(told) - changed}, refused)


def agreed(cell: str) -> bool:
    """Whether the cell says yes. Raises Unfit, naming the column `agreed`."""
    plain = unicodedata.normalize("NFKC", cell).strip().lower()
    if plain not in YES | NO:
        raise Unfit(_("Yes or no is needed, such as 1 or 0."), "agreed")
    return plain in YES


def begins(cell: str) -> str | None:
    """When that day begins by the client's clock; None if the cell is empty. Raises Unfit, naming `on`."""
    if not cell:
        return None
    found = read_day(unicodedata.normalize("NFKC", cell).replace("T", " ").partition(" ")[0])
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise Unfit(_("Not a day such as 2026-11-01."), "on")
    return datetime.combine(day, time.min, ZoneInfo(current.tenant().time_zone)).isoformat()


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
