from django.utils.translation import gettext as _

from accounts.errors import AppError


class NotConnected(AppError):
    code = "not_connected"

    def text(self) -> str:
        return _("This client has no LINE channel yet. Connect one first.")


class NoLogin(NotConnected):
    """Said to friends: the client's people read on its channel page what is missing."""

    def text(self) -> str:
        return _("Linking is not set up at this address yet. Send “連携” in the chat of the account instead.")


class NoDoor(AppError):
    """Somebody came to a page of one person without their own address, or it is of nothing that exists."""

    code = "no_door"

    def text(self) -> str:
        return _("Open this page from the message that you got in LINE: it is another one for each person.")


class NotAFriend(AppError):
    """LINE gives link tokens for present friends only."""

    code = "not_a_friend"

    def text(self) -> str:
        return _("LINE does not count this person as a friend, so they cannot be linked.")


class LinkExpired(AppError):
    code = "link_expired"

    def text(self) -> str:
        return _("This link is no longer valid. Send “%(word)s” in the chat to get a new one.")


class WrongDetails(AppError):
    """The same for an unknown number and a wrong birthday, so that nobody learns which numbers exist."""

    code = "wrong_details"

    def text(self) -> str:
        return _("The customer number and birthday do not match our records. Please check both.")


class TooManyTries(AppError):
    code = "too_many_tries"

    def text(self) -> str:
        return _("The details were wrong too often. Please try again tomorrow, or ask the shop.")


class CodesTooOften(AppError):
    code = "codes_too_often"

    def text(self) -> str:
        return _("Too many codes were asked for. Please try again tomorrow, or show who you are another way.")


class NotLinked(AppError):
    code = "not_linked"

    def text(self) -> str:
        return _("This link has already ended.")


class NotProven(AppError):
    """An ID token that is not LINE's, not for our Login channel, or too old."""

    code = "bad_token"

    def text(self) -> str:
        return _("LINE does not confirm who you are. Close this page and open it again from LINE.")


class LineAway(AppError):
    code = "line_away"

    def text(self) -> str:
        return _("LINE does not answer at the moment. Please try again in a few minutes.")


class TooFast(AppError):
    code = "too_fast"

    def text(self) -> str:
        return _("That was a lot at once. Please wait a minute, then try again.")


class SignInOver(AppError):
    """A state that is unknown, used, or older than ten minutes."""

    code = "sign_in_over"

    def text(self) -> str:
        return _("This sign-in was used already or took too long. Nothing was linked by it.")


class OtherBrowser(AppError):
    code = "other_browser"

    def text(self) -> str:
        return _("The sign-in began in another browser than this one. For your safety nothing was linked.")


class ReturnRefused(AppError):
    code = "return_refused"

    def text(self) -> str:
        return _("This address is not among those to which a browser may be sent back.")


class BadSignature(AppError):
    code = "bad_signature"

    def text(self) -> str:
        return _("This link is not valid, or no longer. Go back to the shop and open it again there.")


class StateUnknown(AppError):
    code = "not_found"

    def text(self) -> str:
        return _("There is no sign-in of this name.")


class StateUsed(AppError):
    code = "state_used"

    def text(self) -> str:
        return _("This was used already. Begin again.")


class AlreadyDecided(AppError):
    code = "already_decided"

    def text(self) -> str:
        return _("This conflict has been decided or has settled itself meanwhile. Look at the list again.")


class BadNumber(AppError):
    code = "bad_number"

    def text(self) -> str:
        return _("A customer number has 1 to 100 characters.")
