"""Conversions as files that people take to the platform: all that is new since the last one, or of some days.

A file of what is new marks its lines as told, in the transaction that makes it; it can be downloaded again
at any time, with the same lines.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts import activity, current
from accounts.models import User
from accounts.spreadsheets import FORMULA
from adplatforms.errors import NoFileKind, NothingNew, TooManyLines
from adplatforms.handing import judging, outcomes, requests, sending, steps
from adplatforms.handing.shapes import Told
from adplatforms.models import ConversionFile, Delivery, Destination, Handover
from adplatforms.models.delivery import DeliveryQuerySet

MOST_LINES = 20_000  # of one file; what is left is in the next
Part = ConversionFile.Part
# As Google's templates have them; which zone the times are in stands before the header.
# Source: https://support.google.com/google-ads/answer/7014069 and …/7686280
GOOGLE = {
    Part.CONVERSIONS: [
        "Google Click ID",
        "Conversion Name",
        "Conversion Time",
        "Conversion Value",
        "Conversion Currency",
        "Order ID",
    ],
    Part.CORRECTIONS: [
        "Order ID",
        "Conversion Name",
        "Adjustment Time",
        "Adjustment Type",
        "Adjusted Value",
        "Adjusted Value Currency",
    ],
}
PLAIN = [
    "event_id",
    "number",
    "type",
    "event",
    "point",
    "occurred_at",
    "value",
    "currency",
    "order_id",
    "click_name",
    "click_value",
    "email_sha256",
    "phone_sha256",
]


def make(destination: Destination, part: str, *, by: User | None) -> ConversionFile:
    """A file of what is new since the last one, at most MOST_LINES; its lines count as told from now on.

    Raises NoFileKind, NothingNew.
    """
    if not destination.is_file:
        raise NoFileKind
    made = _make(destination, part, by)
    if made is None:
        raise NothingNew
    return made


@transaction.atomic
def _make(destination: Destination, part: str, by: User | None) -> ConversionFile | None:
    now = timezone.now()
    ready = _take(destination, part, now)
    if not ready:
        return None
    made = ConversionFile.objects.create(
        destination=destination, part=part, count=len(ready), by_id=by.pk if by and by.pk else None
    )
    for each in ready:
        each.begun_at, each.ended_at, each.state, each.file = now, now, Delivery.State.DONE, made
        outcomes.conclude(each, each.handover)
    Delivery.objects.bulk_update(ready, ["begun_at", "ended_at", "state", "file"], batch_size=500)
    rows = [each.handover for each in ready]
    Handover.objects.bulk_update(rows, ["state", "told", "reason"], batch_size=500)
    steps.lay_out(destination, rows, now)
    Destination.objects.filter(pk=destination.pk).update(succeeded_at=now)
    activity.record(
        "ad_destination.file_made", destination, by=by, name=destination.name, part=part, lines=len(ready)
    )
    return made


def content(made: ConversionFile) -> bytes:
    """The lines of a file that was made, the same each time but for contacts of who has withdrawn since."""
    rows = made.deliveries.select_related("handover__point").order_by("pk")
    return _written(made.destination, made.part, list(rows))


def of_days(destination: Destination, part: str, first: date, last: date) -> bytes:
    """Everything told, or to be told, of conversions of these days; it marks nothing.

    Raises NoFileKind, TooManyLines.
    """
    if not destination.is_file:
        raise NoFileKind
    zone = ZoneInfo(current.tenant().time_zone)
    begins = datetime.combine(first, time.min, zone)
    ends = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = _of_part(destination, part).filter(handover__at__gte=begins, handover__at__lt=ends)
    kept = rows.exclude(state__in=[Delivery.State.SKIPPED, Delivery.State.FAILED])
    found = list(kept.select_related("handover__point").order_by("handover__at", "pk")[: MOST_LINES + 1])
    if len(found) > MOST_LINES:
        raise TooManyLines(most=f"{MOST_LINES:,}")
    known = judging.know([each.handover for each in found])
    now = timezone.now()
    told = [
        each
        for each in found
        if each.state == Delivery.State.DONE
        or each.kind != Delivery.Kind.CONVERSION
        or not judging.judge(destination, each.handover, known, now)
    ]
    return _written(destination, part, told)


def waiting_count(destination: Destination, part: str) -> int:
    """How many lines wait for the next file, as far as their time has come."""
    return _of_part(destination, part).waiting().filter(due_at__lte=timezone.now()).count()


def _take(destination: Destination, part: str, now: datetime) -> list[Delivery]:
    """What is due and told, held; what is not told is kept as such."""
    due = _of_part(destination, part).waiting().filter(due_at__lte=now).order_by("due_at", "pk")
    held = due.select_for_update(skip_locked=True, of=("self", "handover")).select_related("handover__point")
    found = list(held[:MOST_LINES])
    known = judging.know([each.handover for each in found])
    ready, skipped = [], []
    for each in found:
        reason = ""
        if each.kind == Delivery.Kind.CONVERSION:
            reason = judging.judge(destination, each.handover, known, now)
        if reason:
            sending.skip(each, reason, now)
            skipped.append(each)
        else:
            ready.append(each)
    Delivery.objects.bulk_update(skipped, ["state", "reason", "ended_at", "lease_until"], batch_size=500)
    Handover.objects.bulk_update([each.handover for each in skipped], ["state", "reason"], batch_size=500)
    return ready


def _of_part(destination: Destination, part: str) -> DeliveryQuerySet:
    rows = Delivery.objects.filter(destination=destination)
    is_new = {"kind": Delivery.Kind.CONVERSION}
    return rows.filter(**is_new) if part == Part.CONVERSIONS else rows.exclude(**is_new)


def _written(destination: Destination, part: str, deliveries: Sequence[Delivery]) -> bytes:
    known = judging.know([each.handover for each in deliveries])
    told = requests.told_of(destination, deliveries, known)
    rows = [told[each.pk] for each in deliveries]
    text = io.StringIO()
    writer = csv.writer(text)
    if destination.kind == Destination.Kind.GOOGLE_FILE:
        writer.writerow([f"Parameters:TimeZone={current.tenant().time_zone}"])
        writer.writerow(GOOGLE[Part(part)])
        writer.writerows(_google(rows, part))
    else:
        writer.writerow(PLAIN)
        writer.writerows(map(_plain, rows))
    return text.getvalue().encode()


def _google(rows: Iterable[Told], part: str) -> Iterable[list[object]]:
    for told in rows:
        if part == Part.CONVERSIONS:
            at = _moment(told.at, told.zone)
            value = [told.amount, told.currency]
            yield [_safe(told.click_value), _safe(told.event_name), at, *value, _safe(told.order_id)]
        else:
            value = [told.amount, told.currency] if told.kind == Delivery.Kind.RESTATEMENT else ["", ""]
            type_ = "RESTATE" if told.kind == Delivery.Kind.RESTATEMENT else "RETRACT"
            at = _moment(told.said_at, told.zone)
            yield [_safe(told.order_id), _safe(told.event_name), at, type_, *value]


def _plain(told: Told) -> list[object]:
    return [
        told.event_id,
        told.number,
        told.kind,
        _safe(told.event_name),
        told.point,
        told.at.astimezone(ZoneInfo(told.zone)).isoformat(timespec="seconds"),
        "" if told.amount is None else told.amount,
        told.currency,
        _safe(told.order_id),
        told.click_name,
        _safe(told.click_value),
        told.hashes.email,
        told.hashes.phone,
    ]


def _moment(at: datetime, zone: str) -> str:
    """2026-11-22 14:05:00+0900"""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S%z")


def _safe(text: str) -> str:
    """Whatever somebody put into an address is no formula in a spreadsheet."""
    return f"'{text}" if text[:1] in FORMULA and text else text
