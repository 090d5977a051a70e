"""What checks of a channel can find, each in words: what it is, and what to do about it.

Words and advice may name details of the finding, such as `%(reason)s`.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    title: str | Promise
    advice: str | Promise = ""


FINDINGS: dict[str, Words] = {
    "access_ok": Words(_("LINE accepts channel ID and secret.")),
    "access_refused": Words(
        _("LINE refuses channel ID and secret. Nothing can be sent."),
        _(
            "The channel secret was probably reissued at LINE. Copy the present one from the “Basic "
            "settings” of the channel in the LINE Developers Console and replace the secret here."
        ),
    ),
    "account_refused": Words(
        _("LINE refuses this account: %(reason)s"),
        _(
            "It may be suspended, or its plan may have ended. Open it in LINE Official Account Manager; "
            "messages there say why. If there are none, ask LINE's support."
        ),
    ),
    "line_silent": Words(
        _("LINE did not answer the last check."),
        _("Usually this passes by itself. If it stays, see whether this server reaches api.line.me."),
    ),
    "webhook_ok": Words(_("LINE delivers to Musubi.")),
    "webhook_of_others": Words(_("Another tool receives the webhook: %(endpoint)s")),
    "webhook_none_needed": Words(_("No webhook address is set at LINE.")),
    "webhook_here_unasked": Words(
        _("The webhook comes here, though this client only sends."),
        _("Press “Receive the webhook”, or give the webhook back to the other tool."),
    ),
    "webhook_missing": Words(
        _("No webhook address is set at LINE. Nothing that friends do arrives here."),
        _("Press “Set and test the webhook”."),
    ),
    "webhook_elsewhere": Words(
        _("The webhook goes to another address: %(endpoint)s"),
        _(
            "Another tool has taken it; nothing that friends do arrives here. Press “Set and test the "
            "webhook” to take it back, or switch this client to sending only."
        ),
    ),
    "webhook_off": Words(
        _("“Use webhook” is switched off at LINE. Nothing that friends do arrives here."),
        _("Switch on “Use webhook” under “Messaging API” in the LINE Developers Console."),
    ),
    "webhook_unreachable": Words(
        _("LINE cannot deliver to Musubi: %(reason)s"),
        _("See whether this server is up and its address can be reached from the internet over https."),
    ),
    "events_ok": Words(_("Nothing suggests that events are missing.")),
    "events_quiet": Words(
        _("Messages are sent, but nothing has come in for three days."),
        _("See whether “Use webhook” is on, and whether somebody who writes to the account appears here."),
    ),
    "signatures_ok": Words(_("Signatures are right.")),
    "signatures_wrong": Words(
        _("%(more)s requests with a wrong signature came to the webhook address."),
        _(
            "They were refused. If friends' messages are missing, replace the channel secret; otherwise "
            "somebody else is trying the address, and nothing needs to be done."
        ),
    ),
    "quota_ok": Words(_("There are messages left.")),
    "quota_low": Words(
        _("Only %(remaining)s of %(limit)s messages are left this month."),
        _(
            "Plan the rest of the month, or raise the plan or its extra limit in LINE Official Account "
            "Manager."
        ),
    ),
    "quota_used_up": Words(
        _("The messages of this month are used up."),
        _(
            "Nothing more is sent until the month ends, or the plan is raised in LINE Official Account "
            "Manager."
        ),
    ),
    "login_ok": Words(_("LINE accepts the Login channel.")),
    "login_refused": Words(
        _("LINE refuses the Login channel's ID and secret. Links of routes cannot tell who comes."),
        _("Copy the present secret from the Login channel's “Basic settings” and enter it here."),
    ),
}


def title(finding: str, detail: dict) -> str:
    """A finding of a newer or older version, which has no words here, is shown as it is."""
    return str(FINDINGS[finding].title) % detail if finding in FINDINGS else finding


def advice(finding: str, detail: dict) -> str:
    return str(FINDINGS[finding].advice) % detail if finding in FINDINGS else ""
