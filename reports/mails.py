"""Reports by mail: a row for each mail, claimed before the mail server is asked, so that none leaves twice.

A worker that dies over a mail leaves it unknown; a person may then have it sent again.
"""

import logging
from collections.abc import Collection
from email.utils import formataddr, parseaddr

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import activity, board, current, people
from accounts.models import User
from agency_library import branding
from reports import drafting, showing
from reports.errors import AlreadyMailed, BadAddress, NoRecipients, NotConfirmed, NotReleased
from reports.models import Report, ReportMail, ReportSettings
from scenarios.mails import posting
from scenarios.mails.posting import Mailbox, Outcome

logger = logging.getLogger(__name__)
KIND = "report_mails"
State, What, Way = ReportMail.State, ReportMail.What, ReportSettings.Way
MOST = 50  # recipients
MOST_BYTES = 8_000_000  # of an attachment: what mail servers surely take; above it a link is sent
CLAIM = """
UPDATE reports_reportmail AS mail
SET state = CASE mail.state WHEN 'pending' THEN 'claimed' ELSE 'unknown' END,
    due_at = CASE mail.state WHEN 'pending' THEN %(until)s::timestamptz END,
    attempts = CASE mail.state WHEN 'pending' THEN least(attempts + 1, 30000) ELSE attempts END
WHERE id = (SELECT id FROM reports_reportmail WHERE state IN ('pending', 'claimed') AND due_at <= %(now)s
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def checked(addresses: Collection[str], *, confirmed: bool) -> list[str]:
    """Each once, in small letters. `confirmed`: somebody has said that strangers may get it.

    Raises BadAddress, NoRecipients, NotConfirmed.
    """
    found = list(dict.fromkeys(address.strip().lower() for address in addresses if address.strip()))
    for address in found:
        try:
            validate_email(address)
        except ValidationError as error:
            raise BadAddress(address=address[:100]) from error
    if not 1 <= len(found) <= MOST:
        raise NoRecipients
    if not confirmed and (others := strangers(found)):
        raise NotConfirmed(addresses=", ".join(others))
    return found


def strangers(addresses: Collection[str]) -> list[str]:
    """Those of nobody who may enter this client."""
    known = {user.email.lower() for user in people.members()}
    return [address for address in addresses if address not in known]


@transaction.atomic
def send(
    report: Report, addresses: Collection[str], *, way: str, confirmed: bool, by: User | None
) -> list[ReportMail]:
    """Have a released report mailed. Whom it was mailed already, or is being, is left out.

    Raises Gone, NotReleased, BadAddress, NoRecipients, NotConfirmed.
    """
    report = drafting.locked(report)
    if not report.is_released:
        raise NotReleased
    found = checked(addresses, confirmed=confirmed)
    made = queue(report, What.RELEASED, found, by=by, way=way)
    activity.record("report.mailed", report, by=by, to=[mail.address for mail in made], way=way)
    return made


def queue(
    report: Report, what: str, addresses: Collection[str], *, by: User | None, way: str = Way.LINK
) -> list[ReportMail]:
    """A row for each address that has none yet; they leave when the transaction is committed.

    One at a time: the caller holds a lock.
    """
    known = set(ReportMail.objects.filter(report=report, what=what).values_list("address", flat=True))
    now = timezone.now()
    rows = [
        ReportMail(
            report=report,
            what=what,
            address=address,
            way=way,
            due_at=now,
            asked_by_id=getattr(by, "pk", None),
        )
        for address in dict.fromkeys(addresses)
        if address not in known
    ]
    made = ReportMail.objects.bulk_create(rows)
    if made:
        board.call(KIND)
    return made


@transaction.atomic
def again(mail: ReportMail, *, by: User | None) -> ReportMail:
    """One more mail to the same address, after one that failed, is unknown, or was lost on the way.

    Raises Gone, NotReleased, AlreadyMailed while the newest to this address is under way.
    """
    report = drafting.locked(Report(pk=mail.report_id))
    if not report.is_released:
        raise NotReleased
    rows = ReportMail.objects.filter(report=report, what=mail.what, address=mail.address)
    newest = rows.order_by("-round").first()
    if newest is None or newest.pk != mail.pk or newest.state in (State.PENDING, State.CLAIMED):
        raise AlreadyMailed
    made = ReportMail.objects.create(
        report=report,
        what=mail.what,
        address=mail.address,
        round=newest.round + 1,
        way=mail.way,
        due_at=timezone.now(),
        asked_by_id=getattr(by, "pk", None),
    )
    activity.record("report.mailed", report, by=by, to=[mail.address], round=made.round)
    board.call(KIND)
    return made


def send_due() -> None:
    """Send what is due, for a few seconds, and be woken for the rest. Two workers at once share it."""
    waiting = ReportMail.objects.filter(state__in=[State.PENDING, State.CLAIMED])
    posting.send_due(KIND, waiting, _send_one)


def _send_one(mailbox: Mailbox) -> bool:
    mail = _claim()
    if mail and mail.state == State.CLAIMED:
        _post(mail, mailbox)
    return mail is not None


@transaction.atomic
def _claim() -> ReportMail | None:
    """One that is ours to send; or one that is unknown by now, since who claimed it has died."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + posting.LEASE})
        row = cursor.fetchone()
    return ReportMail.objects.select_related("report").get(pk=row[0]) if row else None


