"""Rows that addresses name."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import Request
from accounts.paging import key
from touchpoints.models import BITMAPS, Period, Plan, TouchClass


def plan(pk: int) -> Plan:
    return get_object_or_404(Plan.objects.select_related("campaign"), pk=pk)


def period(of: Plan, request: Request) -> Period:
    """The one that `?period=` names, else the open one."""
    rows = of.periods.all()
    asked = request.GET.get("period", "")
    number = key(asked)
    if asked and (number is None or number >= 2**31):
        raise Http404
    found = get_object_or_404(rows, number=number) if number else rows.get(closed_at=None)
    found.plan = of
    return found


def touch_class(pk: int) -> TouchClass:
    rows = TouchClass.objects.select_related("period__plan__campaign", "broadcast", "template", "scenario")
    return get_object_or_404(rows.defer(*BITMAPS), pk=pk)
