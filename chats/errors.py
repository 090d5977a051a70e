"""What a chat refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NothingToSend(AppError):
    code = "nothing_to_send"

    def text(self) -> str:
        return _("Write something, or add a picture or a sticker.")


class FriendBlocked(AppError):
    code = "friend_blocked"

    def text(self) -> str:
        return _("%(friend)s has blocked the account: nothing would arrive. Only they can unblock it.")


class NotConnected(AppError):
    code = "not_connected"

    def text(self) -> str:
        return _("No LINE channel is connected. Connect one first; then friends can be answered.")


class CostsMoney(AppError):
    """The free reply is over, and nobody has agreed to pay for a push."""

    code = "costs_money"

    def text(self) -> str:
        return _("The free reply is over. A push counts as 1 message: agree to it and send again.")


class NotAMember(AppError):
    code = "not_a_member"

    def text(self) -> str:
        return _("This person cannot answer chats of this client. Choose somebody who can.")


class WrongState(AppError):
    code = "wrong_state"

    def text(self) -> str:
        return _("This is not possible any more: it was decided meanwhile. Reload the page.")


class EmptyNote(AppError):
    code = "empty_note"

    def text(self) -> str:
        return _("A note needs 1 to %(longest)s characters.")
