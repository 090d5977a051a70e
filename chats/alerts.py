"""E-mails to whoever takes care of a conversation that stays unread. They spend no message of LINE's."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import board, current
from accounts.models import User
from chats.arrivals import ALERTS
from chats.models import Conversation

logger = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(minutes=2)

CLAIM = """
UPDATE chats_conversation SET alert_at = %(until)s
WHERE friend_id IN (SELECT friend_id FROM chats_conversation WHERE alert_at <= %(now)s
                    ORDER BY alert_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING friend_id"""


def send_due() -> None:
    """Tell assignees of what is still unread. An e-mail may come twice after a crash, never not at all."""
    seen = board.version(ALERTS)
    while claimed := _claim():
        for conversation in claimed:
            _tell(conversation)
    waiting = Conversation.objects.exclude(alert_at=None).order_by("alert_at")
    board.settle(ALERTS, waiting.values_list("alert_at", flat=True).first(), seen=seen)


def _claim() -> list[Conversation]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Conversation.objects.filter(pk__in=ids).select_related("friend"))


def _tell(conversation: Conversation) -> None:
    user = User.objects.filter(pk=conversation.assignee_id or 0, is_active=True).first()
    if user and conversation.state == Conversation.State.UNREAD:
        try:
            _mail(user, conversation)
        except (OSError, SMTPException):
            logger.exception("chat_alert.not_sent", extra={"conversation": conversation.pk})
            return  # the lease brings it back
    Conversation.objects.filter(pk=conversation.pk, alert_at=conversation.alert_at).update(alert_at=None)


def _mail(user: User, conversation: Conversation) -> None:
    """Without what the friend wrote: an e-mail is no place for it."""
    client = current.tenant()
    address = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}/chats/{conversation.pk}/"
    names = {"client": client.name, "friend": str(conversation.friend)}
    with translation.override(user.language):
        subject = _("%(client)s: %(friend)s is waiting for an answer") % names
        body = _("A message of %(friend)s to %(client)s is still unread.") % names
    send_mail(" ".join(subject.split()), f"{body}\n\n{address}\n", None, [user.email])
