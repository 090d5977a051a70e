"""A plan in plain words, in the language that is active: for the page and the API."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.utils.translation import gettext as _

from segments.models import Audience
from segments.reaching.plans import (
    FEWEST_RECIPIENTS,
    MULTICAST_AT_ONCE,
    STATISTICS_FROM,
    Method,
    Plan,
    Send,
    Statistics,
    Took,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """One send in words."""

    send: Send
    way: str
    takes: str
    statistics: str
    upload: str  # "" if nothing is uploaded


def sends(plan: Plan) -> list[Told]:
    return [
        Told(send, _way(send), takes(send.takes), _statistics(send, plan), _upload(send))
        for send in plan.sends
    ]


def notes(plan: Plan) -> list[str]:
    """What else one should know before sending."""
    found = []
    if plan.guesses:
        found.append(
            _(
                "Gender, age, region, smartphone and days as a friend are LINE’s estimates, some days old. "
                "People of whom LINE does not know it are left out, whatever the condition says."
            )
        )
    if any(send.is_restricted for send in plan.narrowcasts):
        found.append(
            _("LINE sends a narrowcast only if %(least)s people or more fit. Else nobody gets it.")
            % {"least": FEWEST_RECIPIENTS}
        )
    if len(plan.sends) > 1:
        found.append(_("The sends share nobody: no friend gets the message twice."))
    if len(plan.narrowcasts) > 1:
        found.append(_("Narrowcasts follow one after the other, since LINE sets messages aside for each."))
    if plan.reserved:
        found.append(
            _("Until LINE has counted, it sets %(count)s messages of the month aside.")
            % {"count": f"{plan.reserved:,}"}
        )
    if plan.is_everyone and not plan.personal and plan.sends and plan.sends[0].method == Method.MULTICAST:
        found.append(
            _(
                "LINE’s own broadcast would do it in one request, also to friends whom this account does not "
                "know by name yet. Choose it when writing the message."
            )
        )
    return found


def takes(took: Took) -> str:
    """About how long, from the least to the most."""
    if took.most <= MINUTE:
        return _("less than a minute")
    if took.most <= took.least * 1.5:
        return _("about %(length)s") % {"length": _length(took.most)}
    if took.least < MINUTE:
        return _("up to %(most)s") % {"most": _length(took.most)}
    return _("%(least)s to %(most)s") % {"least": _length(took.least), "most": _length(took.most)}


def _length(length: timedelta) -> str:
    if length >= 2 * HOUR:
        return _("%(count)s h") % {"count": ceil(length / HOUR)}
    return _("%(count)s min") % {"count": ceil(length / MINUTE)}


def _way(send: Send) -> str:
    if send.method == Method.MULTICAST:
        return _("By LINE user ID, up to %(most)s friends in one request.") % {"most": MULTICAST_AT_ONCE}
    if send.method == Method.PUSH:
        return _("One request for each friend, since the text is personal.")
    if send.method == Method.BROADCAST:
        return _("In one request to all friends of the account, also those not known here yet.")
    return _narrowcast(send)


def _narrowcast(send: Send) -> str:
    kinds = {need.kind for need in send.needs}
    if Audience.Kind.UPLOAD in kinds:
        return _(
            "These friends are uploaded to LINE as an audience. LINE sends to those of them who fit the "
            "conditions that only LINE knows."
        )
    return _("LINE looks among all friends of the account, also those not known here yet, for those who fit.")


def _upload(send: Send) -> str:
    if not send.uploads:
        return ""
    return _("Files to upload: %(count)s; LINE takes minutes to hours to have them ready.") % {
        "count": send.uploads
    }


def _statistics(send: Send, plan: Plan) -> str:
    least = {"least": STATISTICS_FROM}
    if send.statistics == Statistics.REQUEST:
        return (
            _("Delivered, opened and clicked by LINE’s count of this request, from %(least)s people on")
            % least
        )
    if plan.personal:
        return (
            _("Opened and clicked by LINE’s count of the message, from %(least)s people on; who clicked")
            % least
        )
    return _("Opened and clicked by LINE’s count of the message, from %(least)s people on") % least
