from uuid import UUID

import orjson

from line.calls import Accepted, Calls


class Sending(Calls):
    """Messages to friends."""

    async def push(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to one friend. 200 does not mean delivered: who blocked the account is skipped in silence."""
        return await self.send("/v2/bot/message/push", body, retry_key=retry_key)

    async def multicast(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to up to 500 friends. On any refusal nobody has received it."""
        return await self.send("/v2/bot/message/multicast", body, retry_key=retry_key)

    async def reply(self, reply_token: str, messages: list[dict]) -> Accepted:
        """Answer an event, free of charge, within a minute of receiving it. A token works once."""
        body = orjson.dumps({"replyToken": reply_token, "messages": messages})
        return await self.send("/v2/bot/message/reply", body)

    async def validate_messages(self, kind: str, messages: list[dict]) -> None:
        """Ask LINE whether it would take these messages.

        `kind` is reply, push, multicast, broadcast or narrowcast. Sends nothing, costs nothing. Raises
        Rejected with the faults in `details`.
        """
        await self.send(f"/v2/bot/message/validate/{kind}", orjson.dumps({"messages": messages}))
