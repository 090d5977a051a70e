"""What people are told when they link: what it means, that it can be ended, and whose record it is."""

from django.utils.translation import gettext as _

from accounts import current
from customers.models import Customer
from linking.attempts import UNLINK_WORD
from linking.models import LinkSettings

HIDDEN = "●"
SHOWN = 3  # characters of a number


def consent() -> str:
    """What is agreed to; kept with the link in the words that were shown."""
    words = {"client": current.tenant().name, "word": UNLINK_WORD}
    return (
        _(
            "I agree that %(client)s links my LINE account with my customer record and uses it "
            "for messages that suit me. I can unlink at any time by sending “%(word)s” in the chat."
        )
        % words
    )


def reason() -> str:
    """Why to link, in the client's words; "" if they gave none."""
    return LinkSettings.present().reason


def masked(customer: Customer | None) -> str:
    """Enough of a customer to be known by themself, and by nobody else: “A●●● (●●●100)”."""
    if customer is None:
        return ""
    number = masked_number(customer.number)
    return f"{masked_name(customer.name)} ({number})" if customer.name else number


def masked_number(number: str) -> str:
    """Its end, of short ones half."""
    kept = min(SHOWN, len(number) // 2)
    return HIDDEN * min(len(number) - kept, 6) + number[len(number) - kept :]


def masked_name(name: str) -> str:
    return name[:1] + HIDDEN * min(max(len(name) - 1, 1), 3)
