"""When friends click: of all sends of a period, and of one."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import spreadsheets
from accounts.http import Request
from broadcasts.models import Broadcast
from insights import hours, sheets
from insights.forms import HoursForm
from insights.hours import Curve
from insights.views.files import kind_of
from insights.wording import WEEKDAYS

LOOK = ["broadcasts.view_broadcast", "broadcasts.view_linkclick"]
HEIGHT, STEP = 100, 10  # of the drawing: its height, and the width of one hour


@permission_required(LOOK, raise_exception=True)
@require_GET
def click_hours(request: Request) -> HttpResponse:
    """By the hour after the send, by weekday and hour, by the hour of sending."""
    form = HoursForm(request.GET)
    found = hours.of_period(*form.period())
    context = {
        "form": form,
        "found": found,
        "bars": _bars(found.curve),
        "most": _most(found.curve),
        "rows": zip(WEEKDAYS, found.squares, strict=True),
        "clock": range(24),
        "weekday": WEEKDAYS[found.busiest.weekday - 1] if found.busiest else "",
        "formats": spreadsheets.FORMATS.items(),
    }
    return render(request, "insights/hours.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def click_hours_file(request: Request) -> HttpResponse:
    kind = kind_of(request)
    found = hours.of_period(*HoursForm(request.GET).period())
    return spreadsheets.download(sheets.of_hours(found), kind, "clicks-by-hour")


@permission_required(LOOK, raise_exception=True)
@require_GET
def send_hours(request: Request, pk: int) -> HttpResponse:
    """One send: clicks by the hour for three days, opens by day."""
    broadcast = _get(pk)
    found = hours.of_send(broadcast)
    context = {"broadcast": broadcast, "found": found, "bars": _bars(found.curve), "most": _most(found.curve)}
    return render(request, "insights/send_hours.html", context | {"formats": spreadsheets.FORMATS.items()})


@permission_required(LOOK, raise_exception=True)
@require_GET
def send_hours_file(request: Request, pk: int) -> HttpResponse:
    kind, broadcast = kind_of(request), _get(pk)
    return spreadsheets.download(sheets.of_send(hours.of_send(broadcast)), kind, f"send-{pk}-hours")


def _get(pk: int) -> Broadcast:
    return get_object_or_404(Broadcast.objects.filter(started_at__isnull=False), pk=pk)


def _most(curve: Curve) -> int:
    """Taps of the hour that has most: the height of the drawing."""
    return max((hour.taps for hour in curve.hours), default=0)


def _bars(curve: Curve) -> list[tuple]:
    """Each hour with its bar of taps, the part of it that are people clicking first, and the way so far."""
    most = _most(curve)
    whole = curve.people if curve.knows_people else curve.taps
    found = []
    for hour in curve.hours:
        taps, people = (round(HEIGHT * count / most) if most else 0 for count in (hour.taps, hour.people))
        so_far = hour.people_so_far if curve.knows_people else hour.taps_so_far
        line = f"{hour.number * STEP + STEP},{HEIGHT - HEIGHT * so_far / whole:.1f}" if whole else ""
        found.append((hour, hour.number * STEP, HEIGHT - taps, taps, HEIGHT - people, people, line))
    return found