def _post(mail: ReportMail, mailbox: Mailbox) -> None:
    """What was withdrawn or deleted meanwhile is not mailed."""
    if mail.what == What.RELEASED and not mail.report.is_released:
        _end(mail, State.CANCELLED, "")
        return
    _store(mail, mailbox.post(message(mail)))


def _store(mail: ReportMail, outcome: Outcome) -> None:
    if again := posting.tried_again_at(outcome, since=mail.created_at, attempts=mail.attempts):
        rows = ReportMail.objects.filter(pk=mail.pk, state=State.CLAIMED)
        rows.update(state=State.PENDING, due_at=again, problem=outcome.problem)
        return
    states = {posting.TAKEN: State.SENT, posting.UNKNOWN: State.UNKNOWN}
    _end(mail, states.get(outcome.end, State.FAILED), outcome.problem)


def _end(mail: ReportMail, state: str, problem: str) -> None:
    sent = timezone.now() if state == State.SENT else None
    rows = ReportMail.objects.filter(pk=mail.pk, state=State.CLAIMED)
    if rows.update(state=state, problem=problem[:300], due_at=None, sent_at=sent) and state != State.SENT:
        logger.warning("report.not_mailed", extra={"mail": mail.pk, "state": state})


def message(mail: ReportMail) -> EmailMessage:
    """The mail in the report's language, in the agency's name; a draft is told in the reader's own."""
    report, tenant = mail.report, current.tenant()
    user = User.objects.filter(email=mail.address).first()
    is_report = mail.what == What.RELEASED
    language = report.language if is_report or user is None else user.language
    look = branding.of(tenant.agency_id)
    file = report.files.filter(language=report.language).first() if is_report else None
    is_attached = file is not None and mail.way == Way.ATTACHED and len(file.content) <= MOST_BYTES
    with translation.override(language):
        title = showing.title(report)
        text = _("[%(client)s] %(title)s") if is_report else _("[%(client)s] Draft to review: %(title)s")
        subject = text % {"client": tenant.name, "title": title}
        given = {
            "report": report,
            "title": title,
            "tenant": tenant,
            "agency": tenant.agency.name,
            "contact": look.contact,
            "address": address(report),
            "summary": showing.summary(report),
            "is_attached": is_attached,
        }
        name = "reports/mail.txt" if is_report else "reports/mail_drafted.txt"
        body = render_to_string(name, given)
    reply_to = look.reply_to or _releaser(report)
    sender = formataddr(
        (look.sender_name or tenant.agency.name, parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1])
    )
    made = EmailMessage(
        " ".join(subject.split()), body, sender, [mail.address], reply_to=[reply_to] if reply_to else None
    )
    if is_attached and file:
        made.attach(showing.file_name(report, report.language, "pdf"), bytes(file.content), "application/pdf")
    return made


def address(report: Report) -> str:
    prefix = f"{django_settings.BASE_URL}/{django_settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
    return f"{prefix}/reports/{report.pk}/"


def _releaser(report: Report) -> str:
    rows = User.objects.filter(pk=report.released_by_id or 0)
    return rows.values_list("email", flat=True).first() or ""
