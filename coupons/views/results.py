"""What came of a coupon, with the table behind it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import spreadsheets
from accounts.http import Request
from accounts.paging import key, page
from accounts.spreadsheets import Cell, Sheet
from coupons import results as reckoned
from coupons.models import Coupon, Redemption
from coupons.results import Day
from coupons.views.pages import get

HEIGHT, WIDTH = 100, 10
MOST_USES = 100_000  # rows of a file


@permission_required("coupons.view_redemption", raise_exception=True)
@require_GET
def results(request: Request, pk: int) -> HttpResponse:
    coupon = get(pk)
    days = reckoned.by_day(coupon)
    uses = Redemption.objects.filter(coupon=coupon).select_related("ticket__friend")
    context = {
        "coupon": coupon,
        "figures": reckoned.of(coupon),
        "days": [day for day in reversed(days) if day.given or day.used],
        "bars": _bars(days),
        "width": len(days) * WIDTH,
        "first": days[0].day,
        "last": days[-1].day,
        "page": page(uses, key(request.GET.get("before", ""))),
    }
    return render(request, "coupons/results.html", context)


@permission_required("coupons.view_redemption", raise_exception=True)
@require_GET
def file(request: Request, pk: int) -> HttpResponse:
    """By day, and every use; of a CSV, the uses alone."""
    coupon = get(pk)
    return spreadsheets.download(
        [_uses(coupon), _days(coupon)], request.GET.get("format", ""), f"coupon-{pk}"
    )


def _uses(coupon: Coupon) -> Sheet:
    header = [
        _("Date and time"),
        _("Friend"),
        _("Coupon code"),
        _("How"),
        _("At which shop"),
        _("Order number"),
    ]
    header += [_("Amount (yen)"), _("Discount (yen)"), _("Cost (yen)"), _("Taken back"), _("Reason")]
    found = Redemption.objects.filter(coupon=coupon).select_related("ticket__friend")[:MOST_USES]
    rows: list[list[Cell]] = [
        [
            *(
                each.at,
                str(each.ticket.friend) if each.ticket else "",
                each.ticket.code if each.ticket else "",
            ),
            *(str(each.get_way_display()), each.place, each.order_number, each.amount_yen, each.discount_yen),
            *(each.spent_yen, each.cancelled_at, each.reason),
        ]
        for each in found
    ]
    return Sheet("uses", _("Uses"), header, rows)


def _days(coupon: Coupon) -> Sheet:
    header = [_("Date"), _("Given"), _("Used"), _("Cost (yen)"), _("Sales with it (yen)")]
    rows: list[list[Cell]] = [
        [f"{day.day:%Y-%m-%d}", day.given, day.used, day.cost, day.revenue] for day in reckoned.by_day(coupon)
    ]
    return Sheet("days", _("By day"), header, rows)


def _bars(days: list[Day]) -> list[dict]:
    """Each day as two bars one before the other, in whole numbers of a chart of HEIGHT."""
    most = max((max(day.given, day.used) for day in days), default=0)
    return [
        {"day": day, "x": place * WIDTH, "given": _bar(day.given, most), "used": _bar(day.used, most)}
        for place, day in enumerate(days)
    ]


def _bar(value: int, most: int) -> tuple[int, int]:
    height = max(round(HEIGHT * value / most), 2) if value else 0
    return HEIGHT + 1 - height, height
