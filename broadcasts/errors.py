"""What a broadcast refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class WrongStatus(AppError):
    code = "wrong_status"

    def text(self) -> str:
        return _("This is not possible while the broadcast is “%(status)s”.")


class NeedsApproval(AppError):
    code = "needs_approval"

    def text(self) -> str:
        return _("The client has not approved this version. Ask for approval first.")


class NeedsCheck(AppError):
    code = "needs_check_first"

    def text(self) -> str:
        return _("Nobody else of the agency has checked this version. Ask for the check first.")


class NeedsSecondApproval(AppError):
    code = "needs_second_approval"

    def text(self) -> str:
        return _("It goes to %(people)s people now. So large a send needs a second approver: ask for one.")


class ApprovedAlready(AppError):
    code = "approved_already"

    def text(self) -> str:
        return _("You have approved this already. Somebody else must be the second.")


class SegmentChangedSince(AppError):
    code = "segment_changed_since"

    def text(self) -> str:
        return _(
            "The segment “%(segment)s” has changed since the broadcast was approved. "
            "Save the broadcast again and ask for approval."
        )


class OwnBroadcast(AppError):
    code = "own_broadcast"

    def text(self) -> str:
        return _("You wrote some of this yourself. Somebody else must approve it.")


class InThePast(AppError):
    code = "in_the_past"

    def text(self) -> str:
        return _("The time is in the past. Choose a later one, or send now.")


class EmptySegment(AppError):
    code = "empty_segment"

    def text(self) -> str:
        return _("Nobody is in the segment “%(segment)s” at present. Choose another or change it.")


class NoChannel(AppError):
    code = "no_channel"

    def text(self) -> str:
        return _("No LINE channel is connected. Connect one first.")


class ChangedMeanwhile(AppError):
    code = "changed_meanwhile"

    def text(self) -> str:
        return _("Somebody else has changed this broadcast. Reload and look again.")


class InQuietHours(AppError):
    """`until` is the next good moment."""

    code = "in_quiet_hours"

    def text(self) -> str:
        return _("At that time the quiet hours hold. The next good moment is %(at)s.")


class Repeats(AppError):
    code = "repeats"

    def text(self) -> str:
        return _("This broadcast is sent again and again: its dates are scheduled by themselves.")


class NoTesters(AppError):
    code = "no_testers"

    def text(self) -> str:
        return _("None of these testers can be sent to. Choose testers who are friends and get tests.")


class NoRoomForMark(AppError):
    code = "no_room_for_mark"

    def text(self) -> str:
        return _("All five bubbles are used, and none has room for the word “Test”. Shorten or remove one.")


class NoDates(AppError):
    code = "no_dates"

    def text(self) -> str:
        return _("The rule has no such date. Look at the first and the last day, and at the days chosen.")


class LineRefuses(AppError):
    code = "line_refuses"

    def text(self) -> str:
        return _("LINE would refuse these messages: %(text)s")


class PageNotOpen(AppError):
    """It leads to a coupon, or the like, that none of those who get it could have."""

    code = "page_not_open"

    def text(self) -> str:
        return "%(why)s"


class NobodyToFollow(AppError):
    code = "nobody_to_follow"

    def text(self) -> str:
        return "%(why)s"
