"""Consents to ads from a file, as a shop or a form hands them over."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adplatforms.consenting import consents
from adplatforms.consenting.consents import Statement
from customers import numbers
from imports.kinds import Column, Kind, Row, Written
from scenarios.mails.kinds import agreed, begins

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
        gettext_lazy("Agreed to ads"),
        is_required=True,
        known_as=("広告同意", "広告利用同意", "広告配信", "第三者提供", "consent", "ad consent", "opt-in"),
        help=gettext_lazy("Yes or no, 1 or 0, ○ or ×."),
        example="○",
    ),
    Column(
        "on",
        gettext_lazy("Said on"),
        known_as=("同意日", "同意日時", "登録日", "consent date", "agreed on"),
        help=gettext_lazy("Who has withdrawn agrees again only by a yes with a later day."),
        example="2026-11-01",
    ),
    Column(
        "source",
        gettext_lazy("Where they were asked"),
        known_as=("取得元", "同意元", "source", "note"),
        example="会員登録フォーム",
    ),
    Column(
        "proof",
        gettext_lazy("Proof of it"),
        known_as=("証跡", "同意文言", "規約版", "proof", "terms version"),
        help=gettext_lazy("Where it can be looked up, such as the version of the terms."),
        example="規約 2026-04",
    ),
]


class AdConsentsKind(Kind):
    name = "ad_consents"
    label = gettext_lazy("Consents to ads")
    help = gettext_lazy(
        "One row for each customer who was asked whether ad platforms may be told of them, by hashes of "
        "e-mail and phone. Who has withdrawn stays so, unless a row says that they agreed later."
    )
    permission = "adplatforms.change_adconsent"
    page = "customers"
    outcomes = (("changed", gettext_lazy("Changed")), ("unchanged", gettext_lazy("As before")))

    def columns(self) -> list[Column]:
        return OWN

    def read(self, cells: Mapping[str, str]) -> Row:
        return {
            "customer": unicodedata.normalize("NFKC", cells["customer"]),
            "agreed": agreed(cells["agreed"]),
            "at": begins(cells.get("on", "")),
            "source": cells.get("source", "")[:200],
            "proof": cells.get("proof", "")[:200],
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
        told = [_statement(known[row["customer"]], row) for _line, row in rows if row["customer"] in known]
        changed = consents.take_in(told, how=consents.How.IMPORT)
        return Written({"changed": changed, "unchanged": len(told) - changed}, refused)


def _statement(customer_id: int, row: Row) -> Statement:
    at = datetime.fromisoformat(row["at"]) if row["at"] else None
    return Statement(customer_id, row["agreed"], at, row["source"], row["proof"])
