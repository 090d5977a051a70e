"""LINE's own coupons: made, listed, closed.

Source: https://developers.line.biz/en/reference/messaging-api/#create-coupon
"""

import secrets
from dataclasses import dataclass

from line.simulator import pages, wording
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World
from line.validation import validate_coupon

MOST_VALID = 5_000
STATUSES = ("DRAFT", "RUNNING", "CLOSED")
PRICED = ("discount", "cashBack")

routes = Routes(for_channel=True)


@dataclass
class Coupon:
    id: str
    content: dict
    created: float
    is_closed: bool = False

    def status(self, now: float) -> str:
        return "CLOSED" if self.is_closed or now > self.content["endTimestamp"] else "RUNNING"

    def described(self, now: float) -> dict:
        """As it was created, with what LINE adds."""
        added = {
            "couponId": self.id,
            "createdTimestamp": int(self.created),
            "status": self.status(now),
            "maxTicketPerUser": 1,
        }
        return self.content | _reward(self.content.get("reward")) | added


@routes.add("POST", "/v2/bot/coupon")
def create(world: World, channel: Channel, request: Request) -> Answer:
    """At most 5,000 that are still valid."""
    content, now = request.json(), world.clock.now()
    if problems := validate_coupon(content):
        raise wording.refusal(problems)
    if len(channel.coupons) >= MOST_VALID and _running(channel, now) >= MOST_VALID:
        raise Refusal(400, "The maximum number of coupons has been reached")
    coupon = Coupon(secrets.token_hex(13).upper(), content, now)
    channel.coupons[coupon.id] = coupon
    return answer({"couponId": coupon.id})


@routes.add("GET", "/v2/bot/coupon")
def list_all(world: World, channel: Channel, request: Request) -> Answer:
    """Newest first."""
    wanted, now = request.query.get("status", ",".join(STATUSES)).split(","), world.clock.now()
    if not set(wanted) <= set(STATUSES):
        raise Refusal(400, "The value for the 'status' parameter is invalid")
    found = [each for each in reversed(channel.coupons.values()) if each.status(now) in wanted]
    start = pages.start_of(world, request)
    end = start + pages.limit_of(request, 20, most=100)
    items = [{"couponId": coupon.id, "title": coupon.content["title"]} for coupon in found[start:end]]
    return answer({"items": items, **pages.following(world, end, len(found))})


@routes.add("GET", "/v2/bot/coupon/{coupon_id}")
def get(world: World, channel: Channel, request: Request, coupon_id: str) -> Answer:
    return answer(_find(channel, coupon_id).described(world.clock.now()))


@routes.add("PUT", "/v2/bot/coupon/{coupon_id}/close")
def close(world: World, channel: Channel, request: Request, coupon_id: str) -> Answer:
    """For good."""
    coupon = _find(channel, coupon_id)
    if coupon.status(world.clock.now()) == "CLOSED":
        raise Refusal(410, "The coupon is already closed")
    coupon.is_closed = True
    return Answer()


def _running(channel: Channel, now: float) -> int:
    return sum(coupon.status(now) == "RUNNING" for coupon in channel.coupons.values())


def _find(channel: Channel, coupon_id: str) -> Coupon:
    coupon = channel.coupons.get(coupon_id)
    if coupon is None:
        raise Refusal(404, "Not found")
    return coupon


def _reward(given: dict | None) -> dict:
    """With a price only where the kind has one, in the account's own currency."""
    if given is None:
        return {}
    reward = {name: value for name, value in given.items() if name != "priceInfo"}
    price = given.get("priceInfo") if given["type"] in PRICED else None
    if price is not None:
        currency = {} if price["type"] == "percentage" else {"currency": "JPY"}
        reward["priceInfo"] = price | currency
    return {"reward": reward}
