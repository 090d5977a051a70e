from coupons.models.coupon import Coupon
from coupons.models.gift import Gift
from coupons.models.ticket import Code, Redemption, Ticket

__all__ = ["Code", "Coupon", "Gift", "Redemption", "Ticket"]
