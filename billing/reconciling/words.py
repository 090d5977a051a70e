"""What LINE's kinds of messages are called, and why counts differ, in words for people."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.reconciling.comparing import Gap, Why

LONGEST = 200  # of a reason in the ledger
KINDS: dict[str, Promise] = {
    "apiMulticast": gettext_lazy("Multicast"),
    "apiPush": gettext_lazy("Push"),
    "apiNarrowcast": gettext_lazy("Narrowcast"),
    "apiBroadcast": gettext_lazy("Broadcast to all"),
    "broadcast": gettext_lazy("LINE’s console: to all friends"),
    "targeting": gettext_lazy("LINE’s console: to some friends"),
    "stepMessage": gettext_lazy("LINE’s console: step messages"),
}
REASONS: dict[Why, Promise] = {
    Why.AGREES: gettext_lazy("Both counts agree."),
    Why.BY_HAND: gettext_lazy(
        "Sent in LINE Official Account Manager; booked as sent outside Musubi, since it uses the same quota."
    ),
    Why.OTHER_TOOL: gettext_lazy(
        "LINE counts more than Musubi sent: another tool sends for this account. Booked as sent outside "
        "Musubi."
    ),
    Why.FEWER: gettext_lazy(
        "Some people had blocked the account or left LINE before it arrived; LINE does not bill them."
    ),
    Why.MORE: gettext_lazy("A broadcast to all also reached friends whom Musubi does not know yet."),
    Why.MIDNIGHT: gettext_lazy("Accepted just before midnight; LINE counts it on this day."),
    Why.UNSETTLED: gettext_lazy(
        "Perhaps a send whose outcome is not known yet. It is booked when that is settled."
    ),
    Why.UNTOLD: gettext_lazy("LINE tells no number here, as with fewer than 20. Our count stands."),
    Why.DOUBTED: gettext_lazy(
        "LINE counts none of what it has accepted. That is doubtful, and not booked; if LINE’s bill says so "
        "too, correct the month by hand."
    ),
}


def kind(name: str) -> str:
    return str(KINDS[name])


def reasons(gap: Gap) -> list[str]:
    return [str(REASONS[why]) for why in gap.reasons]


def reason(day: date, gap: Gap) -> str:
    """For the ledger, where it stands by itself."""
    figures = {
        "day": f"{day:%Y/%m/%d}",
        "kind": kind(gap.name),
        "ours": f"{gap.ours:,}",
        "lines": f"{gap.lines or 0:,}",
    }
    text = _("%(day)s, %(kind)s: %(ours)s by Musubi’s count, %(lines)s by LINE’s.") % figures
    return text[:LONGEST]
