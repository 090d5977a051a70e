from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# LINE's words for what a beacon noticed, and for what became of a membership.
BEACON = {"enter": _("Came near"), "banner": _("Tapped the banner")}
MEMBERSHIP = {"joined": _("Joined"), "left": _("Left"), "renewed": _("Renewed")}


class FriendsConfig(AppConfig):
    name = "friends"
    verbose_name = _("Friends")

    def ready(self) -> None:
        from accounts import board
        from composing import variables as composed
        from events.registry import EventType, register
        from friends import receivers, tasks, variables  # noqa: F401  (receivers register as they are imported)

        composed.register(variables.SOURCE)

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
            EventType(
                "messaged",
                _("Wrote a message"),
                (("kind", _("Kind")), ("text", _("Text")), ("unsent", _("Taken back"))),
                {"unsent": lambda _value: _("Yes")},
            ),
            EventType("postback", _("Tapped a button"), (("data", _("Data")),)),
            EventType("stopped", _("Stopped broadcasts"), (("broadcast", _("Number of the broadcast")),)),
            EventType("resumed", _("Wants broadcasts again")),
            EventType("unsent", _("Took back a message"), (("message_id", _("Message ID")),)),
            EventType("watched_video", _("Watched a video to the end"), (("tracking_id", _("Tracking ID")),)),
            EventType(
                "beacon",
                _("Beacon"),
                (("kind", _("Kind")), ("hwid", _("Hardware ID"))),
                {"kind": lambda kind: BEACON.get(str(kind), kind)},
            ),
            EventType(
                "membership",
                _("Membership"),
                (("kind", _("Kind")), ("membership_id", _("Membership ID"))),
                {"kind": lambda kind: MEMBERSHIP.get(str(kind), kind)},
            ),
        )
