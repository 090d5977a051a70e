from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "segments"
    verbose_name = _("Segments")

    def ready(self) -> None:
        from accounts import board
        from imports.kinds import register as register_kind
        from segments import audiences, filling, line_audiences, list_files, sizes, tasks, types, uses  # noqa: F401  (types and uses register what they say)

        register_kind(list_files.FriendListKind())
        board.register(sizes.KIND, lambda: tasks.keep_sizes)
        board.register(audiences.KIND, lambda: tasks.keep_audiences)
        board.register(line_audiences.KIND, lambda: tasks.fetch_line_audiences)
        board.register(filling.KIND, lambda: tasks.fill_lists)
