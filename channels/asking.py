"""What LINE says of an account before anything of it is kept here."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from channels.errors import ChannelRefused, LineSilent, WrongCredentials, WrongLogin
from channels.models import Channel
from line import wire
from line.client import LineClient
from line.errors import LineError, RateLimited, Rejected, Unauthorized, Unavailable
from line.login import LoginClient

AccountType = Channel.AccountType
JST = ZoneInfo("Asia/Tokyo")


class Account(NamedTuple):
    """An Official Account. `limit` and `used` are messages of a month; a limit of None: there is none.

    `reach` is how many friends a message reached yesterday by LINE's count, None where it does not say.
    """

    bot_user_id: str
    basic_id: str
    name: str
    picture_url: str
    limit: int | None
    used: int
    webhook_url: str
    webhook_active: bool
    lists_followers: bool
    reach: int | None

    @property
    def types(self) -> list[AccountType]:
        """What kind of account it can be: LINE tells unverified from the two others, and no more."""
        if self.lists_followers:
            return [AccountType.VERIFIED, AccountType.PREMIUM]
        return [AccountType.UNVERIFIED]

    def type_if(self, chosen: str) -> AccountType:
        """The chosen kind where it is possible, else the likeliest."""
        return next((each for each in self.types if each == chosen), self.types[0])


def ask_line(client: LineClient) -> Account:
    """The account that this client opens. Raises ChannelRefused, saying what to do."""
    try:
        return wire.run(_account(client))
    except LineError as error:
        raise refusal(error) from error


def prove(client: LineClient) -> None:
    """Raises ChannelRefused unless LINE takes ID and secret at this moment, whatever was issued before."""
    try:
        wire.run(client.open())
    except LineError as error:
        raise refusal(error) from error


def prove_login(client: LoginClient) -> None:
    """As `prove`, for a LINE Login channel."""
    try:
        wire.run(client.check())
    except Unauthorized as error:
        raise WrongLogin from error
    except LineError as error:
        raise refusal(error) from error


def refusal(error: LineError) -> ChannelRefused:
    """LINE's error as a refusal that says what to do."""
    if isinstance(error, Unauthorized):
        return WrongCredentials()
    if isinstance(error, (Unavailable, RateLimited)):
        return LineSilent()
    return ChannelRefused(reason=error.message)


async def lists_followers(client: LineClient) -> bool:
    """Whether LINE lists the account's friends: it does for verified and premium accounts.

    Source: https://developers.line.biz/en/reference/messaging-api/#get-follower-ids
    """
    try:
        await client.get_followers(limit=1)
    except Rejected as error:
        if error.status != 403:
            raise
        return False
    return True


async def _account(client: LineClient) -> Account:
    await client.open()
    info, limit, used, webhook, lists, reach = await asyncio.gather(
        client.get_bot_info(),
        client.get_quota(),
        client.get_quota_consumption(),
        client.get_webhook_endpoint(),
        lists_followers(client),
        _reach(client),
    )
    return Account(
        bot_user_id=info["userId"],
        basic_id=info["basicId"],
        name=info["displayName"],
        picture_url=info.get("pictureUrl", ""),
        limit=limit,
        used=used,
        webhook_url=webhook["endpoint"] if webhook else "",
        webhook_active=bool(webhook and webhook["active"]),
        lists_followers=lists,
        reach=reach,
    )


async def _reach(client: LineClient) -> int | None:
    """Of yesterday: LINE counts a day in Japan when it is over. Nobody is refused for want of statistics."""
    yesterday = (datetime.now(JST) - timedelta(days=1)).date()
    try:
        counted = await client.get_number_of_followers(yesterday)
    except LineError:
        return None
    return counted.get("targetedReaches")
