from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpResponse

from accounts.models import Tenant
from api.models import IdempotentAnswer
from friends.models import Tag
from tests.api.conftest import Caller, caller, make_key
from tests.factories import make_tag


def create(caller_: Caller, name: str, key: str = "order-7") -> HttpResponse:
    return caller_.post("tags/", {"name": name}, **{"Idempotency-Key": key})


def test_a_repeat_gets_the_first_answer_and_has_no_effect(call):
    ours = call()

    first, second = create(ours, "VIP"), create(ours, "VIP")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Tag.objects.count() == 1


def test_without_the_header_a_repeat_is_a_new_request(call):
    ours = call()

    answers = [ours.post("tags/", {"name": "VIP"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_the_same_key_with_another_body_is_refused(call):
    ours = call()
    create(ours, "VIP")

    answer = create(ours, "Gold")

    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_reused"
    assert not Tag.objects.filter(name="Gold").exists()


def test_a_refused_request_may_be_tried_again_with_its_key(call):
    ours = call()
    taken = make_tag("VIP")
    refused = create(ours, "VIP")
    taken.delete()

    allowed = create(ours, "VIP")

    assert (refused.status_code, allowed.status_code) == (409, 201)


def test_a_repeat_without_the_scope_gets_no_answer(call):
    create(call(), "VIP")

    assert create(call("friends.view_tag"), "VIP").status_code == 403


def test_the_same_key_in_another_client_is_another_key(call, other_tenant):
    create(call(), "VIP")

    answer = create(caller(make_key(other_tenant, "*"), "cosmetics"), "VIP")

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_answers_are_kept_for_a_day_and_then_forgotten(call, time_machine):
    ours = call()
    time_machine.move_to("2026-11-20T00:00:00Z")
    create(ours, "VIP")
    Tag.objects.all().delete()

    time_machine.shift(timedelta(hours=24, seconds=1))
    again = create(ours, "VIP")
    create(ours, "Gold", key="order-8")

    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again.headers
    assert sorted(IdempotentAnswer.objects.values_list("key", flat=True)) == ["order-7", "order-8"]


def test_a_repeat_while_the_first_is_under_way_is_told_to_wait(own_tenant):
    key = make_key(own_tenant, "*")
    ours = caller(key, own_tenant.slug)

    with transaction.atomic():  # the first request has not ended before this does
        first = create(ours, "VIP")
        with ThreadPoolExecutor(1) as other:
            meanwhile = other.submit(_in_own_connection, own_tenant, key).result(20)
    afterwards = create(ours, "VIP")

    assert meanwhile.status_code == 409
    assert meanwhile.json()["code"] == "idempotency_key_in_use"
    assert meanwhile.headers["Retry-After"] == "1"
    assert afterwards.json() == first.json()


def _in_own_connection(tenant: Tenant, key: str) -> HttpResponse:
    try:
        connection.set_tenant(tenant)
        return create(caller(key, tenant.slug), "VIP")
    finally:
        connection.close()
