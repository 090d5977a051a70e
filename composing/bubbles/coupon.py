"""A coupon of LINE's.

Source: https://developers.line.biz/en/reference/messaging-api/#coupon-message
"""

from typing import ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm
from composing.coupons import MOST_TAG, coupons


class CouponBubble(BubbleForm):
    """One that the account has; one that is gone stays chosen, so that nothing changes unseen."""

    type, label, icon = "coupon", _("Coupon"), "ticket"
    template_name = "composing/coupon_form.html"
    new: ClassVar = {"couponId": ""}

    couponId = forms.ChoiceField(label=_("LINE’s coupon"))  # noqa: N815  (LINE's word)
    deliveryTag = forms.RegexField(  # noqa: N815
        rf"^[A-Za-z0-9_]{{1,{MOST_TAG}}}\Z",
        label=_("Counted in LINE’s manager as"),
        required=False,
        help_text=_("Letters, figures and _. Left empty, it is the name of the broadcast, if that has any."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get(self.add_prefix("couponId"), "")
        known = coupons.choices(chosen)
        gone = [(chosen, chosen)] if chosen and chosen not in dict(known) else []
        offered = cast("forms.ChoiceField", self.fields["couponId"])
        offered.choices = [("", _("Choose a coupon")), *known, *gone]
