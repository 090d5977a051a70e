"""Why a channel cannot be connected, and what to do about it."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class ChannelRefused(AppError):
    """Nothing was changed."""

    code = "channel_refused"

    def text(self) -> str:
        return _("LINE refuses this channel: %(reason)s")


class WrongCredentials(ChannelRefused):
    code = "wrong_credentials"

    def text(self) -> str:
        return _(
            "LINE does not know this channel ID with this channel secret. "
            "Copy both from the “Basic settings” of the Messaging API channel in the LINE Developers Console."
        )


class LineSilent(ChannelRefused):
    code = "line_silent"

    def text(self) -> str:
        return _("LINE does not answer at the moment. Try again in a few minutes.")


class ChannelTaken(ChannelRefused):
    code = "channel_taken"

    def text(self) -> str:
        return _("The channel %(channel_id)s is connected to another client.")


class HasOtherChannel(ChannelRefused):
    code = "has_other_channel"

    def text(self) -> str:
        return _(
            "This client is connected to the channel %(channel_id)s. "
            "Its friends belong to that account: create another client for another channel."
        )
