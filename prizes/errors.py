"""What lotteries and point campaigns refuse, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NotADraft(AppError):
    code = "prizes_not_a_draft"

    def text(self) -> str:
        return _("“%(name)s” was opened already, so this cannot be changed any more.")


class NotOpen(AppError):
    code = "prizes_not_open"

    def text(self) -> str:
        return _("“%(name)s” is not open.")


class NotReady(AppError):
    """It cannot be opened; `problems` are said together."""

    code = "prizes_not_ready"

    def text(self) -> str:
        return _("It cannot be opened yet: %(problems)s")


class EndsBeforeItBegins(AppError):
    code = "prizes_end_before_begin"

    def text(self) -> str:
        return _("The end is not after the beginning.")


class PriceBelowZero(AppError):
    code = "prizes_price_below_zero"

    def text(self) -> str:
        return _("The price of one point must not be below zero.")


class NoSegment(AppError):
    code = "prizes_no_segment"

    def text(self) -> str:
        return _("Choose the segment whose friends may take part.")


class ManyOdds(AppError):
    code = "odds_above_whole"

    def text(self) -> str:
        return _("The odds add up to %(sum)s %%. Together they can be 100 %% at most.")


class UnknownPrize(AppError):
    code = "unknown_prize"

    def text(self) -> str:
        return _("The lottery has no prize %(prize)s.")


class OddsTooSoon(AppError):
    code = "odds_too_soon"

    def text(self) -> str:
        return _(
            "New odds can hold from one minute from now on, so that nobody draws by odds unknown to them."
        )


class OddsOutOfOrder(AppError):
    code = "odds_out_of_order"

    def text(self) -> str:
        return _("There are odds already that hold from %(from)s. Newer ones must hold from later on.")


class NotYet(AppError):
    code = "prizes_not_yet"

    def text(self) -> str:
        return _("It begins on %(at)s.")


class Over(AppError):
    code = "prizes_over"

    def text(self) -> str:
        return _("It is over. Thank you for your interest.")


class NotAmong(AppError):
    code = "prizes_not_among"

    def text(self) -> str:
        return _("This is for invited friends only.")


class NoTurnLeft(AppError):
    code = "no_turn_left"

    def text(self) -> str:
        return _("You have taken all your turns.")


class NoTurnToday(AppError):
    code = "no_turn_today"

    def text(self) -> str:
        return _("You have taken all your turns of today. Come again tomorrow.")


class NotThisTurn(AppError):
    code = "not_this_turn"

    def text(self) -> str:
        return _("This is not your next turn. Open the page again.")


class WinNotOpen(AppError):
    code = "win_not_open"

    def text(self) -> str:
        return _("This was given at once: there is nothing to send or to hand over.")


class NothingToSend(AppError):
    code = "nothing_to_send"

    def text(self) -> str:
        return _("This prize is not sent, so no address is needed.")


class NotOnPage(AppError):
    code = "not_entered_on_page"

    def text(self) -> str:
        return _("It cannot be entered on this page.")


class NotClosed(AppError):
    code = "points_not_closed"

    def text(self) -> str:
        return _("The list is drawn up once nobody can enter any more. Close the point campaign first.")


class ListApproved(AppError):
    code = "list_approved"

    def text(self) -> str:
        return _("A list of this point campaign is approved already, so no other can be drawn up.")


class ListNotReady(AppError):
    code = "list_not_ready"

    def text(self) -> str:
        return _("This list cannot be approved: it is being drawn up, was replaced, or is approved already.")


class ListNotApproved(AppError):
    code = "list_not_approved"

    def text(self) -> str:
        return _("Results belong to an approved list. Approve it first.")


class BadResults(AppError):
    code = "bad_results"

    def text(self) -> str:
        return _("Line %(line)s: %(problem)s Nothing was taken over.")


class UnknownAction(AppError):
    code = "unknown_action"

    def text(self) -> str:
        return _("What has to be done must name a type of event, and how often.")
