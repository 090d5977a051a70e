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
        return _("You made this broadcast yourself. Somebody else must approve it.")


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
