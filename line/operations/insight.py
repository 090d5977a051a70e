from datetime import date

from line.calls import Calls, yyyymmdd


class Insight(Calls):
    """Statistics: 60 calls an hour each. A figure that is None is under 20 and hidden by LINE, not zero."""

    async def get_statistics_per_unit(self, unit: str, start: date, end: date) -> dict:
        """Opens and clicks of what was sent under a unit name, JST days, at most 31 of them.

        A figure that is None is under 20 and hidden by LINE, not zero.
        Source: https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
        """
        period = {"from": yyyymmdd(start), "to": yyyymmdd(end)}
        return await self._get(
            "/v2/bot/insight/message/event/aggregation", customAggregationUnit=unit, **period
        )
