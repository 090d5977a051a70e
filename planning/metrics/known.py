"""The figures of Musubi. What each counts is said to people in the same words as here."""

from django.utils.translation import gettext_lazy as _

from planning.metrics import sources
from planning.metrics.registry import COST, Adds, Metric, Unit, register, register_source


def _ratio(code: str, label, above: str, below: str, about, *, unit: Unit = Unit.SHARE, **given) -> Metric:
    return Metric(code, label, about, unit, Adds.RATIO, ratio=(above, below), **given)


def _each(code: str, label, below: str, about) -> Metric:
    return _ratio(code, label, COST, below, about, unit=Unit.MONEY, is_up=False, power=1)


PEOPLE = [
    Metric(
        "friends",
        _("Friends"),
        _("Who added the account and has not blocked it, at the end of the day: by LINE’s count, or ours."),
        adds=Adds.LAST,
        has_owners=False,
    ),
    Metric(
        "reach",
        _("Target reach"),
        _("Whom LINE can reach by their attributes, at the end of the day: LINE’s own count."),
        adds=Adds.LAST,
        has_owners=False,
    ),
    Metric(
        "blocks",
        _("Blocks"),
        _("Who has blocked the account, at the end of the day: LINE’s own count."),
        adds=Adds.LAST,
        has_owners=False,
        is_up=False,
    ),
    Metric("ever", "", "", adds=Adds.LAST, has_owners=False, is_shown=False),
    _ratio(
        "block_rate",
        _("Block rate"),
        "blocks",
        "ever",
        _("Blocks as a share of all who have ever added the account: LINE’s own counts."),
        has_owners=False,
        is_up=False,
    ),
    Metric(
        "net_growth",
        _("Net growth"),
        _("By how many the friends were more, or fewer, than when they were last counted."),
        has_owners=False,
    ),
    Metric(
        "new_friends",
        _("New friends"),
        _("Who added the account: by LINE’s count, else by ours."),
        has_owners=False,
    ),
    Metric(
        "lost",
        _("Blocked on the day"),
        _("Who blocked the account on the day, as webhooks told."),
        has_owners=False,
        is_up=False,
    ),
    Metric(
        "route_friends",
        _("New friends by routes"),
        _("New friends of whom it is known by which route they came."),
    ),
    Metric("linked", _("Linked friends"), _("At the end of the day."), adds=Adds.LAST, has_owners=False),
    Metric("known", "", "", adds=Adds.LAST, has_owners=False, is_shown=False),
    _ratio(
        "link_rate",
        _("Link rate"),
        "linked",
        "known",
        _("Linked friends as a share of the friends we know."),
        has_owners=False,
    ),
    Metric("links", _("New ID links"), _("Friends who were linked with a customer."), has_owners=False),
]
MESSAGES = [
    Metric("messages", _("Messages sent"), _("Messages that LINE accepted, as the ledger has them.")),
    Metric("opens", _("Opens"), _("People who opened a broadcast, on the day it was sent: LINE’s count.")),
    Metric("opens_of", "", "", is_shown=False),
    _ratio(
        "open_rate",
        _("Open rate"),
        "opens",
        "opens_of",
        _("Opens as a share of the messages of which LINE counts opens."),
    ),
    Metric("clicks", _("Clicks"), _("Clicks on tracked links, on the day of the click.")),
    _ratio("click_rate", _("Click rate"), "clicks", "messages", _("Clicks as a share of messages sent.")),
]
DEEDS = [
    Metric("answers", _("Survey answers"), _("Surveys that were answered to the end.")),
    Metric("coupons", _("Coupons got"), _("Coupons that people took or were given.")),
    Metric("redeemed", _("Coupons used"), _("Coupons that were used.")),
    _ratio(
        "coupon_use",
        _("Coupon use"),
        "redeemed",
        "coupons",
        _("Coupons used as a share of coupons got in the same time."),
    ),
    Metric("draws", _("Turns in lotteries"), _("Turns that were taken, won or not.")),
    Metric("entries", _("Entries in point campaigns"), _("People who entered.")),
    Metric(
        "orders",
        _("Orders from LINE"),
        _("Orders credited to a send, a scenario or a route, each once, on the day of the order."),
    ),
    Metric("revenue", _("Revenue from LINE"), _("Of these orders, without what was given back."), Unit.MONEY),
    Metric(
        "conversions",
        _("Other conversions"),
        _("Conversions of your own points that are credited to a send, a scenario or a route."),
    ),
    _ratio("order_rate", _("Orders per click"), "orders", "clicks", _("Orders as a share of clicks.")),
    _ratio("basket", _("Average order"), "revenue", "orders", _("Revenue for each order."), unit=Unit.MONEY),
    Metric(
        "shop_orders",
        _("Orders of the shop"),
        _("All orders of the shop, whatever led to them."),
        has_owners=False,
    ),
    Metric(
        "shop_revenue",
        _("Revenue of the shop"),
        _("Of all orders of the shop, without what was given back."),
        Unit.MONEY,
        has_owners=False,
    ),
]
MONEY = [
    Metric(
        COST,
        _("Cost"),
        _("What messages and ads cost, before tax. Fees that are paid by the month are not in it."),
        Unit.MONEY,
        is_up=False,
        power=1,
    ),
    _ratio(
        "roas",
        _("ROAS"),
        "revenue",
        COST,
        _("Revenue from LINE for what messages and ads cost; fees that are paid by the month are not in it."),
        power=-1,
    ),
    _each("cost_per_message", _("Cost per message"), "messages", _("Cost for each message sent.")),
    _each("cost_per_open", _("Cost per open"), "opens", _("Cost for each open.")),
    _each("cost_per_click", _("Cost per click"), "clicks", _("Cost for each click.")),
    _each("cost_per_answer", _("Cost per answer"), "answers", _("Cost for each survey answer.")),
    _each("cost_per_use", _("Cost per coupon used"), "redeemed", _("Cost for each coupon used.")),
    _each("cost_per_friend", _("Cost per new friend"), "route_friends", _("Cost for each friend by routes.")),
    _each("cost_per_order", _("Cost per order"), "orders", _("Cost for each order from LINE.")),
]
HIDDEN = [Metric(code, "", "", power=1, is_shown=False) for code in ("net", "paid", "notices", "notice_net")]
HIDDEN += [Metric(code, "", "", is_shown=False) for code in ("ads", "orders_apart")]
HIDDEN.append(Metric("shop_orders_apart", "", "", has_owners=False, is_shown=False))

register(*PEOPLE, *MESSAGES, *DEEDS, *MONEY, *HIDDEN)
for read in sources.ALL:
    register_source(read)
