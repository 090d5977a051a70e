"""Making the dates of recurring sends ahead: each becomes a broadcast of its own, scheduled in good time."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import activity, board
from accounts.errors import AppError
from accounts.reasons import Reason, Said, reason
from broadcasts import belonging, services
from broadcasts.approving import commands, gate, versions
from broadcasts.checking import looking
from broadcasts.choosing import variants
from broadcasts.models import Broadcast, Series, SeriesDate
from broadcasts.timing import dates, telling
from broadcasts.timing.dates import Date
from broadcasts.timing.wishes import KIND

AHEAD = timedelta(days=14)  # and the next date, however far it is
LATE = timedelta(hours=2)  # what has not begun by then is not sent any more: nobody wants yesterday's offer
AGAIN = timedelta(minutes=5)  # when a date that could not be scheduled is tried again
Status = Broadcast.Status
WAITS_FOR_MORNING = Q(status=Status.PAUSED, paused_until__isnull=False, started_at=None)
# Nobody has changed it, and it has not begun.
UNTOUCHED = Q(version=1) & (Q(status=Status.SCHEDULED) | WAITS_FOR_MORNING)


PASSED = reason(gettext_noop("It was not approved in time, or nothing ran here when its time came."))


def advance() -> None:
    """Make what is due of all series that go on. Running twice at once makes nothing twice."""
    seen = board.version(KIND)
    going_on = Series.objects.going_on().select_related("pattern")
    moments = [moment for series in going_on if (moment := _advance(series))]
    board.settle(KIND, min(moments, default=None), seen=seen)


def call_off_late() -> None:
    """Cancel dates that should have begun LATE ago: while nothing ran here, their moment has passed."""
    late = Broadcast.objects.due(timezone.now() - LATE).filter(series__isnull=False)
    for broadcast in late.defer("audience", "body"):
        now = timezone.now()
        if broadcast.move(Status.SCHEDULED, to=Status.CANCELLED, problem=PASSED, finished_at=now):
            activity.record("broadcast.cancelled", broadcast, by=None, reason="late")
            _miss(SeriesDate.objects.filter(broadcast=broadcast), PASSED)


def take_back_outdated() -> None:
    """Have nothing leave as its pattern no longer says it, or as nobody approves it any more, should the
    change not have reached it yet: it is made anew.
    """
    pattern = "series_date__series__pattern"
    due = Broadcast.objects.due(timezone.now()).filter(version=1, **{f"{pattern}__isnull": False})
    is_older = ~Q(series_date__made_of=F(f"{pattern}__version"))
    is_withdrawn = Q(**{"approved_at__lte": F("created_at"), f"{pattern}__approved_at": None})
    for row in SeriesDate.objects.filter(broadcast__in=due.filter(is_older | is_withdrawn).order_by()):
        with transaction.atomic():
            take_back(row)
            board.call(KIND)


def take_back(row: SeriesDate) -> None:
    """Undo the making of a date that has not begun; one that a person has changed is left to them."""
    made = Broadcast.objects.select_for_update(of=["self"]).filter(UNTOUCHED, pk=row.broadcast_id or 0)
    if made.exists():
        made.delete()
        row.broadcast, row.made_of = None, None
        row.save(update_fields=["broadcast", "made_of"])


def _advance(series: Series) -> datetime | None:
    """When to look again; None once it has ended."""
    now = timezone.now()
    _note_missed(series, now)
    first = dates.next_ones(series, now - LATE, 1)
    near = dates.between(series, now - LATE, now + AHEAD)
    wanted = {each.planned_on: each for each in [*first, *near]}.values()
    refusal = _refusal(series) if any(each.broadcast is None for each in wanted) else None
    refused = [each for each in wanted if not _make(each, refusal)]
    beyond = dates.next_ones(series, now + AHEAD, 1)
    if not first and not beyond:
        _end(series)
        return None
    moments = [each.at - AHEAD for each in beyond] + [each.at for each in first]
    return min((moment for moment in moments if moment > now and not refused), default=now + AGAIN)


def _refusal(series: Series) -> AppError | None:
    """What LINE has against the messages; it is asked while nothing is held."""
    try:
        if series.pattern:
            looking.require(series.pattern)
    except AppError as refusal:
        return refusal
    return None


@transaction.atomic
def _make(date: Date, refusal: AppError | None) -> bool:
    """Have it scheduled as its pattern says now; False if that is not possible at present."""
    series = Series.objects.select_for_update(of=["self"]).select_related("pattern__segment")
    found = series.filter(pk=date.series.pk, status=Series.Status.ACTIVE).first()
    if found is None or found.pattern is None:
        return True
    row = found.dates.filter(planned_on=date.planned_on).first()
    if row is None and date.at < timezone.now():  # it passed before the series began, or while it was paused
        return True
    row = row or SeriesDate.objects.create(series=found, planned_on=date.planned_on)
    if row.is_skipped or row.missed_at or (row.broadcast and not _is_outdated(row, found.pattern, date.at)):
        return True
    take_back(row)
    return row.broadcast is not None or _try(row, found.pattern, date.at, refusal)


def _try(row: SeriesDate, pattern: Broadcast, at: datetime, refusal: AppError | None) -> bool:
    if pattern.status != Status.APPROVED and gate.is_asked_of_all():
        return False  # the page of the series says so; whoever wrote it has been asked for an approval
    try:
        with transaction.atomic():
            if refusal:
                raise refusal
            _schedule(row, pattern, at)
    except AppError as why:
        _note(row, why)
        return False
    _note(row, "")
    return True


def _schedule(row: SeriesDate, pattern: Broadcast, at: datetime) -> None:
    """A copy of the pattern with its approval, which holds for its present version: an edit withdraws it."""
    written = {name: getattr(pattern, name) for name in Broadcast.WRITTEN}
    made = services.create_broadcast(by=None, campaign=belonging.to_inherit(pattern), **written)
    made.series_id, made.created_by_id = row.series_id, pattern.created_by_id
    made.save(update_fields=["series", "created_by_id"])
    variants.copy(pattern, to=made)
    versions.keep(made, by=None)
    commands.inherit(made, pattern)
    services.queue(made, send_at=max(at, timezone.now()), by=None)
    row.broadcast, row.made_of = made, pattern.version
    row.save(update_fields=["broadcast", "made_of"])


def _is_outdated(row: SeriesDate, pattern: Broadcast, at: datetime) -> bool:
    """Whether it was made of an earlier version, by an approval that holds no more, or for another time; and
    neither touched nor begun since.
    """
    made = row.broadcast
    if made is None or made.status != Status.SCHEDULED or made.version != 1:
        return False
    is_at_another_time = made.send_at != at and at > timezone.now()
    return row.made_of != pattern.version or _is_approved_otherwise(made, pattern) or is_at_another_time


def _is_approved_otherwise(made: Broadcast, pattern: Broadcast) -> bool:
    """Whether the approval it was made with is not the pattern's any more. One of its own, which is younger
    than itself, stands.
    """
    if made.approved_at is None:
        return pattern.approved_at is not None
    return made.approved_at <= made.created_at and made.approved_at != pattern.approved_at


def _note(row: SeriesDate, problem: Said) -> None:
    """Keep why it cannot be scheduled; tell who began the series, unless another date waits for them, too."""
    if not SeriesDate.objects.filter(pk=row.pk).exclude(problem=problem).update(problem=problem):
        return
    others = SeriesDate.objects.filter(series=row.series_id, missed_at=None).exclude(problem="")
    if problem and not others.exclude(pk=row.pk).exists():
        transaction.on_commit(lambda: telling.of_problem(row.pk))


def _note_missed(series: Series, now: datetime) -> None:
    """Dates whose time to be made came, and that have passed without a broadcast."""
    today = now.date() + dates.DAY
    rows = series.dates.filter(broadcast=None, is_skipped=False, missed_at=None, planned_on__lte=today)
    for row in rows:
        if (row.moved_to or dates.at(series, row.planned_on)) < now - LATE:
            _miss(SeriesDate.objects.filter(pk=row.pk), row.problem or PASSED)


def _miss(rows: QuerySet[SeriesDate], why: Reason) -> None:
    """Say that it was not sent, and why; two workers at once: one of them tells."""
    for row in rows.filter(missed_at=None):
        if rows.filter(pk=row.pk, missed_at=None).update(missed_at=timezone.now(), problem=why):
            transaction.on_commit(partial(telling.of_problem, row.pk))


def _end(series: Series) -> None:
    going_on = Series.objects.filter(pk=series.pk, status=Series.Status.ACTIVE)
    if going_on.update(status=Series.Status.ENDED):
        activity.record("series.ended", series, by=None)
