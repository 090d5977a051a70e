"""Follows and blocks, as they say which visits were behind them. Runs after friends' own receiver."""

from channels import handlers
from channels.handlers import Received
from friends.models import Friend
from routes import joining


@handlers.register("follow", "unfollow")
def on_friendship(events: list[Received]) -> None:
    users = {event.line_user_id for event in events if event.is_direct}
    joining.settle(Friend.objects.filter(line_user_id__in=users).values_list("pk", flat=True))
