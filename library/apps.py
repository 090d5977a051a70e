from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("Media library")

    def ready(self) -> None:
        from accounts import board
        from composing import insertions
        from composing.coupons import coupons as offered
        from library import coupon_making, coupons, tasks
        from library.message_templates import inserting, uses  # noqa: F401  (uses register as they are imported)

        board.register(coupons.KIND, lambda: tasks.refresh_coupons)
        offered.register(coupons.choices)
        coupons.on_read(coupon_making.settle)
        insertions.register("template", inserting.of_own)
        insertions.register("agency", inserting.of_agency)
