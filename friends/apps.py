from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FriendsConfig(AppConfig):
    name = "friends"
    verbose_name = _("Friends")

    def ready(self) -> None:
        from accounts import board
        from events.registry import EventType, register
        from friends import receivers, tasks  # noqa: F401  (receivers register as they are imported)

        board.register("profiles", lambda: tasks.fetch_profiles)
        board.register("replies", lambda: tasks.give_replies)
        board.register("imports", lambda: tasks.import_friends)
        board.register("followers", lambda: tasks.list_followers)
        board.register("insight", lambda: tasks.fetch_insight)
        register(
            EventType("followed", _("Added the account")),
            EventType("unblocked", _("Unblocked the account")),
            EventType("blocked", _("Blocked the account")),
            EventType("listed", _("Found on LINE’s list of friends")),
            EventType("messaged", _("Wrote a message"), (("kind", _("Kind")), ("text", _("Text")))),
            EventType("postback", _("Tapped a button"), (("data", _("Data")),)),
        )
