from line.calls import Calls, segment


class RichMenuAliases(Calls):
    """Names for rich menus, up to 1,000, by which a tap switches from one to another.

    A name is of 1 to 32 of `a-z0-9_-`.
    Source: https://developers.line.biz/en/reference/messaging-api/#rich-menu-alias
    """

    async def create_rich_menu_alias(self, alias: str, rich_menu_id: str) -> None:
        """Raises Rejected (400) if the name is taken, or the menu unknown or without a picture."""
        content = {"richMenuAliasId": alias, "richMenuId": rich_menu_id}
        await self._post("/v2/bot/richmenu/alias", content)

    async def update_rich_menu_alias(self, alias: str, rich_menu_id: str) -> None:
        """Let a name mean another menu. Raises Rejected if name or menu are unknown."""
        await self._post(f"/v2/bot/richmenu/alias/{segment(alias)}", {"richMenuId": rich_menu_id})

    async def get_rich_menu_alias(self, alias: str) -> str | None:
        """The id of the menu it stands for; None if there is no such name."""
        answer = await self._get_or_none(f"/v2/bot/richmenu/alias/{segment(alias)}")
        return answer["richMenuId"] if answer else None

    async def delete_rich_menu_alias(self, alias: str) -> None:
        """100 an hour. Raises Rejected if there is no such name."""
        await self._delete(f"/v2/bot/richmenu/alias/{segment(alias)}")

    async def get_rich_menu_alias_list(self) -> dict[str, str]:
        """Every name with the id of its menu."""
        answer = await self._get("/v2/bot/richmenu/alias/list")
        return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in answer["aliases"]}
