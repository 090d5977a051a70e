"""The words of returns: what each part and each figure is, in one sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.three_views import View
from costs.outcomes import Code, Orders

Text = str | Promise

PARTS: dict[str, Text] = {
    "messages": _("LINE messages"),
    "line_fee": _("LINE’s monthly fee"),
    "agency": _("Fees of the agency"),
    "tool": _("Fee of the tool"),
    "ads": _("Ad cost"),
}
REWARDS = _("Rewards: coupons, prizes, points")
OF_REWARDS = _(
    "Beside the spend, not in it: entered costs of coupons used, the value of prizes won, points by approved "
    "lists with their fee. Discounts are in the revenue already."
)
EACH: dict[str, Text] = {
    Code.OPENS: _("Cost per open"),
    Code.CLICKS: _("Cost per click"),
    Code.CLICKERS: _("Cost per person who clicked"),
    Code.FRIENDS: _("Cost per friend"),
    Code.LINKS: _("Cost per ID link"),
    Code.ORDERS: _("Cost per order"),
    Code.REVENUE: _("Cost per yen of revenue"),
}
VIEWS: dict[View, Text] = {
    View.AVERAGE: _(
        "Its share of what the month’s messages cost: every message of the month bears the same."
    ),
}
MONTHLY = _(
    "Paid by the month: of each month as much as its days in the period, shared among the messages of those "
    "days."
)
AGENCY = _("Mark-up, base fee and options by the contract, beyond what LINE charges.")
AGENCY_OF_GROSS = _("Base fee and options by the contract; the mark-up is in the price of the messages.")
ADS = _("What was entered as ad cost of routes, spread evenly over its days.")
KNOWN: dict[str, Text] = {
    Code.OPENS: _("People who opened it, as LINE counts them. LINE hides fewer than 20."),
    Code.CLICKS: _("Clicks of people on its links; machines are left out."),
    Code.CLICKERS: _("By our links where each friend had their own, else as LINE counts."),
    Code.FRIENDS: _("Ad cost alone, of routes of which it is also known who came by them."),
    Code.LINKS: _("People it reached who were linked within 7 days."),
}
ALL_LINKS = _("All links made on these days, whatever brought them.")
OF_ORDERS: dict[Orders, Text] = {
    Orders.CLICKED: _(
        "Orders that are credited to it: each order counts once, for the last click before it."
    ),
    Orders.REACHED: _("Orders within 7 days of the send of people whom it reached."),
}
ONCE: dict[Orders, Text] = {
    Orders.CLICKED: _(
        "Each order counts once, over broadcasts and scenarios together: for the touch that the conversion "
        "point names, the last click as a rule. Orders after a route alone count for the route."
    ),
    Orders.REACHED: _(
        "An order counts for every send that reached the person, so that it may count several times."
    ),
}
SINCE_THEY_CAME = _("Orders of friends who came by the route, since they came, as far as they are linked.")


def of_view(view: View) -> Text:
    """What the messages of a send are said to cost. The monthly fee stands apart here."""
    return VIEWS.get(view, view.sentence)
