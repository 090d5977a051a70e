"""What remains to be done at LINE for a channel: what its API tells, and what only a person can know."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Channel, ChannelCheck

NOT_HERE = {"webhook_missing", "webhook_elsewhere", "webhook_unreachable"}
BY_HAND = {
    "redelivery": (
        gettext_lazy("Switch on “Webhook redelivery”"),
        gettext_lazy(
            "LINE Developers Console → Messaging API. LINE then delivers again what did not get through."
        ),
    ),
    "error_statistics": (
        gettext_lazy("Switch on “Error statistics aggregation”"),
        gettext_lazy("LINE Developers Console → Messaging API. Without it LINE keeps no list of failures."),
    ),
    "auto_reply_off": (
        gettext_lazy("Switch off LINE's own greeting and auto-response"),
        gettext_lazy(
            "LINE Official Account Manager → Settings → Response settings. Both are on in a new account; "
            "friends would be answered twice."
        ),
    ),
    "login_linked": (
        gettext_lazy("Link the Login channel with this account"),
        gettext_lazy(
            "LINE Developers Console → the Login channel → Basic settings → “Linked LINE Official Account”. "
            "Then signing in can add the account as a friend."
        ),
    ),
    "provider": (
        gettext_lazy("See that the provider belongs to the client"),
        gettext_lazy(
            "With two administrators at least. A channel can never move to another provider, and "
            "the same person has another user ID under each."
        ),
    ),
}
RECEIVING = ["redelivery", "error_statistics", "auto_reply_off"]


@dataclass(frozen=True)
class Step:
    """People tick off what is done `by_hand`; the checks see the rest."""

    name: str
    title: str
    help: str
    is_done: bool
    by_hand: bool = True


def steps(channel: Channel, checks: Mapping[str, ChannelCheck]) -> list[Step]:
    """In the order in which one does them."""
    seen = _seen(checks.get(ChannelCheck.Kind.WEBHOOK)) if channel.receives else []
    names = [
        *(RECEIVING if channel.receives else []),
        *(["login_linked"] if channel.login_channel_id else []),
    ]
    ticked = [
        Step(name, str(BY_HAND[name][0]), str(BY_HAND[name][1]), name in channel.done_by_hand)
        for name in [*names, "provider"]
    ]
    return seen + ticked


def _seen(webhook: ChannelCheck | None) -> list[Step]:
    """Whether “Use webhook” is on shows once the address is ours."""
    finding = webhook.finding if webhook else "webhook_missing"
    return [
        Step(
            "address",
            _("Webhook address set and tested"),
            _("Musubi does this by LINE's API."),
            finding not in NOT_HERE,
            by_hand=False,
        ),
        Step(
            "use_webhook",
            _("Switch on “Use webhook”"),
            _("LINE Developers Console → Messaging API. LINE's API cannot do it; the next check sees it."),
            finding in {"webhook_ok", "webhook_unreachable"},
            by_hand=False,
        ),
    ]
