"""Which coupons show a picture, so that nobody takes it away."""

from django.utils.translation import gettext as _

from coupons.models import Coupon
from library import uses


@uses.register_picture
def that_show(code: str) -> list[uses.Use]:
    rows = Coupon.objects.filter(picture__code=code)
    return [uses.Use(_("Coupon"), each.name, "own_coupon", each.pk, each.state().label) for each in rows]
