"""The account manager's side of `control.Simulator`: who people are, lists, rich menus, sends by hand."""

from datetime import date
from typing import Any

from line.simulator.remote import Remote


class ManagerControl(Remote):
    """What is not done through LINE's API."""

    def set_person(self, channel_id: str, user_id: str, **facts: Any) -> None:
        """`name`; `phone` in E.164 form, with `notices` on, off or unset; what LINE knows of them: `gender`
        male or female, `age` in years, `area` as jp_13, `app_type` ios or android, each None for unknown;
        `friend_since`, a date.
        """
        if isinstance(since := facts.get("friend_since"), date):
            facts["friend_since"] = since.strftime("%Y%m%d")
        self._post(f"/sim/channels/{channel_id}/people/{user_id}", **facts)

    def agree_to_notices(self, channel_id: str, user_id: str, *, agrees: bool = True) -> None:
        """Somebody is asked about notification messages; what waited for it less than 24 hours arrives."""
        self._post(f"/sim/channels/{channel_id}/people/{user_id}/notices", agrees=agrees)

    def send_from_manager(self, channel_id: str, kind: str, recipients: int) -> None:
        """Messages sent by hand today: broadcast, targeting and stepMessage are billed, others not."""
        self._post(f"/sim/channels/{channel_id}/manager-sends", kind=kind, recipients=recipients)

    def recount(
        self, channel_id: str, kind: str, change: int, day: date, *, by_manager: bool = False
    ) -> None:
        """LINE counts so many more, or fewer, of a kind (`multicast`, `push`, …) on a day, and in its month.

        With `by_manager` of what was sent by hand: `broadcast`, `targeting`, `stepMessage`, `chat`, ….
        """
        given = {"kind": kind, "change": change, "day": day.strftime("%Y%m%d"), "by_manager": by_manager}
        self._post(f"/sim/channels/{channel_id}/recounts", **given)

    def add_audience(
        self, channel_id: str, kind: str, user_ids: list[str], *, name: str = "", owner: dict | None = None
    ) -> int:
        """An audience of a kind the API cannot make (CHAT_TAG, FRIEND_PATH, …), ready to use; its id.

        With `owner` (`serviceType`, `id`, `name`) one that another company shares.
        """
        given = {"kind": kind, "user_ids": user_ids, "description": name or kind, "owner": owner}
        return self._post(f"/sim/channels/{channel_id}/audiences", **given)["audienceGroupId"]

    def audience(self, channel_id: str, audience_group_id: int) -> dict:
        """As LINE tells it, and its `members`."""
        return self._get(f"/sim/channels/{channel_id}/audiences/{audience_group_id}")

    def narrowcast(self, channel_id: str, request_id: str) -> dict:
        """As LINE tells its progress, and the user ids of its `targets` and of those it was `sent` to."""
        return self._get(f"/sim/channels/{channel_id}/narrowcasts/{request_id}")

    def rich_menu(self, channel_id: str, user_id: str) -> dict | None:
        """The rich menu under somebody's chat, with `richMenuId` and `imageUrl`; None if there is none."""
        return self._get(f"/sim/channels/{channel_id}/richmenu/{user_id}")

    def show_rich_menu(self, channel_id: str, user_id: str) -> None:
        """Somebody opens it: an impression."""
        self._post(f"/sim/channels/{channel_id}/richmenu/{user_id}/shown")

    def tap_rich_menu(
        self, channel_id: str, user_id: str, area: int = 0, *, params: dict | None = None
    ) -> dict:
        """Somebody taps an area, counted from 0: `action`, the `event` or None, the `richMenuId` now seen.

        `params` are what a date picker gives.
        """
        given = {"area": area, "params": params}
        return self._post(f"/sim/channels/{channel_id}/richmenu/{user_id}/tap", **given)
