from datetime import date

from line.calls import Calls, segment, yyyymmdd


class Insight(Calls):
    """Statistics: 60 calls an hour each, days are Japan's, approximate, says LINE.

    A figure that is None, or missing, is under 20 and hidden by LINE, not zero. What a message did is counted
    for 14 days from sending and then stands still.
    Source: https://developers.line.biz/en/reference/messaging-api/#get-insight
    """

    async def get_number_of_followers(self, day: date) -> dict:
        """`status` ready, unready (usually until the day after) or out_of_service (before 2016-11-01).

        If ready also `followers` (who ever added the account; never falls), `targetedReaches` and `blocks`
        (who blocks it now).
        """
        return await self._get("/v2/bot/insight/followers", date=yyyymmdd(day))

    async def get_friends_demographics(self) -> dict:
        """Shares of the friends in percent, about three days old: `genders`, `ages`, `areas`, `appTypes`,
        `subscriptionPeriods`.

        `available` is False, and the lists are empty, with a reach under 20.
        """
        return await self._get("/v2/bot/insight/demographic")

    async def get_number_of_message_deliveries(self, day: date) -> dict:
        """`status` as for followers; if ready, messages by kind of sending: `apiPush`, `broadcast`, ….

        Those of the account manager are among them. New kinds appear unannounced; a kind may be missing.
        """
        return await self._get("/v2/bot/insight/message/delivery", date=yyyymmdd(day))

    async def get_message_event(self, request_id: str) -> dict:
        """Opens and clicks of one broadcast or narrowcast, by the request id LINE accepted it under.

        `overview.delivered` is never hidden, and missing until all are sent. Raises Rejected (404) for other
        ids.
        """
        return await self._get("/v2/bot/insight/message/event", requestId=request_id)

    async def get_statistics_per_unit(self, unit: str, start: date, end: date) -> dict:
        """Opens and clicks of what was pushed and multicast under a unit name, at most 31 days.

        There is no `delivered` here: the number of recipients is ours to know.
        """
        period = {"from": yyyymmdd(start), "to": yyyymmdd(end)}
        return await self._get(
            "/v2/bot/insight/message/event/aggregation", customAggregationUnit=unit, **period
        )

    async def get_rich_menu_insight_summary(self, rich_menu_id: str, start: date, end: date) -> dict:
        """Impressions and clicks by area over at most 397 days, the first no more than three years ago.

        Only `richMenuId` when fewer than 20 people tapped it in the whole time.
        """
        return await self._of_rich_menu(rich_menu_id, "summary", start, end)

    async def get_rich_menu_insight_daily(self, rich_menu_id: str, start: date, end: date) -> dict:
        """Likewise day by day, over at most 100 days."""
        return await self._of_rich_menu(rich_menu_id, "daily", start, end)

    async def _of_rich_menu(self, rich_menu_id: str, kind: str, start: date, end: date) -> dict:
        period = {"from": yyyymmdd(start), "to": yyyymmdd(end)}
        return await self._get(f"/v2/bot/insight/richmenu/{segment(rich_menu_id)}/{kind}", **period)
