"""The report of each month, drafted by itself on the first day of the client's next one."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import board, people
from costs.periods import after, before
from planning import counting
from planning.models import Count
from reports import drafting, life, mails
from reports.errors import AlreadyReleased, Gone, NotCounted
from reports.models import Kind, Report, ReportMail, ReportSettings

KIND = "reports"
AT = time(11, 30)  # LINE has counted the friends of the last day by then, and so have we
AGAIN = timedelta(minutes=10)  # while the last day is not counted yet
PATIENCE = timedelta(hours=12)  # then it is drafted of what there is


def work() -> None:
    """Draft what is due; come back on the next first day. Twice at once drafts once."""
    seen = board.version(KIND)
    settings = ReportSettings.present()
    if not settings.is_monthly:
        board.settle(KIND, None, seen=seen)
        return
    month = before(counting.today().replace(day=1))
    if settings.drafted_month is None or settings.drafted_month < month:
        now = timezone.now()
        if now < (due := due_at(month)):
            board.settle(KIND, due, seen=seen)
            return
        if not _is_counted(month) and now < due + PATIENCE:
            counting.keep_going()
            board.settle(KIND, now + AGAIN, seen=seen)
            return
        if not _draft(month):
            board.settle(KIND, now + AGAIN, seen=seen)
            return
    board.settle(KIND, due_at(after(month)), seen=seen)


def due_at(month: date) -> datetime:
    """When the report of this month is drafted: on the first day after it, in the client's time zone."""
    return datetime.combine(after(month), AT, counting.zone())


def _is_counted(month: date) -> bool:
    until = Count.present().counted_until
    return until is not None and until >= after(month) - timedelta(days=1)


@transaction.atomic
def _draft(month: date) -> bool:
    """The draft, the mark that it was made and the mails that tell of it: all or none."""
    settings = ReportSettings.objects.select_for_update().filter(pk=1, is_monthly=True).first()
    if settings is None or (settings.drafted_month and settings.drafted_month >= month):
        return True
    try:
        report = _drafted(month)
    except NotCounted:
        return False
    settings.drafted_month = month
    settings.save(update_fields=["drafted_month"])
    if report:
        mails.queue(report, ReportMail.What.DRAFTED, told(settings), by=None)
    return True


def _drafted(month: date) -> Report | None:
    """Its draft, of all that is counted: one that was made while the month went on is read anew, one that was
    released then is corrected. None if there is nothing to review. Raises NotCounted.
    """
    try:
        report = drafting.draft(drafting.month(month), by=None)
    except AlreadyReleased:
        versions = Report.objects.about(Kind.MONTH, first=month, campaign_id=None, broadcast_id=None)
        released = versions.filter(state=Report.State.RELEASED).first()
        return life.correct(released, by=None) if released and _is_behind(released) else None
    try:
        return drafting.count_again(report, by=None) if _is_behind(report) else report
    except Gone:
        return drafting.draft(drafting.month(month), by=None)


def _is_behind(report: Report) -> bool:
    """Whether days of it have been counted since its figures were read."""
    until = Count.present().counted_until
    read = date.fromisoformat(report.figures["about"]["counted_until"])
    return until is not None and read < min(until, report.last)


def told(settings: ReportSettings) -> list[str]:
    """Who is told of a draft: the responsible person, else everybody who may release it."""
    entitled = people.holders("reports.release_report")
    chosen = [user for user in entitled if user.pk == settings.responsible_id]
    return [user.email for user in chosen or entitled]


def keep_going() -> None:
    """Have the work looked at now, such as after the settings changed."""
    board.call(KIND)
