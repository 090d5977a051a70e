from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdPlatformsConfig(AppConfig):
    name = "adplatforms"
    verbose_name = _("Ad platforms")

    def ready(self) -> None:
        from accounts import board
        from adplatforms import tasks, uses  # noqa: F401  (uses register as they are imported)
        from adplatforms.audiences import making
        from adplatforms.consenting import consents, kinds
        from adplatforms.handing import news
        from customers import merging
        from imports import kinds as imports

        board.register(news.KIND, lambda: tasks.hand_over)
        board.register(making.KIND, lambda: tasks.make_files)
        merging.register(consents.PART)
        imports.register(kinds.AdConsentsKind())
