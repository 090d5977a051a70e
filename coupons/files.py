"""Codes of the shop in a file: one row for each."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons import codes
from coupons.models import Code, Coupon
from imports import sheets
from imports.kinds import Column, Kind, Row, Unfit, Written

NAME = "coupon_codes"
COUPON = gettext_lazy("Number of the coupon")


class CouponCodesKind(Kind):
    name = NAME
    label = gettext_lazy("Coupon codes")
    help = gettext_lazy(
        "One row for each code of the shop. Each is given to one person only. Codes that are here already,"
        " of this coupon or another, are left as they are."
    )
    permission = "coupons.change_coupon"
    page = "own_coupons"
    outcomes = (("added", gettext_lazy("Added")), ("unchanged", gettext_lazy("Here already")))

    def columns(self) -> list[Column]:
        return [
            Column(
                "coupon",
                COUPON,
                True,
                ("coupon", "coupon_id", "クーポン", "クーポンID", "クーポン番号"),
                gettext_lazy("On a coupon’s own page you need no such column."),
                "1",
            ),
            Column(
                "code",
                gettext_lazy("Code"),
                True,
                ("code", "coupon_code", "コード", "クーポンコード", "シリアルコード", "シリアルナンバー"),
                gettext_lazy("Letters, digits and signs without spaces, up to 64."),
                "SPRING-7F3K",
            ),
        ]

    def read(self, cells: Mapping[str, str]) -> Row:
        number, code = codes.cleaned(cells["coupon"]), codes.cleaned(cells["code"])
        if not (number.isascii() and number.isdecimal() and len(number) < 10):  # noqa: PLR2004
            raise Unfit(
                _("A coupon is named by its number, as it stands in the address of its page."), "coupon"
            )
        if not codes.FITS.fullmatch(code):
            raise Unfit(_("A code has letters, digits and signs without spaces."), "code")
        return {"coupon": int(number), "code": code}

    def key(self, row: Row) -> str:
        return row["code"]

    def known(self, keys: Collection[str]) -> set[str]:
        return set(Code.objects.filter(code__in=keys).values_list("code", flat=True))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        written = Written({name: 0 for name, _label in self.outcomes})
        by_coupon: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for line, row in rows:
            by_coupon[row["coupon"]].append((line, row["code"]))
        found = Coupon.objects.filter(codes=Coupon.Codes.POOL).exclude(status=Coupon.Status.CLOSED)
        coupons = found.in_bulk(by_coupon)
        for number, lines in by_coupon.items():
            if number in coupons:
                new = len(codes.add(coupons[number], [code for _line, code in lines]))
                written.counts["added"] += new
                written.counts["unchanged"] += len(lines) - new
            else:
                reason = _("There is no coupon of this number that takes codes of the shop.")
                written.refused += [(line, reason) for line, _code in lines]
        return written


def of_coupon(file: BinaryIO, coupon: Coupon) -> BinaryIO:
    """The same rows as a file of UTF-8 whose first column names the coupon.

    Raises FileTooLarge, UnreadableFile.
    """
    return sheets.with_column(file, str(COUPON), str(coupon.pk))
