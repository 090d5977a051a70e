"""Webhooks on command, for `control.Simulator`: any event, and anything that can befall one."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from line.simulator.remote import Remote


class WebhookControl(Remote):
    """Calls that send return when the webhook has been tried once."""

    def send_event(
        self,
        channel_id: str,
        kind: str,
        *,
        user_id: str | None = None,
        group_id: str | None = None,
        room_id: str | None = None,
        at: datetime | None = None,
        mode: str = "active",
        **fields: Any,
    ) -> dict:
        """An event of any type, also of one that LINE has not thought of yet. Answers with it.

        `fields` are LINE's names: `membership={"type": "joined", "membershipId": 1}`; with None one is left
        out. `at` may lie in the future. Without a person, group or room it has no source.
        """
        event = made_event(
            kind, user_id=user_id, group_id=group_id, room_id=room_id, at=at, mode=mode, **fields
        )
        return self.send_events(channel_id, [event])[0]

    def send_events(
        self, channel_id: str, events: list[dict], *, destination: str | None = None
    ) -> list[dict]:
        """Several of `made_event` in one body; with a `destination`, addressed to another account."""
        return self._post(f"/sim/channels/{channel_id}/events", events=events, destination=destination)

    def send_webhook_body(self, channel_id: str, body: bytes, *, signature: str | None = None) -> dict:
        """These very bytes, rightly signed unless a `signature` is given: `status` and `reason`."""
        query = "" if signature is None else f"?signature={quote(signature, safe='')}"
        return self._call("POST", f"/sim/channels/{channel_id}/webhook-body{query}", body)

    def join_group(self, channel_id: str, group_id: str) -> dict:
        """Somebody takes the account into a group."""
        return self.send_event(channel_id, "join", group_id=group_id)

    def leave_group(self, channel_id: str, group_id: str) -> dict:
        return self.send_event(channel_id, "leave", group_id=group_id)

    def enter_group(self, channel_id: str, group_id: str, user_ids: list[str]) -> dict:
        """People come into a group in which the account is."""
        joined = {"members": _members(user_ids)}
        return self.send_event(channel_id, "memberJoined", group_id=group_id, joined=joined)

    def exit_group(self, channel_id: str, group_id: str, user_ids: list[str]) -> dict:
        left = {"members": _members(user_ids)}
        return self.send_event(channel_id, "memberLeft", group_id=group_id, left=left)

    def edit_message(
        self, channel_id: str, user_id: str, message_id: str, text: str, *, group_id: str
    ) -> dict:
        """Somebody changes what they wrote in a group: the message keeps its id."""
        message = {"type": "text", "id": message_id, "quoteToken": f"q{message_id}", "text": text}
        return self.send_event(
            channel_id, "messageEdited", user_id=user_id, group_id=group_id, message=message
        )

    def pass_beacon(
        self, channel_id: str, user_id: str, hwid: str = "d41d8cd98f", kind: str = "enter"
    ) -> dict:
        return self.send_event(channel_id, "beacon", user_id=user_id, beacon={"hwid": hwid, "type": kind})

    def change_membership(self, channel_id: str, user_id: str, kind: str, membership_id: int) -> dict:
        """`kind` is joined, left or renewed."""
        membership = {"type": kind, "membershipId": membership_id}
        return self.send_event(channel_id, "membership", user_id=user_id, membership=membership)

    def redeliver(self, channel_id: str, webhook_event_ids: list[str] | None = None) -> None:
        """Deliver these events again, or all whose last delivery failed."""
        self._post(f"/sim/channels/{channel_id}/redeliver", webhook_event_ids=webhook_event_ids)

    def webhook_log(self, channel_id: str) -> list[dict]:
        """Deliveries tried: `at`, `status` (0: no answer), `reason`, `is_redelivery`, `event_ids`, …"""
        return self._get(f"/sim/channels/{channel_id}/webhook-log")

    def lose_webhooks(self, channel_id: str, *numbers: int) -> None:
        """The webhooks with these numbers from now on never arrive; 1 is the next one."""
        self._mishap(channel_id, losing=numbers)

    def double_webhooks(self, channel_id: str, copies: int = 2) -> None:
        """Each webhook arrives so many times, without being marked as delivered again."""
        self._mishap(channel_id, copies=copies)

    def delay_webhooks(self, channel_id: str, seconds: float) -> None:
        self._mishap(channel_id, delay=seconds)

    def shuffle(self, channel_id: str, seed: int = 1) -> None:
        """Events that are sent at once arrive in disorder, the same for the same seed."""
        self._mishap(channel_id, seed=seed)

    def clear_mishaps(self, channel_id: str) -> None:
        """Webhooks arrive as they should again."""
        self._mishap(channel_id)

    def hold_webhooks(self, channel_id: str) -> None:
        """Keep back what happens from now on, until `release_webhooks`."""
        self._post(f"/sim/channels/{channel_id}/hold")

    def release_webhooks(self, channel_id: str, *, seed: int | None = None, together: bool = False) -> int:
        """Send what was kept back, with a `seed` in disorder, `together` in one body: how many events."""
        return self._post(f"/sim/channels/{channel_id}/release", seed=seed, together=together)["events"]

    def _mishap(self, channel_id: str, **settings: Any) -> None:
        self._post(f"/sim/channels/{channel_id}/mishaps", **settings)


def made_event(
    kind: str,
    *,
    user_id: str | None = None,
    group_id: str | None = None,
    room_id: str | None = None,
    at: datetime | None = None,
    mode: str = "active",
    **fields: Any,
) -> dict:
    """An event for `send_events`; see `send_event`."""
    return {
        "type": kind,
        "user_id": user_id,
        "group_id": group_id,
        "room_id": room_id,
        "mode": mode,
        "fields": fields,
        **({} if at is None else {"at": at.timestamp()}),
    }


def _members(user_ids: list[str]) -> list[dict]:
    return [{"type": "user", "userId": user_id} for user_id in user_ids]
