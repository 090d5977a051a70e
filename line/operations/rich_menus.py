from typing import BinaryIO

import orjson

from line.calls import Accepted, Calls, segment


class RichMenus(Calls):
    """The menu under the chat: up to 1,000 of them; create, give it its picture, then link it.

    A menu linked to a person goes before the default. A person loses the link by blocking the account. Menus
    made in LINE's manager cannot be seen here.
    Source: https://developers.line.biz/en/reference/messaging-api/#rich-menu
    """

    async def create_rich_menu(self, menu: dict) -> str:
        """The new menu's id; 100 an hour. Its picture must have exactly the `size` given here.

        Raises Rejected with the faults in `details`, and beyond 1,000 menus.
        """
        return (await self._post("/v2/bot/richmenu", menu))["richMenuId"]

    async def validate_rich_menu_object(self, menu: dict) -> None:
        """Ask whether LINE would take it; makes none. Raises Rejected with the faults in `details`."""
        await self._post("/v2/bot/richmenu/validate", menu)

    async def get_rich_menu(self, rich_menu_id: str) -> dict | None:
        """As it was created, with `richMenuId`; None if LINE does not know it."""
        return await self._get_or_none(f"/v2/bot/richmenu/{segment(rich_menu_id)}")

    async def get_rich_menu_list(self) -> list[dict]:
        """All menus made by the API; ten calls a second."""
        return (await self._get("/v2/bot/richmenu/list"))["richmenus"]

    async def delete_rich_menu(self, rich_menu_id: str) -> None:
        """For good, for everyone who sees it; 100 an hour. Raises Rejected (404) if there is none."""
        await self._delete(f"/v2/bot/richmenu/{segment(rich_menu_id)}")

    async def set_rich_menu_image(self, rich_menu_id: str, image: bytes, media_type: str) -> None:
        """JPEG or PNG up to 1 MB, of the menu's size; it cannot be replaced. On LINE's data host.

        Raises Rejected: 400 for another size or a second picture, 413, 415.
        """
        path = f"/v2/bot/richmenu/{segment(rich_menu_id)}/content"
        headers = {"Content-Type": media_type}
        await self._call("POST", path, host=self.endpoints.data, body=image, headers=headers, seconds=30)

    async def get_rich_menu_image(self, rich_menu_id: str, into: BinaryIO, *, most_bytes: int) -> str | None:
        """Write the picture into a file; its media type. Raises Rejected (404) while it has none."""
        return await self._download(f"/v2/bot/richmenu/{segment(rich_menu_id)}/content", into, most_bytes)

    async def set_default_rich_menu(self, rich_menu_id: str) -> None:
        """Show it to everyone who has no menu of their own. Raises Rejected (400) while it has no picture."""
        await self._post(f"/v2/bot/user/all/richmenu/{segment(rich_menu_id)}")

    async def get_default_rich_menu_id(self) -> str | None:
        """The default set here; None if there is none, or only one set in LINE's manager."""
        answer = await self._get_or_none("/v2/bot/user/all/richmenu")
        return answer["richMenuId"] if answer else None

    async def cancel_default_rich_menu(self) -> None:
        await self._delete("/v2/bot/user/all/richmenu")

    async def link_rich_menu_id_to_user(self, user_id: str, rich_menu_id: str) -> None:
        """Show it to this friend, in place of another. Taken, and without effect, for who is not a friend."""
        await self._post(f"/v2/bot/user/{segment(user_id)}/richmenu/{segment(rich_menu_id)}")

    async def get_rich_menu_id_of_user(self, user_id: str) -> str | None:
        """The menu linked to this friend; None if there is none but the default."""
        answer = await self._get_or_none(f"/v2/bot/user/{segment(user_id)}/richmenu")
        return answer["richMenuId"] if answer else None

    async def unlink_rich_menu_id_from_user(self, user_id: str) -> None:
        """Back to the default. Safe to repeat."""
        await self._delete(f"/v2/bot/user/{segment(user_id)}/richmenu")

    async def link_rich_menu_id_to_users(self, rich_menu_id: str, user_ids: list[str]) -> None:
        """Likewise for up to 500 friends; done some seconds after it was accepted."""
        content = {"richMenuId": rich_menu_id, "userIds": user_ids}
        await self._post("/v2/bot/richmenu/bulk/link", content)

    async def unlink_rich_menu_id_from_users(self, user_ids: list[str]) -> None:
        """Likewise for up to 500 friends; done some seconds after it was accepted."""
        await self._post("/v2/bot/richmenu/bulk/unlink", {"userIds": user_ids})

    async def rich_menu_batch(
        self, operations: list[dict], *, resume_request_key: str | None = None
    ) -> Accepted:
        """Move everyone from menu to menu: up to 1,000 of `link`, `unlink`, `unlinkAll`; three an hour.

        The same `resume_request_key` makes a repeat safe for 14 days. Follow it by the `request_id` answered.
        """
        content: dict = {"operations": operations}
        if resume_request_key:
            content["resumeRequestKey"] = resume_request_key
        return await self.send("/v2/bot/richmenu/batch", orjson.dumps(content))

    async def validate_rich_menu_batch_request(self, operations: list[dict]) -> None:
        """Ask whether LINE would take these operations. Raises Rejected with the faults in `details`."""
        await self._post("/v2/bot/richmenu/validate/batch", {"operations": operations})

    async def get_rich_menu_batch_progress(self, request_id: str) -> dict | None:
        """`phase` ongoing, succeeded or failed; None 14 days after it was accepted. 100 calls an hour."""
        return await self._get_or_none("/v2/bot/richmenu/progress/batch", requestId=request_id)
