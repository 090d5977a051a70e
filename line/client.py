"""LINE's Messaging API for one channel.

Every method raises the errors of `line.errors`. Sending methods take the exact bytes of the body, so that a
retry can be byte-identical; build them with `line.messages`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import aiohttp
import orjson
from multidict import CIMultiDictProxy
from yarl import URL

from line import errors, tokens, wire


@dataclass(frozen=True)
class Endpoints:
    """LINE's three hosts, or the simulator three times."""

    api: str = "https://api.line.me"
    data: str = "https://api-data.line.me"
    access: str = "https://access.line.me"


@dataclass(frozen=True)
class Accepted:
    """LINE took the request. `request_id` is what its statistics will know the message by."""

    request_id: str
    body: dict


class LineClient:
    """One channel's way to LINE. Cheap to make; connections and tokens are shared behind it.

    For use in an event loop; synchronous code goes through `wire.run(client.get_bot_info())`.
    """

    def __init__(self, channel_id: str, channel_secret: str, *, endpoints: Endpoints, timeout: float = 10.0):
        self.channel_id = channel_id
        self.endpoints = endpoints
        self._credentials = tokens.Credentials(endpoints.api, channel_id, channel_secret)
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    def __repr__(self) -> str:
        return f"LineClient({self.channel_id})"

    async def send(self, path: str, body: bytes, *, retry_key: UUID | None = None) -> Accepted:
        """Post these exact bytes.

        With a `retry_key` (push, multicast, narrowcast and broadcast only) a repeat within 24 hours is
        safe, and raises AlreadyAccepted if an earlier try got through. Other refusals: RateLimited or
        QuotaExhausted (429), Rejected (other 4xx), Unavailable (5xx, or no answer in time).
        Source: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
        """
        headers = {"X-Line-Retry-Key": str(retry_key)} if retry_key else {}
        return await self._call("POST", path, body=body, headers=headers)

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

    async def get_bot_info(self) -> dict:
        """`userId`, `basicId`, `displayName`, … of the account."""
        return await self._get("/v2/bot/info")

    async def get_quota(self) -> int | None:
        """Messages this month may have in all, free ones and the extra cap together. None: no cap."""
        answer = await self._get("/v2/bot/message/quota")
        return answer.get("value") if answer["type"] == "limited" else None

    async def get_quota_consumption(self) -> int:
        """Messages used this month by every sender on the account. Approximate, says LINE."""
        return (await self._get("/v2/bot/message/quota/consumption"))["totalUsage"]

    async def get_delivery_count(self, kind: str, day: date) -> int | None:
        """Messages sent on a JST day by `kind` (reply, push, multicast, broadcast).

        None until LINE has counted them, usually the next day, or where it hides a number under 20.
        """
        answer = await self._get(f"/v2/bot/message/delivery/{kind}", date=_yyyymmdd(day))
        return answer.get("success") if answer["status"] == "ready" else None

    async def get_aggregation_unit_usage(self) -> int:
        """Unit names used this month, of 1,000."""
        return (await self._get("/v2/bot/message/aggregation/info"))["numOfCustomAggregationUnits"]

    async def get_statistics_per_unit(self, unit: str, start: date, end: date) -> dict:
        """Opens and clicks of what was sent under a unit name, JST days, at most 31 of them.

        A figure that is None is under 20 and hidden by LINE, not zero.
        Source: https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
        """
        period = {"from": _yyyymmdd(start), "to": _yyyymmdd(end)}
        return await self._get(
            "/v2/bot/insight/message/event/aggregation", customAggregationUnit=unit, **period
        )

    async def get_profile(self, user_id: str) -> dict | None:
        """`displayName`, perhaps `pictureUrl`, `statusMessage`, `language`. None for who is not a friend."""
        return await self._get_or_none(f"/v2/bot/profile/{user_id}")

    async def issue_link_token(self, user_id: str) -> str:
        """A token that starts account linking for this friend: valid ten minutes, once."""
        answer = await self.send(f"/v2/bot/user/{user_id}/linkToken", b"")
        return answer.body["linkToken"]

    async def get_webhook_endpoint(self) -> dict | None:
        """`endpoint` and whether it is `active`; None while no address is set."""
        return await self._get_or_none("/v2/bot/channel/webhook/endpoint")

    async def set_webhook_endpoint(self, url: str) -> None:
        """Have LINE call this https address of at most 500 characters; takes effect within a minute."""
        await self._call("PUT", "/v2/bot/channel/webhook/endpoint", body=orjson.dumps({"endpoint": url}))

    async def test_webhook_endpoint(self) -> dict:
        """Have LINE call the address now, without events: `success`, `statusCode`, `reason`, `detail`."""
        return (await self.send("/v2/bot/channel/webhook/test", b"{}")).body

    async def _get_or_none(self, path: str) -> dict | None:
        try:
            return await self._get(path)
        except errors.Rejected as error:
            if error.status != 404:
                raise
            return None

    async def _get(self, path: str, **query: str) -> dict:
        return (await self._call("GET", path, query=query)).body

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict | None = None,
        query: dict | None = None,
    ) -> Accepted:
        """One request; a refused token is replaced and the same bytes are sent once more."""
        url = URL(self.endpoints.api + path, encoded=True)
        request = {"data": body, "params": query or None}
        token = tokens.cached(self._credentials) or await tokens.get(self._credentials, self._timeout)
        status, answer_headers, content = await self._exchange(method, url, token, headers, request)
        if status == 401:
            token = await tokens.get(self._credentials, self._timeout, instead_of=token)
            status, answer_headers, content = await self._exchange(method, url, token, headers, request)
        if not 200 <= status < 300:
            raise errors.from_answer(path, status, content, answer_headers)
        return Accepted(answer_headers.get("x-line-request-id", ""), errors.parse_body(content))

    async def _exchange(
        self, method: str, url: URL, token: str, headers: dict | None, request: dict
    ) -> tuple[int, CIMultiDictProxy, bytes]:
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})}
        try:
            async with wire.session().request(
                method, url, headers=sent, timeout=self._timeout, **request
            ) as answer:
                return answer.status, answer.headers, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.Unavailable(f"no answer: {type(error).__name__}") from error


def _yyyymmdd(day: date) -> str:
    return day.strftime("%Y%m%d")
