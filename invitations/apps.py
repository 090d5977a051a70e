from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "invitations"
    verbose_name = _("Invitations to link")

    def ready(self) -> None:
        from accounts import board
        from invitations import rates, receivers, tasks  # noqa: F401  (receivers register as they are imported)
        from invitations.models import EntryPoint
        from linking import entries

        board.register(rates.KIND, lambda: tasks.keep_link_days)
        entries.register_names(EntryPoint.objects.names)
