"""Warnings of budgets: each point of a month is noted once, and mailed to the people who keep the budgets.

One that was passed by with a higher point is noted, and not mailed. What is scheduled beyond a budget, in
this month or the next, is told ahead.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import board, current, people
from accounts.models import User
from accounts.money import written
from billing import months
from billing.budgeting import standing
from billing.budgeting.standing import Standing
from billing.budgeting.watching import KIND
from billing.models import BudgetAlert
from contracts import sight as sights

logger = logging.getLogger(__name__)
KEEPERS = "billing.change_budget"
WHOLE = 100  # per cent
BATCH = 50
LEASE = timedelta(minutes=2)  # a mail that could not leave is tried again then

CLAIM = """
UPDATE billing_budgetalert SET due_at = %(until)s
WHERE id IN (SELECT id FROM billing_budgetalert WHERE tenant_id = %(tenant)s AND due_at <= %(now)s
             ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id"""


def look() -> None:
    """Note what the present client's budgets have come to, and mail it. Two at once note and mail once."""
    seen = board.version(KIND)
    now = timezone.now()
    for at in (now, _next_month(now)):
        for found in standing.of_month(current.tenant().pk, at):
            _note(found, now)
    while claimed := _claim():
        for alert in claimed:
            _tell(alert)
    owed = BudgetAlert.objects.filter(tenant=current.tenant().pk).exclude(due_at=None).order_by("due_at")
    board.settle(KIND, owed.values_list("due_at", flat=True).first(), seen=seen)


def newest(tenant_id: int, at: datetime) -> list[BudgetAlert]:
    """The highest point of each budget that the month of this moment has come to."""
    month = standing.month_of(tenant_id, at)
    said = BudgetAlert.objects.filter(tenant=tenant_id, month=month, is_ahead=False)
    present = said.filter(budget__ended_at=None, amount=F("budget__amount")).select_related("budget")
    return list(present.order_by("budget_id", "-percent").distinct("budget_id"))


def in_words(alert: BudgetAlert) -> str:
    """For a list of what needs attention."""
    words = {"percent": alert.percent, "name": standing.name_of(alert.budget)}
    if words["name"]:
        return _("Budget of “%(name)s”: %(percent)s %% used") % words
    return _("Budget: %(percent)s %% used") % words


def _next_month(now: datetime) -> datetime:
    zone = months.zone_of(current.tenant().pk)
    return months.span(months.month_of(now, zone), zone)[1]


def _note(found: Standing, now: datetime) -> None:
    about = {"budget": found.budget, "month": found.month, "amount": found.amount}
    known = set(BudgetAlert.objects.filter(**about).values_list("percent", "is_ahead"))
    said = max((percent for percent, is_ahead in known if not is_ahead), default=-1)
    reached = [point for point in found.points if (point, False) not in known]
    rows = [_alert(found, point, due_at=now if point == max(reached) > said else None) for point in reached]
    if _is_to_come(found) and (WHOLE, True) not in known:
        rows.append(_alert(found, WHOLE, is_ahead=True, due_at=now))
    BudgetAlert.objects.bulk_create(rows, ignore_conflicts=True)


def _is_to_come(found: Standing) -> bool:
    """Whether what is scheduled goes beyond it, which nobody has let it do."""
    is_let = found.limit is None or found.expected.amount <= found.limit
    return found.will_be_exceeded and not found.is_exceeded and not is_let


def _alert(found: Standing, percent: int, **fields: object) -> BudgetAlert:
    return BudgetAlert(
        tenant_id=found.budget.tenant_id,
        budget=found.budget,
        month=found.month,
        percent=percent,
        amount=found.amount,
        used=found.used.amount,
        **fields,
    )


def _claim() -> list[BudgetAlert]:
    now = timezone.now()
    asked = {"until": now + LEASE, "now": now, "limit": BATCH, "tenant": current.tenant().pk}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, asked)
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(BudgetAlert.objects.filter(pk__in=ids).select_related("budget").order_by("pk"))


def _tell(alert: BudgetAlert) -> None:
    """Mail everybody who has not been; whom the mail server did not take is mailed when the lease is over."""
    rows = BudgetAlert.objects.filter(pk=alert.pk)
    if alert.budget.ended_at is None:
        found = standing.of_budget(alert.budget, _moment_in(alert))
        for user in people.holders(KEEPERS):
            if user.pk in alert.mailed_to:
                continue
            try:
                _mail(user, alert, found)
            except (OSError, SMTPException):
                logger.exception("budget.not_told", extra={"alert": alert.pk})
                return
            alert.mailed_to.append(user.pk)
            rows.update(mailed_to=alert.mailed_to)
    rows.update(due_at=None, mailed_at=timezone.now())


def _moment_in(alert: BudgetAlert) -> datetime:
    """Now, or the moment of the alert's month that is nearest to it."""
    start, end = months.span(alert.month, months.zone_of(alert.tenant_id))
    return min(max(start, timezone.now()), end - timedelta(microseconds=1))


def _mail(user: User, alert: BudgetAlert, found: Standing) -> None:
    """In the language of the reader, with the amounts as they see them. Raises SMTPException or OSError."""
    client = current.tenant()
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}"
    seen = sights.of(user, client, found.month)
    with translation.override(user.language):
        context = {
            "alert": alert,
            "client": client,
            "standing": found,
            "used": written(seen.of(found.used), found.currency),
            "expected": written(seen.of(found.expected), found.currency),
            "budget": written(seen.limit(found.amount), found.currency),
            "address": f"{prefix}/cost/budgets/",
        }
        subject = render_to_string("billing/budget_mail_subject.txt", context)
        text = render_to_string("billing/budget_mail.txt", context)
    send_mail(" ".join(subject.split()), text, None, [user.email])
