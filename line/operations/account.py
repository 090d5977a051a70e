from dataclasses import dataclass

import orjson

from line.calls import Calls, segment


@dataclass(frozen=True)
class Followers:
    """A page of the account's friends. `next` leads to the one after for 24 hours; None: this is the last."""

    user_ids: list[str]
    next: str | None


class Account(Calls):
    """The account itself, its friends, and where its webhook goes."""

    async def get_bot_info(self) -> dict:
        """`userId`, `basicId`, `displayName`, … of the account."""
        return await self._get("/v2/bot/info")

    async def get_profile(self, user_id: str) -> dict | None:
        """`displayName`, perhaps `pictureUrl`, `statusMessage`, `language`. None for who is not a friend."""
        return await self._get_or_none(f"/v2/bot/profile/{segment(user_id)}")

    async def issue_link_token(self, user_id: str) -> str:
        """A token that starts account linking for this friend: valid ten minutes, once."""
        answer = await self.send(f"/v2/bot/user/{segment(user_id)}/linkToken", b"")
        return answer.body["linkToken"]

    async def get_followers(self, *, start: str | None = None, limit: int = 1000) -> Followers:
        """Friends of a verified or premium account, up to 1,000 a page; a page may be short of its limit.

        Without who blocks the account, has left LINE, or never consented. Raises Rejected (403) for an
        unverified account.
        Source: https://developers.line.biz/en/reference/messaging-api/#get-follower-ids
        """
        query = {"limit": str(limit)} | ({"start": start} if start else {})
        answer = await self._get("/v2/bot/followers/ids", **query)
        return Followers(answer["userIds"], answer.get("next"))

    async def get_webhook_endpoint(self) -> dict | None:
        """`endpoint` and whether it is `active`; None while no address is set."""
        return await self._get_or_none("/v2/bot/channel/webhook/endpoint")

    async def set_webhook_endpoint(self, url: str) -> None:
        """Have LINE call this https address of at most 500 characters; takes effect within a minute."""
        await self._call("PUT", "/v2/bot/channel/webhook/endpoint", body=orjson.dumps({"endpoint": url}))

    async def test_webhook_endpoint(self) -> dict:
        """Have LINE call the address now, without events: `success`, `statusCode`, `reason`, `detail`."""
        return (await self.send("/v2/bot/channel/webhook/test", b"{}")).body
