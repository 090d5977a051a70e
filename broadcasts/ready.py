"""Ready-made segments about our messages."""

from django.utils.translation import gettext_lazy as _

from broadcasts.leaves.naming import LAST
from segments.leaves import MESSAGES
from segments.ready import Ready, register

QUIET_DAYS = 90

register(
    Ready(
        "clicked-last",
        _("Clicked in the last message"),
        {"all": [{"type": "clicked", "broadcast": LAST}]},
        _("They are interested just now: follow up while it lasts."),
        MESSAGES,
    ),
    Ready(
        "opened-last",
        _("Opened the last message sent by LINE"),
        {"all": [{"type": "opened", "broadcast": LAST}]},
        _("LINE knows who they are, and sends to them by narrowcast: 50 people or more."),
        MESSAGES,
    ),
    Ready(
        "not-clicked-last",
        _("Received the last message and did not click"),
        {"all": [{"type": "not_clicked", "broadcast": LAST}]},
        _("Say it once more in other words, or leave them in peace for a while."),
        MESSAGES,
    ),
    Ready(
        "no-click",
        _("No click in 90 days"),
        {
            "all": [
                {"type": "received", "within_days": QUIET_DAYS, "own_links": True},
                {"not": {"type": "clicked", "within_days": QUIET_DAYS}},
            ]
        },
        _("They got messages with personal links and opened none: write less often, or something else."),
        MESSAGES,
    ),
    Ready(
        "not-messaged",
        _("Not messaged in 3 days"),
        {"all": [{"type": "messages", "count_at_most": 0, "within_days": 3}]},
        _("Whom you may write to without becoming a nuisance."),
        MESSAGES,
    ),
)
