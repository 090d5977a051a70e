"""Files that messages show and the folders in which people look for them, messages to begin with, coupons."""

from library.models.coupons import CouponCreation, CouponReading, LineCoupon
from library.models.files import Folder, MediaFile, MediaFileQuerySet, MediaSize, new_code
from library.models.templates import MessageTemplate, MessageTemplateQuerySet

__all__ = [
    "CouponCreation",
    "CouponReading",
    "Folder",
    "LineCoupon",
    "MediaFile",
    "MediaFileQuerySet",
    "MediaSize",
    "MessageTemplate",
    "MessageTemplateQuerySet",
    "new_code",
]
