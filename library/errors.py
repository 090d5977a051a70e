"""What the library refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class UnreadablePicture(AppError):
    code = "unreadable_picture"

    def text(self) -> str:
        return _("“%(name)s” is no picture that LINE takes. Choose a JPEG or PNG file.")


class PictureTooLarge(AppError):
    code = "picture_too_large"

    def text(self) -> str:
        return _("“%(name)s” is larger than 10 MB. Choose a smaller picture.")


class NeedsHttps(AppError):
    code = "needs_https"

    def text(self) -> str:
        return _(
            "LINE fetches pictures from an https address, and this installation has none. "
            "Whoever runs it can set MEDIA_BASE_URL."
        )


class UnknownKind(AppError):
    code = "unknown_media"

    def text(self) -> str:
        return _(
            "“%(name)s” cannot be sent by LINE. Pictures are JPEG or PNG, videos MP4, audio M4A or MP3: "
            "save it as one of these and upload it again."
        )


class FileTooLarge(AppError):
    code = "file_too_large"

    def text(self) -> str:
        return _("“%(name)s” is larger than %(most)s MB. Make it shorter or smaller and upload it again.")


class NoLength(AppError):
    """A sound of which nobody can tell how long it is; LINE wants to know."""

    code = "no_length"

    def text(self) -> str:
        return _("The length of “%(name)s” cannot be read. Save it again as M4A or MP3 and upload that.")


class BadName(AppError):
    code = "bad_name"

    def text(self) -> str:
        return _("A name needs 1 to %(longest)s characters.")


class FolderExists(AppError):
    code = "folder_exists"

    def text(self) -> str:
        return _("There is already a folder “%(name)s”.")


class StillUsed(AppError):
    code = "still_used"

    def text(self) -> str:
        return _(
            "“%(name)s” is shown by messages and cannot be deleted: they would lose it. Archive it instead."
        )


class UnknownSize(AppError):
    code = "unknown_size"

    def text(self) -> str:
        return _("There is no size “%(size)s” of this file.")


class FileGone(AppError):
    code = "file_gone"

    def text(self) -> str:
        return _(
            "A file of this template is not there any more: %(address)s. Choose another one in its place."
        )


class NoChannel(AppError):
    code = "not_connected"

    def text(self) -> str:
        return _("This client has no LINE channel yet. Connect one first.")


class BadCoupon(AppError):
    """What LINE would refuse of a coupon; `problems` have their paths."""

    code = "bad_coupon"

    def __init__(self, problems: list[dict]) -> None:
        super().__init__()
        self.problems = problems

    def text(self) -> str:
        return _("LINE would not take this coupon: look at the fields that are marked.")


class LineRefused(AppError):
    code = "line_refused"

    def text(self) -> str:
        return _("LINE has refused: %(reason)s")


class LineSilent(AppError):
    """Nobody knows whether LINE has done it."""

    code = "line_silent"

    def text(self) -> str:
        return _(
            "LINE did not answer. Its coupons are being read: the list tells in a minute what came of it."
        )


class CouponUnsettled(AppError):
    code = "coupon_unsettled"

    def text(self) -> str:
        return _(
            "The same coupon was asked for a moment ago, and LINE has not answered. Wait until the list tells"
            " what came of it, so that it is not made twice."
        )


class CouponClosed(AppError):
    code = "line_coupon_closed"

    def text(self) -> str:
        return _("This coupon is closed already.")
