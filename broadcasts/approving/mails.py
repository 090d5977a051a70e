"""Mails about approvals: owed with what they tell of, and sent until the mail server takes them.

Each person is told once, in their language, with a link that leads nowhere without signing in.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import board, current
from accounts.models import User
from broadcasts.approving import words
from broadcasts.models import ApprovalMail, Comment, Review, Stage, Turn

logger = logging.getLogger(__name__)
KIND = "approvals"  # on the work board
BATCH = 50
LEASE = timedelta(minutes=2)  # a mail that could not leave is tried again then
Kind = ApprovalMail.Kind

CLAIM = """
UPDATE broadcasts_approvalmail SET due_at = %(until)s, attempts = least(attempts + 1, 30000)
WHERE id IN (SELECT id FROM broadcasts_approvalmail WHERE due_at <= %(now)s
             ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id"""


def owe_turn(turn: Turn, judges: Iterable[User]) -> None:
    """Tell those who may give their word now; if nobody has by the time set, them and the author again."""
    asked = {user.pk for user in judges}
    _owe(asked, timezone.now(), kind=Kind.TURN, broadcast=turn.broadcast, turn=turn)
    if turn.late_at:
        late = asked | _authors(turn)
        _owe(late, turn.late_at, kind=Kind.LATE, broadcast=turn.broadcast, turn=turn)


def owe_verdict(review: Review, turn: Turn | None) -> None:
    """Tell the author, and whoever asked, what was said."""
    authors = (review.broadcast.created_by_id, turn.by_id if turn else None)
    told = {pk for pk in authors if pk and pk != review.by_id}
    _owe(told, timezone.now(), kind=Kind.VERDICT, broadcast=review.broadcast, review=review)


def owe_comment(comment: Comment) -> None:
    """Tell the author, and who has said something before."""
    others = comment.broadcast.comments.values_list("by_id", flat=True)
    told = {pk for pk in (comment.broadcast.created_by_id, *others) if pk and pk != comment.by_id}
    _owe(told, timezone.now(), kind=Kind.COMMENT, broadcast=comment.broadcast, comment=comment)


def send_due() -> None:
    """Send what is owed by now. A mail may come twice after a crash, never not at all."""
    seen = board.version(KIND)
    while claimed := _claim():
        for mail in claimed:
            _send(mail)
    owed = ApprovalMail.objects.exclude(due_at=None).order_by("due_at")
    board.settle(KIND, owed.values_list("due_at", flat=True).first(), seen=seen)


def _owe(people: Iterable[int], at: datetime, **about: object) -> None:
    """In the transaction that makes it true, so that a mail server that is away loses nothing."""
    rows = [ApprovalMail(user_id=pk, due_at=at, **about) for pk in sorted(people)]
    ApprovalMail.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        board.call(KIND, at)


def _authors(turn: Turn) -> set[int]:
    return {pk for pk in (turn.broadcast.created_by_id, turn.by_id) if pk}


def _claim() -> list[ApprovalMail]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
    found = ApprovalMail.objects.filter(pk__in=ids).select_related("turn", "review", "comment")
    return list(found.select_related("broadcast__segment", "turn", "review", "comment").order_by("pk"))


def _send(mail: ApprovalMail) -> None:
    user = User.objects.filter(pk=mail.user_id, is_active=True).first()
    if user and _is_true(mail, user):
        try:
            _write(mail, user)
        except (OSError, SMTPException):
            logger.exception("approval.not_told", extra={"mail": mail.pk})
            return  # the lease brings it back
        mail.sent_at = timezone.now()
    mail.due_at = None
    mail.save(update_fields=["due_at", "sent_at"])


def _is_true(mail: ApprovalMail, user: User) -> bool:
    """Whether it is still so, and still this person's business."""
    if not user.has_perm("broadcasts.view_broadcast"):
        return False
    if mail.turn is None:
        return True
    is_author = mail.kind == Kind.LATE and user.pk in _authors(mail.turn)
    return mail.turn.ended_at is None and (is_author or user.has_perm(Stage(mail.turn.stage).right))


def _write(mail: ApprovalMail, user: User) -> None:
    """In the language of the reader. Raises SMTPException or OSError."""
    client = current.tenant()
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}/broadcasts"
    with translation.override(user.language), timezone.override(client.time_zone):
        page = "" if mail.kind == Kind.VERDICT else "review/"
        context = {
            "mail": mail,
            "client": client,
            "broadcast": mail.broadcast,
            "address": f"{prefix}/{mail.broadcast_id}/{page}",
            "who": words.person(_speaker(mail)),
            **(words.facts(mail.broadcast, user) if mail.turn else {}),
        }
        subject = render_to_string("broadcasts/approval_mail_subject.txt", context)
        text = render_to_string("broadcasts/approval_mail.txt", context)
    send_mail(" ".join(subject.split()), text, None, [user.email])


def _speaker(mail: ApprovalMail) -> int | None:
    about = mail.turn or mail.review or mail.comment
    return about.by_id if about else None
