from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatsConfig(AppConfig):
    name = "chats"
    verbose_name = _("Chats")

    def ready(self) -> None:
        from accounts import board
        from autoreplies import matching
        from chats import arrivals, inbox, receivers, sending, services, tasks, uses  # noqa: F401  (register)

        board.register(sending.KIND, lambda: tasks.send)
        board.register(arrivals.FETCHING, lambda: tasks.tend_media)
        board.register(arrivals.ALERTS, lambda: tasks.alert)
        board.register(services.READING, lambda: tasks.mark_as_read)
        matching.leave_to_people(inbox.in_hand)
