"""Commands on recurring sends: begin, change, pause, end; and skip or move single dates."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from broadcasts import services
from broadcasts.checking import looking
from broadcasts.errors import InThePast, NoDates, WrongStatus
from broadcasts.models import Broadcast, Series, SeriesDate
from broadcasts.timing import ahead, dates, quiet, wishes
from broadcasts.timing.recurrence import Rule

Status = Series.Status
DAY = timedelta(days=1)


def first(rule: Rule) -> datetime:
    """Its first moment from now on. Raises NoDates."""
    for moment in dates.of_rule(rule, timezone.now(), 1):
        return moment
    raise NoDates()


def start(broadcast: Broadcast, rule: Rule, *, by: User | None, version: int | None = None) -> Series:
    """Send it again and again as the rule says: it becomes the pattern of which each date is made.

    Raises as `services.schedule_broadcast` for its first date, NoDates if it has none ahead. What a single
    date is refused later is told to `by`, and stops no other.
    """
    looking.require(broadcast)
    return _start(broadcast, rule, by, version)


@transaction.atomic
def change_rule(series: Series, rule: Rule, *, from_on: date, by: User | None) -> Series:
    """Let another rule hold from a day on; what is sent stays. Dates from that day on that were skipped or
    moved are as the new rule says.

    The series that goes on from that day: the same, or a second one if the old has dates before. Raises
    WrongStatus if it has ended, InThePast, NoDates, InQuietHours.
    """
    series = _locked(series, Status.ACTIVE, Status.PAUSED)
    if from_on < timezone.localdate():
        raise InThePast()
    if series.pattern:
        quiet.check(series.pattern, first(rule))
    _forget_dates(series, from_on)
    following = Series(pattern=series.pattern, status=series.status, created_by_id=series.created_by_id)
    if _has_dates_before(series, from_on):
        series.ends_on = from_on - DAY
        series.save(update_fields=["ends_on"])
    else:
        following = series
    for name in Rule.names():
        setattr(following, name, getattr(rule, name))
    following.weekdays = list(rule.weekdays)
    following.starts_on = max(rule.starts_on, from_on)
    following.save()
    series.dates.filter(planned_on__gte=from_on).update(series=following)  # sent once, not by both rules
    Broadcast.objects.filter(pk=series.pattern_id or 0).update(series=following)
    activity.record("series.changed", following, by=by, from_on=from_on.isoformat())
    board.call(wishes.KIND)
    return following


@transaction.atomic
def pause(series: Series, *, by: User | None) -> Series:
    """Send no date until it is resumed; those that have begun go on. Raises WrongStatus unless it goes on."""
    series = _moved(series, Status.ACTIVE, to=Status.PAUSED, verb="paused", by=by)
    _take_back(series)
    return series


@transaction.atomic
def resume(series: Series, *, by: User | None) -> Series:
    """Go on with the dates to come; those that passed meanwhile are not made up for. Raises WrongStatus."""
    series = _moved(series, Status.PAUSED, to=Status.ACTIVE, verb="resumed", by=by)
    _pass_over(series)
    board.call(wishes.KIND)
    return series


@transaction.atomic
def end(series: Series, *, by: User | None) -> Series:
    """Send no date any more; its broadcast is an ordinary one again. Raises WrongStatus if it has ended."""
    series = _moved(series, Status.ACTIVE, Status.PAUSED, to=Status.ENDED, verb="ended", by=by)
    _take_back(series)
    return series


@transaction.atomic
def skip(series: Series, day: date, *, by: User | None) -> SeriesDate:
    """Leave out the date planned for this day.

    Raises NoDates if there is none, WrongStatus if it has begun or the series has ended.
    """
    row = _row(series, day)
    row.is_skipped, row.moved_to, row.problem = True, None, ""
    row.save(update_fields=["is_skipped", "moved_to", "problem"])
    activity.record("series.date_skipped", series, by=by, planned_on=day.isoformat())
    board.call(wishes.KIND)
    return row


@transaction.atomic
def move(series: Series, day: date, *, to: datetime, by: User | None) -> SeriesDate:
    """Send the date planned for this day at another time, that once.

    Raises as `skip`, InThePast, InQuietHours; WrongStatus if a person has taken it off the schedule, who
    sends it when they like.
    """
    if to < timezone.now() - services.GRACE:
        raise InThePast()
    row = _row(series, day)
    if row.series.pattern:
        quiet.check(row.series.pattern, to)
    if row.broadcast:
        raise WrongStatus(status=row.broadcast.get_status_display())
    row.is_skipped, row.moved_to, row.missed_at, row.problem = False, to, None, ""
    row.save(update_fields=["is_skipped", "moved_to", "missed_at", "problem"])
    activity.record("series.date_moved", series, by=by, planned_on=day.isoformat(), to=to.isoformat())
    board.call(wishes.KIND)
    return row


@transaction.atomic
def as_planned(series: Series, day: date, *, by: User | None) -> SeriesDate:
    """Neither skipped nor moved any more. Raises as `skip`, InThePast if its own time has passed."""
    row = _row(series, day)
    if dates.at(row.series, day) < timezone.now():
        raise InThePast()
    row.is_skipped, row.moved_to, row.problem = False, None, ""
    row.save(update_fields=["is_skipped", "moved_to", "problem"])
    activity.record("series.date_planned", series, by=by, planned_on=day.isoformat())
    board.call(wishes.KIND)
    return row


@transaction.atomic
def _start(broadcast: Broadcast, rule: Rule, by: User | None, version: int | None) -> Series:
    broadcast, plan = services.may_leave(broadcast, first(rule), version=version)
    series = wishes.repeat(broadcast, rule)
    series.status, series.created_by_id = Status.ACTIVE, getattr(by, "pk", None)
    series.save(update_fields=["status", "created_by_id"])
    Broadcast.objects.filter(pk=broadcast.pk).update(estimated_count=plan.most, send_at=None)
    activity.record("series.started", series, by=by, broadcast=broadcast.pk)
    wishes.follow(broadcast)
    return series


def _row(series: Series, day: date) -> SeriesDate:
    """Its row, free to be changed: what was made ahead is taken back, what was called off is let go of."""
    series = _locked(series, Status.ACTIVE, Status.PAUSED)
    row = series.dates.select_related("broadcast").filter(planned_on=day).first()
    if row is None and next(series.rule.days(day), None) != day:
        raise NoDates()
    row = row or SeriesDate.objects.create(series=series, planned_on=day)
    ahead.take_back(row)
    if row.broadcast:
        _let_go(row, row.broadcast)
    return row


def _let_go(row: SeriesDate, made: Broadcast) -> None:
    """Raise WrongStatus if it has begun, or may begin by itself although a person has changed it."""
    made.refresh_from_db(fields=["status", "started_at"])
    if made.status == Broadcast.Status.CANCELLED and made.started_at is None:
        row.broadcast, row.made_of = None, None
        row.save(update_fields=["broadcast", "made_of"])
    elif made.status not in services.UNSCHEDULED:
        raise WrongStatus(status=made.get_status_display())


def _has_dates_before(series: Series, from_on: date) -> bool:
    """Whether it has sent anything, or will before that day."""
    first = next(series.rule.days(), None)
    return first is not None and first < from_on


def _forget_dates(series: Series, from_on: date) -> None:
    _take_back(series, from_on)
    series.dates.filter(planned_on__gte=from_on, broadcast=None).delete()


def _pass_over(series: Series) -> None:
    """What should have gone out before now, and did not, is left out."""
    now = timezone.now()
    for row in series.dates.filter(broadcast=None, is_skipped=False, missed_at=None):
        if (row.moved_to or dates.at(series, row.planned_on)) < now:
            row.is_skipped, row.problem = True, ""
            row.save(update_fields=["is_skipped", "problem"])


def _take_back(series: Series, from_on: date = date.min) -> None:
    for row in series.dates.filter(planned_on__gte=from_on, broadcast__isnull=False):
        ahead.take_back(row)


def _locked(series: Series, *statuses: str) -> Series:
    found = Series.objects.select_for_update(of=["self"]).select_related("pattern").get(pk=series.pk)
    if found.status not in statuses:
        raise WrongStatus(status=found.get_status_display())
    return found


def _moved(series: Series, *before: str, to: str, verb: str, by: User | None) -> Series:
    series = _locked(series, *before)
    series.status = to
    series.save(update_fields=["status"])
    activity.record(f"series.{verb}", series, by=by)
    return series
