"""Bounds between classes of buyers, as a program reads and sets them."""

from django.utils import timezone

from segments import rfm
from tests.factories import make_customer, make_friend, make_link, make_order

BOUNDS = {
    "within_days": 100,
    "recency_days": [10, 20, 30, 40],
    "orders": [2, 3, 4, 5],
    "amounts": [1000, 2000, 3000, 4000],
}


def test_bounds_are_read_with_the_classes_they_make(call):
    make_link(make_friend("aoi"), make_customer("1"))
    make_order(customer="1", placed_at=timezone.now().isoformat())
    make_customer("2")
    make_order(customer="2", placed_at=timezone.now().isoformat())

    answer = call("segments.view_rfmsettings").get("rfm/").json()

    assert answer["recency_days"] == [30, 90, 180, 270]
    assert {
        each["name"]: (each["customers"], each["friends"]) for each in answer["classes"]
    } == dict.fromkeys(rfm.CLASSES, (0, 0)) | {"new": (2, 1)}


def test_bounds_are_set(call):
    answer = call("segments.change_rfmsettings").put("rfm/", BOUNDS)

    assert answer.status_code == 200
    assert answer.json()["orders"] == [2, 3, 4, 5]
    assert rfm.present() == rfm.Bounds(**BOUNDS)


def test_bounds_that_do_not_fit_are_refused_with_the_reason(call):
    caller = call()

    falling = caller.put("rfm/", BOUNDS | {"orders": [5, 4, 3, 2]})
    few = caller.put("rfm/", BOUNDS | {"amounts": [1, 2]})
    huge = caller.put("rfm/", BOUNDS | {"amounts": [1, 2, 3, 10**400]})

    assert falling.status_code == 422
    assert "Frequency: four numbers, each larger than the one before" in falling.json()["detail"]
    assert (few.status_code, huge.status_code) == (400, 400)
    assert rfm.present() == rfm.default("JPY")
