"""The LIFF apps of a LINE Login channel: pages of ours that open inside LINE and know who is looking.

Source: https://developers.line.biz/en/reference/liff-server/
"""

from dataclasses import dataclass, field

import orjson

from line.calls import Calls, segment

MOST_APPS = 30  # on one Login channel


@dataclass(frozen=True)
class LiffApp:
    """`url` is the endpoint: https, without a fragment. What stands behind the LIFF URL is added to it.

    `size` is compact, tall or full; only full can offer to add the account. `bot_prompt` is normal,
    aggressive or none. `name` may not contain "LINE".
    """

    url: str
    name: str = ""
    size: str = "full"
    scopes: list[str] = field(default_factory=lambda: ["openid", "profile"])
    bot_prompt: str = "none"
    liff_id: str = ""


class LiffClient(Calls):
    """A Login channel's way to its LIFF apps: made with the id and secret of the Login channel."""

    async def get_apps(self) -> list[LiffApp]:
        answer = await self._get_or_none("/liff/v1/apps")
        return [_read(app) for app in answer["apps"]] if answer else []

    async def add_app(self, app: LiffApp) -> str:
        """The new app's id. Raises Rejected when a value is wrong, or thirty apps are there."""
        return (await self.send("/liff/v1/apps", orjson.dumps(_written(app)))).body["liffId"]

    async def update_app(self, app: LiffApp) -> None:
        """Set everything of the app with this id. Raises Rejected (404) when the channel has none such."""
        await self._call("PUT", f"/liff/v1/apps/{segment(app.liff_id)}", body=orjson.dumps(_written(app)))

    async def delete_app(self, liff_id: str) -> None:
        """Its LIFF URL leads nowhere from now on. Raises Rejected (404) when the channel has none such."""
        await self._call("DELETE", f"/liff/v1/apps/{segment(liff_id)}")


def _read(app: dict) -> LiffApp:
    return LiffApp(
        url=app["view"]["url"],
        name=app.get("description", ""),
        size=app["view"]["type"],
        scopes=app.get("scope", []),
        bot_prompt=app.get("botPrompt", "none"),
        liff_id=app["liffId"],
    )


def _written(app: LiffApp) -> dict:
    return {
        "view": {"type": app.size, "url": app.url},
        **({"description": app.name} if app.name else {}),
        "scope": app.scopes,
        "botPrompt": app.bot_prompt,
    }
