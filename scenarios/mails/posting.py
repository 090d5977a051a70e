"""Handing mails to the mail server, which has no retry key: what may have been taken is never repeated."""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)
TAKEN, REFUSED, UNKNOWN = "taken", "refused", "unknown"
BROKEN_OFF = "broken_off"  # the problem of what is unknown
FOR_GOOD = 500  # SMTP's answers from here on say that a repetition would be refused, too
CLOSING = 421  # with this one the server ends the connection, as after its hundredth mail


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
