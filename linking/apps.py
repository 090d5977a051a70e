from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinkingConfig(AppConfig):
    name = "linking"
    verbose_name = _("ID links")

    def ready(self) -> None:
        from accounts import board
        from events.registry import EventType, register
        from friends.replies import register as register_reply
        from linking import receivers, replies, tasks  # noqa: F401  (receivers register as they are imported)

        board.register("link_expiry", lambda: tasks.expire_attempts)
        register(
            EventType("linked", _("Linked"), (("method", _("Method")),)),
            EventType("unlinked", _("Unlinked"), (("how", _("How it ended")),)),
        )
        register_reply("linking.invitations", replies.invitations)
        register_reply("linking.linked", replies.linked)
        register_reply("linking.unlinked", replies.unlinked)
        register_reply("linking.not_linked", replies.not_linked)
