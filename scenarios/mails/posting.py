"""Handing mails to the mail server, which has no retry key: what may have been taken is never repeated.

Whoever has mails to send keeps a row for each, with `due_at` and `attempts`, and claims it before the server
is asked. `send_due` is the turn of a worker.
"""

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from accounts import board

logger = logging.getLogger(__name__)
TAKEN, REFUSED, UNKNOWN = "taken", "refused", "unknown"
BROKEN_OFF = "broken_off"  # the problem of what is unknown
FOR_GOOD = 500  # SMTP's answers from here on say that a repetition would be refused, too
CLOSING = 421  # with this one the server ends the connection, as after its hundredth mail
LEASE = timedelta(minutes=2)  # longer than a mail may take
AGAIN = timedelta(minutes=1)
MOST_APART = 60  # times AGAIN, between two tries
TRIED_FOR = timedelta(days=1)
TURN = 4.0  # seconds: shorter than the work board waits until it wakes somebody else


@dataclass(frozen=True)
class Outcome:
    """`problem` is the server's answer, for people; "" if it took the mail. `is_last`: on this line."""

    end: str
    problem: str = ""
    may_be_tried_again: bool = False
    is_last: bool = False


class Mailbox:
    """An open connection to the mail server."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def post(self, mail: EmailMessage) -> Outcome:
        """Hand over one mail. What the server refuses by an answer is surely not taken.

        A line that broke, or that the server has closed, is opened anew for the next one.
        """
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            logger.warning("mail.server_away", extra={"reason": type(error).__name__})
            return Outcome(REFUSED, BROKEN_OFF, may_be_tried_again=True)
        outcome = self._hand_over(mail)
        if outcome.is_last:
            self._connection.close()
        return outcome

    def _hand_over(self, mail: EmailMessage) -> Outcome:
        try:
            self._connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()), (FOR_GOOD, b""))
            return _refused(code, text)
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:  # the line broke: before or after it was taken
            logger.warning("mail.unknown", extra={"reason": type(error).__name__})
            return Outcome(UNKNOWN, BROKEN_OFF, is_last=True)
        return Outcome(TAKEN)


def send_due(kind: str, waiting: QuerySet, send_one: Callable[[Mailbox], bool]) -> None:
    """Send what is due of these rows, for a few seconds, and be woken for the rest. Two at once share it.

    `kind` is that of the work board. `send_one` claims a row and sends it; False: there is none to claim.
    """
    seen = board.version(kind)
    if (due := waiting.filter(due_at__lte=timezone.now())).exists():
        with open_mailbox() as mailbox:
            if mailbox is None:
                due.update(due_at=timezone.now() + AGAIN)
            else:
                over = monotonic() + TURN
                while monotonic() < over and send_one(mailbox):
                    pass
    board.settle(kind, waiting.order_by("due_at").values_list("due_at", flat=True).first(), seen=seen)


def tried_again_at(outcome: Outcome, *, since: datetime, attempts: int) -> datetime | None:
    """When a mail that waits `since` then is tried once more; None: what came of it is final."""
    if not outcome.may_be_tried_again or timezone.now() >= since + TRIED_FOR:
        return None
    return timezone.now() + min(2**attempts, MOST_APART) * AGAIN


@contextmanager
def open_mailbox() -> Iterator[Mailbox | None]:
    """None while the mail server is away, so that nothing is claimed."""
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("mail.server_away", extra={"reason": type(error).__name__})
        yield None
        return
    try:
        yield Mailbox(connection)
    finally:
        connection.close()


def _refused(code: int, text: bytes | str) -> Outcome:
    said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    answer = f"{code} {said}"[:300]
    return Outcome(REFUSED, answer, may_be_tried_again=code < FOR_GOOD, is_last=code == CLOSING)
