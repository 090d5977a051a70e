"""Links from a file, as another tool hands them over: one pair of customer and friend a row."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.paging import key
from customers.kinds import CUSTOMER
from friends import kinds as types
from imports.kinds import Column, Kind, Row, Unfit, Written
from linking import pairs
from linking.models import Link
from linking.pairs import Outcome, Pair

OWN = [
    CUSTOMER,
    Column(
        "line_user_id",
        gettext_lazy("LINE user ID"),
        known_as=("LINE ID", "UID", "LINEユーザーID", "line_uid", "user id", "userId"),
        help=gettext_lazy(
            "“U” and 32 of 0–9 and a–f. Of this account's provider: another provider's do not fit."
        ),
        example="U0123456789abcdef0123456789abcdef",
    ),
    Column(
        "friend",
        gettext_lazy("Number of the friend"),
        known_as=("友だち番号", "friend number", "friend id"),
        help=gettext_lazy("In place of the LINE user ID, as the export of friends has it."),
    ),
    Column(
        "linked_at",
        gettext_lazy("Linked since"),
        known_as=("連携日時", "連携日", "linked", "linked at"),
        help=gettext_lazy("Day or time, such as 2026-11-01 or 2026/11/1 9:30."),
        example="2026-11-01 09:30",
    ),
    Column(
        "consent",
        gettext_lazy("Text of the consent"),
        known_as=("同意文", "同意内容", "consent text"),
    ),
    Column(
        "consent_at",
        gettext_lazy("Agreed at"),
        known_as=("同意日時", "同意日", "consent at", "agreed"),
        help=gettext_lazy("Who has unlinked is linked again only by a row that is newer."),
    ),
]


class LinksKind(Kind):
    name = "links"
    label = gettext_lazy("ID links")
    help = gettext_lazy(
        "One row for each pair of customer and LINE user, such as another tool hands over. What contradicts "
        "a present link follows your settings; who has unlinked stays so."
    )
    permission = "linking.add_link"
    page = "id_links"
    outcomes = (
        ("linked", gettext_lazy("Linked")),
        ("unchanged", gettext_lazy("As before")),
        ("conflict", gettext_lazy("To decide")),
    )

    def columns(self) -> list[Column]:
        return OWN

    def read(self, cells: Mapping[str, str]) -> Row:
        row: Row = {"customer": cells["customer"]}
        if not row["customer"]:
            raise Unfit(_("The customer number is missing."), "customer")
        row["line_user_id"] = unicodedata.normalize("NFKC", cells.get("line_user_id", ""))
        row["friend"] = _number(cells.get("friend", ""))
        if not row["line_user_id"] and not row["friend"]:
            raise Unfit(_("Give a LINE user ID or a friend's number."), "line_user_id")
        row["consent"] = cells.get("consent", "")
        return row | {name: _moment(cells.get(name, ""), name) for name in ("linked_at", "consent_at")}

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        results = pairs.link_pairs([_pair(row) for _line, row in rows], method=Link.Method.IMPORT)
        written = Written(dict.fromkeys(("linked", "unchanged", "conflict"), 0))
        for (line, _row), result in zip(rows, results, strict=True):
            if result.outcome == Outcome.REFUSED:
                written.refused.append((line, result.reason))
            else:
                written.counts[result.outcome] += 1
        return written


def _pair(row: Row) -> Pair:
    return Pair(
        row["customer"],
        row["line_user_id"],
        row["friend"],
        linked_at=_read(row["linked_at"]),
        consent=row["consent"],
        consent_at=_read(row["consent_at"]),
    )


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


def _number(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return None
    if not 0 < (key(plain) or 0) < 2**31:
        raise Unfit(_("The number of a friend is a whole number such as 123."), "friend")
    return int(plain)


def _moment(text: str, column: str) -> str | None:
    """ISO 8601 with offset; a time without one is the client's."""
    if not text:
        return None
    at = types.moment(text)
    if at is None:
        raise Unfit(_("Not a time such as 2026-11-01 09:30."), column)
    return at.isoformat()
