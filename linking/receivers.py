"""What friends say and tap about linking, and what LINE tells of it."""

from collections import defaultdict
from urllib.parse import parse_qs

from channels import handlers
from channels.handlers import Received
from friends import replies
from friends.services import know
from linking import attempts, entries, unlinking
from linking.attempts import LINK_WORD, UNLINK_WORD
from linking.models import Link

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
        _invite(wishes)


def _wish(event: Received) -> str | None:
    if not event.is_direct:
        return None
    if event.type == "postback":
        return (event.payload["postback"].get("data") or "").partition("?")[0]
    words = event.payload.get("message", {}).get("text") or ""
    return _WISHES.get(replies.plain(words))


def _invite(wishes: list[Received]) -> None:
    numbers = know(event.line_user_id for event in wishes)
    by_entry: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in wishes:
        by_entry[_entry(event)].append(numbers[event.line_user_id])
    for (entry, variant), friend_ids in by_entry.items():
        attempts.wish(dict.fromkeys(friend_ids), entry=entry, variant=variant)
    replies.owe("linking.invitations", wishes, numbers)


def _entry(event: Received) -> tuple[str, str]:
    """Entry point and invitation that a button names: `musubi:link?entry=menu&variant=a`."""
    data = event.payload.get("postback", {}).get("data") or ""
    given = parse_qs(data.partition("?")[2])
    entry, variant = (entries.clean(given.get(name, [""])[0]) for name in ("entry", "variant"))
    return entry or entries.CHAT, variant


def _confirm(events: list[Received]) -> None:
    linked = attempts.confirm(events)
    numbers = know(event.line_user_id for event in events if event.line_user_id)
    replies.owe(
        "linking.linked", [event for event in events if numbers.get(event.line_user_id) in linked], numbers
    )


def _unlink(wishes: list[Received]) -> None:
    numbers = know(event.line_user_id for event in wishes)
    newest = {numbers[event.line_user_id]: event.at for event in sorted(wishes, key=lambda event: event.at)}
    ended = unlinking.unlink_friends(newest, how=Link.Ended.BY_FRIEND)
    replies.owe(
        "linking.unlinked", [event for event in wishes if numbers[event.line_user_id] in ended], numbers
    )
    replies.owe(
        "linking.not_linked", [event for event in wishes if numbers[event.line_user_id] not in ended], numbers
    )
