from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdPlatformsConfig(AppConfig):
    name = "adplatforms"
    verbose_name = _("Ad platforms")

    def ready(self) -> None:
        from accounts import board
        from adplatforms import receivers, tasks, uses  # noqa: F401  (they register as they are imported)
        from adplatforms.audiences import making
        from adplatforms.consenting import consents, kinds
        from adplatforms.handing import news
        from adplatforms.line_audiences import commands as line_audiences
        from adplatforms.line_audiences import sizes
        from customers import merging
        from imports import kinds as imports
        from segments.reaching import audiences

        board.register(news.KIND, lambda: tasks.hand_over)
        board.register(making.KIND, lambda: tasks.make_files)
        board.register(line_audiences.KIND, lambda: tasks.keep_line_audiences)
        audiences.register_judge(line_audiences.PURPOSE, sizes.permitted)
        merging.register(consents.PART)
        imports.register(kinds.AdConsentsKind())
