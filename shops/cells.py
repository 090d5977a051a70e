"""Cells of files, as people and carts write them, as what programs would send."""

import re
import unicodedata
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from imports.kinds import Unfit
from shops.models import Order

is_time = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?"
    r"(?:[T ]*(\d{1,2})[:時](\d{1,2})(?:[:分](\d{1,2}))?[分秒]?(?:\.\d+)?)?"
).fullmatch
STATUSES = {
    "placed": ["注文", "受注", "新規", "新規受付", "open", "pending"],
    "paid": ["入金済み", "入金済", "支払い済み", "支払済", "決済済み"],
    "shipped": ["発送済み", "発送済", "出荷済み", "出荷済", "fulfilled"],
    "delivered": ["配達完了", "配達済み", "お届け済み", "完了"],
    "cancelled": ["キャンセル", "取消", "取り消し", "注文取消し", "canceled"],
    "returned": ["返品", "返品済み", "返金済み", "refunded"],
    "partly_refunded": ["一部返金", "一部返品", "partially refunded"],
}
BY_WORD = {word: status for status, words in STATUSES.items() for word in [status, *words]}


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def amount(text: str) -> str:
    """“¥4,980” or “４９８０円” as 4980; what is none is refused where it is read."""
    return plain(text).removesuffix("円").lstrip("¥$\\").replace(",", "").strip()


def whole(text: str, column: str) -> int:
    found = plain(text).replace(",", "")
    if not re.fullmatch(r"[-+]?\d{1,9}(\.0+)?", found, re.ASCII):
        raise Unfit(_("must be a whole number"), column)
    return int(float(found))


def moment(text: str, column: str) -> str:
    """With its offset; a time without one is the client's."""
    written_so = plain(text)
    try:
        if found := is_time(written_so):
            year, month, day, hour, minute, second = [int(part or 0) for part in found.groups()]
            at = datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_current_timezone())
        else:
            at = datetime.fromisoformat(written_so.replace("/", "-"))
            at = at if at.tzinfo else timezone.make_aware(at)
    except (ValueError, OverflowError):
        raise Unfit(_("must be a date or a time such as 2026-11-20 14:05"), column) from None
    return at.isoformat()


def status(text: str, column: str) -> str:
    found = BY_WORD.get(plain(text).casefold()) or _by_label(plain(text))
    if not found:
        known = ", ".join(Order.Status.values)
        raise Unfit(_("must be one of: %(choices)s") % {"choices": known}, column)
    return found


def _by_label(text: str) -> str | None:
    labels = {str(label).casefold(): status for status, label in Order.Status.choices}
    return labels.get(text.casefold())
