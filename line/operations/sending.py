from uuid import UUID

import orjson

from line.calls import Accepted, Calls, segment


class Sending(Calls):
    """Messages to friends."""

    async def push(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to one friend. 200 does not mean delivered: who blocked the account is skipped in silence."""
        return await self.send("/v2/bot/message/push", body, retry_key=retry_key)

    async def multicast(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to up to 500 friends. On any refusal nobody has received it."""
        return await self.send("/v2/bot/message/multicast", body, retry_key=retry_key)

    async def broadcast(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to every friend; 60 an hour. Its statistics go by the `request_id` answered."""
        return await self.send("/v2/bot/message/broadcast", body, retry_key=retry_key)

    async def narrowcast(self, body: bytes, retry_key: UUID) -> Accepted:
        """Send to an audience or by attributes; 60 an hour. Accepted is not yet sent: follow its progress.

        Until its recipients are counted LINE reserves quota for the whole reach, or for `limit.max`; other
        sends may meanwhile be QuotaExhausted without being so. Rejected: 403 for attributes with a reach
        under 100; 400 for an audience that is not ready.
        Source: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message
        """
        return await self.send("/v2/bot/message/narrowcast", body, retry_key=retry_key)

    async def get_narrowcast_progress(self, request_id: str) -> dict | None:
        """`phase` waiting, sending, succeeded or failed (with `errorCode`), and counts once it is sending.

        None 14 days after it was accepted. Times are in UTC.
        """
        path = "/v2/bot/message/progress/narrowcast"
        return await self._get_or_none(path, requestId=request_id)

    async def reply(self, reply_token: str, messages: list[dict]) -> Accepted:
        """Answer an event, free of charge, within a minute of receiving it. A token works once."""
        body = orjson.dumps({"replyToken": reply_token, "messages": messages})
        return await self.send("/v2/bot/message/reply", body)

    async def validate_messages(self, kind: str, messages: list[dict]) -> None:
        """Ask LINE whether it would take these messages.

        `kind` is reply, push, multicast, broadcast or narrowcast. Sends nothing, costs nothing. Raises
        Rejected with the faults in `details`.
        """
        await self.send(f"/v2/bot/message/validate/{segment(kind)}", orjson.dumps({"messages": messages}))
