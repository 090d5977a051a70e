from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "segments"
    verbose_name = _("Segments")

    def ready(self) -> None:
        from accounts import board
        from imports.kinds import register as register_kind
        from segments import tasks, types, uses  # noqa: F401  (types and uses register what they say)
        from segments.facts import sizes
        from segments.lists import files as list_files
        from segments.lists import filling
        from segments.reaching import audiences, line_audiences

        register_kind(list_files.FriendListKind())
        board.register(sizes.KIND, lambda: tasks.keep_sizes)
        board.register(audiences.KIND, lambda: tasks.keep_audiences)
        board.register(line_audiences.KIND, lambda: tasks.fetch_line_audiences)
        board.register(filling.KIND, lambda: tasks.fill_lists)
