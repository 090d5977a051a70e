from dataclasses import dataclass

from line.calls import Calls, segment


@dataclass(frozen=True)
class Coupons:
    """A page of coupons, `couponId` and `title` each. `next` leads on for 24 hours; None: the last page."""

    items: list[dict]
    next: str | None


class CouponBook(Calls):
    """LINE's own coupons, up to 5,000 valid ones. Only LINE's manager shows how often they are used.

    Source: https://developers.line.biz/en/reference/messaging-api/#create-coupon
    """

    async def create_coupon(self, coupon: dict) -> str:
        """The id of the new coupon, to be sent in a message of type `coupon`. It cannot be changed later.

        `startTimestamp` and `endTimestamp` are in seconds. Raises Rejected with the faults in `details`.
        """
        return (await self._post("/v2/bot/coupon", coupon))["couponId"]

    async def close_coupon(self, coupon_id: str) -> None:
        """End it for everyone, for good. Raises Rejected: 404 unknown, 410 closed before."""
        await self._put(f"/v2/bot/coupon/{segment(coupon_id)}/close")

    async def list_coupon(
        self, *, status: str | None = None, start: str | None = None, limit: int = 20
    ) -> Coupons:
        """Newest first, up to 100 a page. `status` is DRAFT, RUNNING or CLOSED."""
        wanted = {"status": status, "start": start, "limit": str(limit)}
        answer = await self._get("/v2/bot/coupon", **{name: value for name, value in wanted.items() if value})
        return Coupons(answer["items"], answer.get("next"))

    async def get_coupon_detail(self, coupon_id: str) -> dict | None:
        """All of it, with its `status`; None if LINE does not know it."""
        return await self._get_or_none(f"/v2/bot/coupon/{segment(coupon_id)}")
