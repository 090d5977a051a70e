"""What an account cannot do, one line each, so that nobody promises it to a client."""

from django.utils.translation import gettext as _

from channels.models import Channel

REACH_FOR_DEMOGRAPHICS = 100


def cannot(account_type: str, *, receives: bool, has_login: bool, reach: int | None = None) -> list[str]:
    """`reach` is the number of friends a message can reach by LINE's count; None if LINE has not said."""
    lines: list[str] = []
    if not receives:
        lines += without_webhook()
    if account_type in (Channel.AccountType.UNVERIFIED, Channel.AccountType.UNKNOWN):
        lines += _unverified()
    if not has_login:
        lines.append(_("By which route a friend came stays unknown: that takes a LINE Login channel."))
    if reach is None or reach < REACH_FOR_DEMOGRAPHICS:
        lines.append(
            _(
                "No sending by age, gender or region, as long as fewer than 100 friends can be reached. "
                "Figures of fewer than 20 people are hidden by LINE."
            )
        )
    return lines


def of(channel: Channel) -> list[str]:
    """What this connected channel cannot do."""
    return cannot(channel.account_type, receives=channel.receives, has_login=bool(channel.login_channel_id))


def without_webhook() -> list[str]:
    """Source: design, B4. Replies are free and need an event; LINE has no other list of who blocks."""
    return [
        _("No greeting and no keyword replies: they answer events, and events go to the other tool."),
        _("No 1:1 chat: what friends write does not arrive here."),
        _(
            "New friends and blocks are not noticed. Friends become known by LINE Login, by import "
            "and by links; who has blocked the account is not known."
        ),
        _("No linking of customers by the word 「連携」; LINE Login still links."),
    ]


def _unverified() -> list[str]:
    """Source: https://www.linebiz.com/jp/service/line-official-account/verified-account/ and
    https://developers.line.biz/en/reference/messaging-api/#get-follower-ids
    """
    return [
        _(
            "LINE does not list the existing friends of an unverified account: they become known as they "
            "write, tap or add the account again, or by CSV import."
        ),
        _("The account is not found by searching in LINE."),
        _("No friend-add ads, posters or payment by invoice in LINE Official Account Manager."),
        _("No sharing of audiences through Business Manager."),
    ]
