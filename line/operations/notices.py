from datetime import date
from typing import Any

import orjson

from line import tokens
from line.calls import Accepted, Calls, yyyymmdd


class Notices(Calls):
    """LINE notification messages: to who has a telephone number, friend or not. There is no retry key.

    `phone_digest` is the SHA-256 of the number in E.164 form, in lower-case hex. Accepted is not delivered:
    that it was, a `delivery` event tells by the tag (16 to 100 characters), else by the digest, within 24
    hours. Rejected with 422 where nobody can be reached by the number. A refusal, but no silence, means that
    nothing was sent.
    Source: https://developers.line.biz/en/reference/line-notification-messages/
    """

    async def have_token(self) -> None:
        """Make sure that a request would not have to wait for a token first. Raises LineError if it would."""
        await tokens.get(self._credentials, self._timeout)

    async def push_by_phone(
        self, phone_digest: str, messages: list[dict], *, delivery_tag: str | None = None
    ) -> Accepted:
        """The flexible type: 1 to 5 messages without picture, film or sound; LINE reviews it first."""
        return await self._notify("/bot/pnp/push", {"to": phone_digest, "messages": messages}, delivery_tag)

    async def push_templated_by_phone(
        self, phone_digest: str, template_key: str, body: dict, *, delivery_tag: str | None = None
    ) -> Accepted:
        """The template type: LINE's words by their keys, ours in the items (see `line.validation`)."""
        content = {"to": phone_digest, "templateKey": template_key, "body": body}
        return await self._notify("/v2/bot/message/pnp/templated/push", content, delivery_tag)

    async def get_templated_notice_count(self, day: date) -> int | None:
        """Notices of the template type delivered on a JST day; None until LINE has counted them.

        Those of the flexible type are `get_delivery_count("pnp", day)`.
        """
        answer = await self._get("/v2/bot/message/delivery/pnp/templated", date=yyyymmdd(day))
        return answer.get("success") if answer["status"] == "ready" else None

    async def _notify(self, path: str, content: dict[str, Any], tag: str | None) -> Accepted:
        headers = {"X-Line-Delivery-Tag": tag} if tag else {}
        return await self._call("POST", path, body=orjson.dumps(content), headers=headers)
