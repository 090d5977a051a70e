"""LINE's limits on coupons.

Source: https://developers.line.biz/en/reference/messaging-api/#create-coupon
"""

from line.validation.node import Node, Problem, unwritable

TIMEZONES = (
    *("ETC_GMT_MINUS_12", "ETC_GMT_MINUS_11", "PACIFIC_HONOLULU", "AMERICA_ANCHORAGE", "AMERICA_LOS_ANGELES"),
    *("AMERICA_PHOENIX", "AMERICA_CHICAGO", "AMERICA_NEW_YORK", "AMERICA_CARACAS", "AMERICA_SANTIAGO"),
    *("AMERICA_ST_JOHNS", "AMERICA_SAO_PAULO", "ETC_GMT_MINUS_2", "ATLANTIC_CAPE_VERDE", "EUROPE_LONDON"),
    *("EUROPE_PARIS", "EUROPE_ISTANBUL", "EUROPE_MOSCOW", "ASIA_TEHRAN", "ASIA_TBILISI", "ASIA_KABUL"),
    *("ASIA_TASHKENT", "ASIA_COLOMBO", "ASIA_KATHMANDU", "ASIA_ALMATY", "ASIA_RANGOON", "ASIA_BANGKOK"),
    *("ASIA_TAIPEI", "ASIA_TOKYO", "AUSTRALIA_DARWIN", "AUSTRALIA_SYDNEY", "ASIA_VLADIVOSTOK"),
    *("ETC_GMT_PLUS_12", "PACIFIC_TONGATAPU"),
)
_FAR_FUTURE = 2**53
_PRICES: dict[str, dict[str, tuple[str, ...]]] = {
    "discount": {"fixed": ("fixedAmount",), "percentage": ("percentage",), "explicit": ()},
    "cashBack": {"fixed": ("fixedAmount",), "percentage": ("percentage",)},
}


def validate_coupon(coupon: dict) -> list[Problem]:
    """What LINE would refuse about a coupon; empty when it would take it."""
    if problems := unwritable(coupon):
        return problems
    node = Node(coupon, "", [])
    node.text("title", most=60, required=True)
    node.text("description", most=1000)
    node.text("usageCondition", most=100)
    node.text("couponCode", most=16)
    node.media_url("imageUrl")
    node.media_url("barcodeImageUrl")
    node.one_of("visibility", ("PUBLIC", "UNLISTED"), required=True)
    node.one_of("timezone", TIMEZONES, required=True)
    _check_times(node)
    _once_or_always(node, "maxUseCountPerTicket", most=1)
    if condition := node.child("acquisitionCondition", required=True):
        _check_condition(condition)
    if reward := node.child("reward"):
        _check_reward(reward)
    return node.problems


def _check_times(node: Node) -> None:
    for key in ("startTimestamp", "endTimestamp"):
        node.whole(key, least=1, most=_FAR_FUTURE, required=True)
    start, end = node.get("startTimestamp"), node.get("endTimestamp")
    if isinstance(start, int) and isinstance(end, int) and end <= start:
        node.note("out_of_range", f"{start + 1} – {_FAR_FUTURE}", "endTimestamp")


def _check_condition(condition: Node) -> None:
    condition.one_of("type", ("normal", "lottery"), required=True)
    if condition.get("type") == "lottery":
        condition.whole("lotteryProbability", least=1, most=99, required=True)
        _once_or_always(condition, "maxAcquireCount", most=999_999)


def _check_reward(reward: Node) -> None:
    reward.one_of("type", ("discount", "free", "gift", "cashBack", "others"), required=True)
    kinds = _PRICES.get(str(reward.get("type")))
    price = reward.child("priceInfo") if kinds else None
    if kinds is None or price is None:
        return
    price.one_of("type", tuple(kinds), required=True)
    for key in kinds.get(str(price.get("type")), ()):
        price.whole(key, least=1, most=99 if key == "percentage" else _FAR_FUTURE, required=True)


def _once_or_always(node: Node, key: str, *, most: int) -> None:
    """1 to `most`, or −1 for without end."""
    if node.get(key) != -1:
        node.whole(key, least=1, most=most, required=True)
