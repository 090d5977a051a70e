"""What friends say and tap about linking, and what LINE tells of it."""

from channels import handlers
from channels.handlers import Received
from friends import replies
from friends.services import know
from linking import attempts
from linking.attempts import LINK_WORD, UNLINK_WORD

LINK, UNLINK = "musubi:link", "musubi:unlink"
_WISHES = {replies.plain(LINK_WORD): LINK, replies.plain(UNLINK_WORD): UNLINK}


@handlers.register("accountLink", "message", "postback")
def on_linking(events: list[Received]) -> None:
    """Links first, then wishes to end them: whichever is later by event time holds."""
    by_wish: dict[str | None, list[Received]] = {}
    for event in events:
        by_wish.setdefault(_wish(event), []).append(event)
    if confirmations := [event for event in events if event.type == "accountLink"]:
        _confirm(confirmations)
    if wishes := by_wish.get(UNLINK):
        _unlink(wishes)
    if wishes := by_wish.get(LINK):
        replies.owe("linking.invitations", wishes, know(event.line_user_id for event in wishes))


def _wish(event: Received) -> str | None:
    if not event.is_direct:
        return None
    if event.type == "postback":
        return event.payload["postback"].get("data")
    words = event.payload.get("message", {}).get("text") or ""
    return _WISHES.get(replies.plain(words))


def _confirm(events: list[Received]) -> None:
    linked = attempts.confirm(events)
    numbers = know(event.line_user_id for event in events if event.line_user_id)
    replies.owe(
        "linking.linked", [event for event in events if numbers.get(event.line_user_id) in linked], numbers
    )


def _unlink(wishes: list[Received]) -> None:
    numbers = know(event.line_user_id for event in wishes)
    newest = {numbers[event.line_user_id]: event.at for event in sorted(wishes, key=lambda event: event.at)}
    ended = attempts.withdraw(newest)
    replies.owe(
        "linking.unlinked", [event for event in wishes if numbers[event.line_user_id] in ended], numbers
    )
    replies.owe(
        "linking.not_linked", [event for event in wishes if numbers[event.line_user_id] not in ended], numbers
    )
