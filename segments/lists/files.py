"""Friends of lists in a file: one row for each, by LINE user ID or by the customer they are."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AppError
from friends.models.friend import is_line_user_id
from imports import sheets
from imports.kinds import Column, Kind, Row, Unfit, Written
from segments.lists import commands as lists
from segments.lists.pasting import Means, resolve
from segments.models import FriendList

NAME = "friend_list"
LONGEST_NUMBER = 100
LIST = gettext_lazy("Name of the list")


class FriendListKind(Kind):
    name = NAME
    label = gettext_lazy("Lists of friends")
    help = gettext_lazy(
        "One row for each friend, with the LINE user ID or the customer number. A list of a new name is made."
        " Who is on the list already stays; nobody is taken off."
    )
    permission = "segments.change_friendlist"
    page = "friend_lists"
    outcomes = (
        ("added", gettext_lazy("Put on the list")),
        ("unchanged", gettext_lazy("On it already")),
        ("lists", gettext_lazy("New lists")),
    )

    def columns(self) -> list[Column]:
        return [
            Column(
                "list",
                LIST,
                True,
                ("list", "list name", "リスト", "リスト名"),
                gettext_lazy("On a list’s own page you need no such column."),
                _("VIP"),
            ),
            Column(
                "line_user_id",
                gettext_lazy("LINE user ID"),
                known_as=("user id", "userid", "uid", "LINEユーザーID", "LINE ID", "ユーザーID"),
                help=gettext_lazy("U and 32 characters; or else a customer number."),
                example="U0123456789abcdef0123456789abcdef",
            ),
            Column(
                "customer_number",
                gettext_lazy("Customer number"),
                known_as=("number", "customer_id", "会員番号", "顧客番号", "会員ID", "顧客ID", "会員コード"),
                help=gettext_lazy("The friend who is linked to this customer at present."),
            ),
        ]

    def read(self, cells: Mapping[str, str]) -> Row:
        name = cells["list"].strip()
        try:
            lists.clean_name(name)
        except AppError as error:
            raise Unfit(error.message, "list") from None
        user = unicodedata.normalize("NFKC", cells.get("line_user_id", ""))
        customer = unicodedata.normalize("NFKC", cells.get("customer_number", ""))
        if user and not is_line_user_id(user):
            raise Unfit(_("A LINE user ID is U and 32 of the characters 0–9 and a–f."), "line_user_id")
        if not user and not customer:
            raise Unfit(_("The row has neither a LINE user ID nor a customer number."))
        if len(customer) > LONGEST_NUMBER:
            raise Unfit(_("The customer number is too long."), "customer_number")
        return {"list": name, "user": user, "customer": "" if user else customer}

    def key(self, row: Row) -> str:
        return "\t".join([row["list"], row["user"], row["customer"]])

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        written = Written({name: 0 for name, _label in self.outcomes})
        known = resolve((row["user"] for _line, row in rows if row["user"]), Means.CUSTOMER)
        known |= resolve((row["customer"] for _line, row in rows if row["customer"]), Means.CUSTOMER)
        named: dict[str, list[int]] = defaultdict(list)
        for line, row in rows:
            friend = known[row["user"] or row["customer"]]
            if isinstance(friend, int):
                named[row["list"]].append(friend)
            else:
                written.refused.append((line, _sentence(friend)))
        for name, friends in sorted(named.items()):
            _fill(name, friends, written)
        return written


def with_list(file: BinaryIO, filled: FriendList) -> BinaryIO:
    """The same rows as a file of UTF-8 whose first column names the list.

    Raises FileTooLarge, UnreadableFile.
    """
    return sheets.with_column(file, str(LIST), filled.name)


def _fill(name: str, friends: list[int], written: Written) -> None:
    found = FriendList.objects.filter(name=name).first()
    if found is None:
        found = lists.create_list(name)
        written.counts["lists"] += 1
    added = len(lists.add(found, friends))
    written.counts["added"] += added
    written.counts["unchanged"] += len(friends) - added


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]
