from dataclasses import dataclass
from datetime import date

from line.calls import Calls, segment, yyyymmdd


@dataclass(frozen=True)
class UnitNames:
    """A page of this month's unit names. `next` leads on for 24 hours; None: this is the last."""

    names: list[str]
    next: str | None


class Counts(Calls):
    """How many messages may be sent, and were."""

    async def get_quota(self) -> int | None:
        """Messages this month may have in all, free ones and the extra cap together. None: no cap."""
        answer = await self._get("/v2/bot/message/quota")
        return answer.get("value") if answer["type"] == "limited" else None

    async def get_quota_consumption(self) -> int:
        """Messages used this month by every sender on the account. Approximate, says LINE."""
        return (await self._get("/v2/bot/message/quota/consumption"))["totalUsage"]

    async def get_delivery_count(self, kind: str, day: date) -> int | None:
        """Messages sent on a JST day by `kind` (reply, push, multicast, broadcast, pnp).

        None until LINE has counted them, usually the next day, or where it hides a number under 20.
        """
        answer = await self._get(f"/v2/bot/message/delivery/{segment(kind)}", date=yyyymmdd(day))
        return answer.get("success") if answer["status"] == "ready" else None

    async def get_aggregation_unit_usage(self) -> int:
        """Unit names used this month, of 1,000."""
        return (await self._get("/v2/bot/message/aggregation/info"))["numOfCustomAggregationUnits"]

    async def get_aggregation_unit_name_list(
        self, *, start: str | None = None, limit: int = 100
    ) -> UnitNames:
        """The names themselves, up to 100 a page; those of earlier months cannot be listed."""
        query = {"limit": str(limit)} | ({"start": start} if start else {})
        answer = await self._get("/v2/bot/message/aggregation/list", **query)
        return UnitNames(answer["customAggregationUnits"], answer.get("next"))
