from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutorepliesConfig(AppConfig):
    name = "autoreplies"
    verbose_name = _("Auto-replies")

    def ready(self) -> None:
        from autoreplies import composers, receivers, uses  # noqa: F401  (uses register as they are imported)
        from friends import replies

        replies.register(receivers.GREETING, composers.greetings)
        replies.register(receivers.ANSWER, composers.answers)
