from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouponsConfig(AppConfig):
    name = "coupons"
    verbose_name = _("Coupons")

    def ready(self) -> None:
        from accounts import board
        from broadcasts.checking import own_pages
        from broadcasts.checking.findings import Kind
        from campaigns import members
        from composing import variables
        from coupons import (
            belonging,
            event_types,
            gifts,
            leading,
            leaves,  # noqa: F401  (conditions register as they are imported)
            orders,
            reward,
            rewards,
            tasks,
            uses,  # noqa: F401
            warning,
        )
        from coupons.files import CouponCodesKind
        from coupons.models import Coupon
        from events import registry
        from friends import personal
        from imports import kinds as imports

        personal.register(reward.PAGE, "cp", reward.titles)
        variables.register(personal.variables(reward.PAGE, Coupon.objects.addressed))
        own_pages.register(reward.PAGE, Kind.COUPON, leading.look)
        rewards.register(reward.KIND)
        registry.register(*event_types.TYPES)
        registry.register_names("coupon", event_types.names)
        imports.register(CouponCodesKind())
        members.register("coupon", belonging.described)
        board.register(warning.KIND, lambda: tasks.warn)
        board.register(gifts.KIND, lambda: tasks.give)
        board.register(orders.KIND, lambda: tasks.match_orders)
