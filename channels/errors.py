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


class WrongLogin(ChannelRefused):
    code = "wrong_login_channel"

    def text(self) -> str:
        return _(
            "LINE does not know this LINE Login channel. Copy channel ID and channel secret from the “Basic "
            "settings” of the Login channel; they are not those of the Messaging API channel."
        )


class LoginIncomplete(ChannelRefused):
    code = "login_incomplete"

    def text(self) -> str:
        return _("A LINE Login channel needs both its channel ID and its channel secret.")


class LoginIsMessaging(ChannelRefused):
    code = "login_is_messaging"

    def text(self) -> str:
        return _("This is the Messaging API channel itself. LINE Login needs a channel of its own.")


class SameSecret(ChannelRefused):
    code = "same_secret"

    def text(self) -> str:
        return _(
            "This is the secret in use. Reissue it in the LINE Developers Console first, then enter the "
            "new one."
        )


class SendsOnly(ChannelRefused):
    code = "sends_only"

    def text(self) -> str:
        return _("This client sends only: another tool owns the webhook. Switch to receiving first.")


class BadWebhookAddress(ChannelRefused):
    code = "bad_webhook_address"

    def text(self) -> str:
        return _("LINE does not take this webhook address: %(reason)s")


class NothingToAsk(AppError):
    code = "no_channel"

    def text(self) -> str:
        return _("Connect the client’s LINE channel first.")


class AskedJustNow(AppError):
    code = "too_soon"

    def text(self) -> str:
        return _("LINE was asked less than half a minute ago. Its answer is on this page.")


class EntryExpired(ChannelRefused):
    code = "entry_expired"

    def text(self) -> str:
        return _("What was entered is no longer kept. Enter ID and secret again.")
