"""Coupons by REST: the shop's till and programs."""

from coupons.models import Code, Redemption
from tests.api.conftest import caller, make_key
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_friend

ALL = ("coupons.add_coupon", "coupons.change_coupon", "coupons.start_coupon", "coupons.view_coupon")
TILL = ("coupons.redeem_coupon", "coupons.change_redemption", "coupons.view_redemption")


def test_a_coupon_is_made_started_and_given(tenant):
    program, friend = caller(make_key(tenant, *ALL)), make_friend()

    made = program.post("coupons/", {"name": "Autumn", "gives": "yen", "amount": 500}).json()
    started = program.put(f"coupons/{made['id']}/start/").json()
    given = program.post(f"coupons/{made['id']}/gifts/", {"friend": friend.pk}).json()

    assert (made["state"], started["state"]) == ("draft", "running")
    assert given["ticket"]["friend"] == friend.pk
    assert given["ticket"]["state"] == "valid"


def test_codes_of_the_shop_are_added_once(tenant):
    coupon = make_own_coupon(pool=["A-1"])

    told = caller(make_key(tenant, *ALL)).post(
        f"coupons/{coupon.pk}/codes/", {"codes": ["A-1", "A-2", "A-2"]}
    )

    assert told.json() == {"added": 1, "known": 2, "left": 2}
    assert Code.objects.count() == 2


def test_what_does_not_fit_together_is_refused_by_field(tenant):
    program = caller(make_key(tenant, *ALL))

    answer = program.post(
        "coupons/", {"name": "Autumn", "gives": "percent", "amount": 101, "codes": "shared"}
    )

    assert answer.status_code == 400
    assert {"amount", "shared_code"} <= set(answer.json()["fields"])


def test_a_till_checks_uses_and_takes_back(tenant):
    till, ticket = caller(make_key(tenant, *TILL)), make_ticket(make_friend(), make_own_coupon("Autumn"))

    checked = till.get(f"coupons/tickets/check/?code={ticket.code}").json()
    used = till.post("coupons/redemptions/", {"code": ticket.code, "order": "R-1", "amount": 5_000})
    again = till.post("coupons/redemptions/", {"code": ticket.code})
    after = till.get(f"coupons/tickets/check/?code={ticket.code}").json()
    back = till.put(f"coupons/redemptions/{used.json()['id']}/cancel/", {"reason": "Wrong customer"})

    assert (checked["name"], checked["refusal"]) == ("Autumn", None)
    assert (used.status_code, used.json()["discount_yen"]) == (201, 500)
    assert (again.status_code, again.json()["code"]) == (422, "coupon_used")
    assert after["refusal"]["code"] == "coupon_used"
    assert back.json()["reason"] == "Wrong customer"


def test_a_repeated_request_uses_it_once(tenant):
    till, ticket = caller(make_key(tenant, *TILL)), make_ticket(make_friend(), make_own_coupon(uses=0))

    answers = [
        till.post("coupons/redemptions/", {"code": ticket.code}, **{"Idempotency-Key": "r-1"}).json()["id"]
        for _try in range(2)
    ]

    assert answers[0] == answers[1]
    assert Redemption.objects.count() == 1


def test_an_unknown_code_says_so(tenant):
    answer = caller(make_key(tenant, *TILL)).get("coupons/tickets/check/?code=%E3%81%AA%E3%81%97")

    assert (answer.status_code, answer.json()["code"]) == (422, "coupon_unknown")
