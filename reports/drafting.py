"""Drafting a report: its figures are read once and kept with it, and read again while it is a draft."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts import activity, current
from accounts.models import User
from broadcasts.models import Broadcast
from campaigns.models import Campaign
from planning import counting
from planning.windows import FIRST
from reports import catalogue, scope
from reports.errors import AlreadyReleased, Gone, NotCounted, NotOpen, NotOver, NotSent, TooOld
from reports.models import Kind, Report, ReportQuerySet, ReportSettings
from reports.scope import Scope

LOCK = 7_313  # any number that nobody else locks by
SNAPSHOT = 1  # the version of how figures are kept


def draft(found: Scope, *, by: User | None, language: str = "") -> Report:
    """The draft of this thing: a new one, or the one that is open already, whose figures stay as they are.

    Nothing is scanned: what is counted by day and the stored results of sends are read. Raises NotCounted,
    AlreadyReleased (correct that one instead).
    """
    if found.counted_until is None:
        counting.keep_going()
        raise NotCounted
    return _draft(found, by, language)


@transaction.atomic
def _draft(found: Scope, by: User | None, language: str) -> Report:
    key = subject(found)
    hold(key)
    versions = Report.objects.about(
        key["kind"],
        first=key["first"],
        campaign_id=found.campaign.pk if found.campaign else None,
        broadcast_id=found.broadcast.pk if found.broadcast else None,
    )
    if present := versions.open().first():
        return present
    if released := versions.filter(state=Report.State.RELEASED).first():
        raise AlreadyReleased(version=released.version)
    settings = ReportSettings.present()
    newest = versions.order_by("-version").first()
    report = Report.objects.create(
        **key,
        version=newest.version + 1 if newest else 1,
        language=language or settings.language,
        figures=snapshot(found),
        sections=catalogue.chosen(found.kind, settings.sections.get(found.kind)),
        counted_at=timezone.now(),
        drafted_by_id=getattr(by, "pk", None),
    )
    activity.record("report.drafted", report, by=by, report_kind=report.kind, version=report.version)
    return report


@transaction.atomic
def count_again(report: Report, *, by: User | None) -> Report:
    """Read all figures anew; what people wrote stays. Raises Gone, NotOpen."""
    report = held(report)
    found = scope_of(report)
    report.figures, report.counted_at = snapshot(found), timezone.now()
    report.first, report.last = found.period.first, found.period.last
    back_to_draft(report)
    report.save()
    activity.record("report.counted", report, by=by)
    return report


def month(first: date) -> Scope:
    """Of the client's month that begins on this day. Raises NotOver, TooOld."""
    first = first.replace(day=1)
    if first > counting.today():
        raise NotOver
    if first < FIRST:
        raise TooOld
    return scope.of_month(first)


def campaign(found: Campaign) -> Scope:
    """Raises NotOver."""
    if found.starts_on >= counting.today():
        raise NotOver
    return scope.of_campaign(found, counting.today())


def send(found: Broadcast) -> Scope:
    """Raises NotSent."""
    if found.started_at is None:
        raise NotSent
    return scope.of_send(found, counting.today())


def scope_of(report: Report) -> Scope:
    if report.campaign:
        return campaign(report.campaign)
    if report.broadcast:
        return send(report.broadcast)
    return month(report.first)


def snapshot(found: Scope) -> dict[str, Any]:
    """All that the report will say, in no language: counts, amounts as the client sees them, names."""
    tenant = current.tenant()
    about = {
        "client": tenant.name,
        "agency": tenant.agency.name,
        "currency": found.currency,
        "time_zone": tenant.time_zone,
        "shows_net": found.shows_net,
        "counted_until": f"{found.counted_until}",
    }
    return {"version": SNAPSHOT, "about": about, "parts": catalogue.gathered(found)}


def subject(found: Scope) -> dict[str, Any]:
    """What a report of this is about, as its row keeps it."""
    name = found.campaign.name if found.campaign else found.broadcast.name if found.broadcast else ""
    return {
        "kind": Kind(found.kind),
        "campaign": found.campaign,
        "broadcast": found.broadcast,
        "name": name,
        "first": found.period.first,
        "last": found.period.last,
    }


def hold(key: dict[str, Any]) -> None:
    """Wait until nobody else makes a version of the same thing, until the transaction ends."""
    about = key["campaign"] or key["broadcast"]
    name = f"{current.schema()} {key['kind']} {about.pk if about else key['first']}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, name])


def held(report: Report) -> Report:
    """The row, locked, while it may still be changed. Raises Gone, NotOpen."""
    report = locked(report)
    if not report.is_open:
        raise NotOpen
    return report


def locked(report: Report) -> Report:
    """The row as it is now, until the transaction ends. Raises Gone if its draft was deleted meanwhile."""
    return present(report, Report.objects.select_for_update(of=["self"]))


def present(report: Report, rows: ReportQuerySet | None = None) -> Report:
    """The row as it is now. Raises Gone."""
    rows = Report.objects.all() if rows is None else rows
    found = rows.select_related("campaign", "broadcast").filter(pk=report.pk).first()
    if found is None:
        raise Gone
    return found


def back_to_draft(report: Report) -> None:
    """What is changed has to be reviewed anew."""
    report.edit += 1
    report.state, report.reviewed_at, report.reviewed_by_id = Report.State.DRAFT, None, None
