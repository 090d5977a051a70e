"""What people do, for `control.Simulator`: add and block the account, write, send, take back, tap."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from line.simulator.remote import Remote


class PeopleControl(Remote):
    """Each call returns when its webhook has been tried once; most answer with the event."""

    def follow(self, channel_id: str, user_ids: list[str], *, at: datetime | None = None) -> None:
        """They add (or unblock) the account; `at` dates the event back."""
        self._post(f"/sim/channels/{channel_id}/follow", user_ids=user_ids, **_at(at))

    def unfollow(self, channel_id: str, user_ids: list[str], *, at: datetime | None = None) -> None:
        """They block the account."""
        self._post(f"/sim/channels/{channel_id}/unfollow", user_ids=user_ids, **_at(at))

    def say(self, channel_id: str, user_id: str, text: str, **more: Any) -> dict:
        """Somebody writes to the account. `more`: `quoted_message_id`; `group_id` where they write in one."""
        return self._post(f"/sim/channels/{channel_id}/say", user_id=user_id, text=text, **more)

    def send_message(self, channel_id: str, user_id: str, message: dict, **more: Any) -> dict:
        """Any message object without content of its own: a text with emojis or a mention, a place, …"""
        return self._post(f"/sim/channels/{channel_id}/say", user_id=user_id, message=message, **more)

    def send_image(self, channel_id: str, user_id: str, content: bytes, **wishes: Any) -> dict:
        """A picture, to be fetched by its message id.

        Here and for the next three, `wishes` may be `media_type`; `size` in bytes, zeros being added;
        `ready_after` seconds, None for never; `fails`, when LINE cannot prepare it; `image_set` of several.
        """
        image_set = wishes.pop("image_set", None)
        message = {"type": "image", **({"imageSet": image_set} if image_set else {})}
        return self._upload(channel_id, user_id, content, message, wishes)

    def send_video(
        self, channel_id: str, user_id: str, content: bytes, *, ms: int = 1000, **wishes: Any
    ) -> dict:
        return self._upload(channel_id, user_id, content, {"type": "video", "duration": ms}, wishes)

    def send_audio(
        self, channel_id: str, user_id: str, content: bytes, *, ms: int = 1000, **wishes: Any
    ) -> dict:
        return self._upload(channel_id, user_id, content, {"type": "audio", "duration": ms}, wishes)

    def send_file(self, channel_id: str, user_id: str, content: bytes, name: str, **wishes: Any) -> dict:
        return self._upload(channel_id, user_id, content, {"type": "file", "fileName": name}, wishes)

    def send_sticker(
        self, channel_id: str, user_id: str, package_id: str = "446", sticker_id: str = "1988", **more: Any
    ) -> dict:
        """`more` are LINE's names: `keywords`, `text`, `stickerResourceType`."""
        ids = {"packageId": package_id, "stickerId": sticker_id, "stickerResourceType": "STATIC"}
        return self.send_message(channel_id, user_id, {"type": "sticker", **ids, **more})

    def send_location(
        self, channel_id: str, user_id: str, latitude: float, longitude: float, **more: Any
    ) -> dict:
        """`more`: `title`, `address`."""
        place = {"latitude": latitude, "longitude": longitude}
        return self.send_message(channel_id, user_id, {"type": "location", **place, **more})

    def unsend(self, channel_id: str, user_id: str, message_id: str) -> dict:
        """Somebody takes back what they sent."""
        return self._post(f"/sim/channels/{channel_id}/unsend", user_id=user_id, message_id=message_id)

    def postback(
        self,
        channel_id: str,
        user_id: str,
        data: str,
        *,
        display_text: str | None = None,
        params: dict[str, str] | None = None,
    ) -> dict:
        """Somebody taps a button with a postback action; `params` are what a date picker gave."""
        tap = {"user_id": user_id, "data": data, "display_text": display_text, "params": params}
        return self._post(f"/sim/channels/{channel_id}/postback", **tap)

    def watch_video(self, channel_id: str, user_id: str, tracking_id: str) -> dict:
        """Somebody sees a film of the account's to its end."""
        path = f"/sim/channels/{channel_id}/video-play-complete"
        return self._post(path, user_id=user_id, tracking_id=tracking_id)

    def open_link_dialog(self, channel_id: str, user_id: str, url: str) -> str:
        """Somebody agrees in LINE's dialog: "ok", "failed" (made for another), or what went wrong."""
        return self._post(f"/sim/channels/{channel_id}/link-dialog", user_id=user_id, url=url)["result"]

    def _upload(self, channel_id: str, user_id: str, content: bytes, message: dict, wishes: dict) -> dict:
        query = urlencode({"wishes": json.dumps(wishes | {"message": message})})
        return self._call("POST", f"/sim/channels/{channel_id}/upload/{user_id}?{query}", content)


def _at(moment: datetime | None) -> dict:
    return {} if moment is None else {"at": moment.timestamp()}
