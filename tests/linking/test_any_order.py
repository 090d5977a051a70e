"""However LINE delivers what friends did, they end as the times of the events dictate: inbox and all."""

import time
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Tenant
from channels import processing
from channels.models import InboxBody
from customers.models import Customer
from friends.models import Friend
from linking.attempts import UNLINK_WORD
from linking.models import Link, LinkAttempt, hashed
from tests.channels.conftest import give_channel, make_body, make_event, put_in_inbox
from tests.factories import make_customer, make_friend, make_line_user_id

PEOPLE, CUSTOMERS = ["aoi", "ren"], ["1", "2"]

# Who did what; with a link, to which customer they agreed.
friendship = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["follow", "unfollow"]), st.just(""))
agreement = st.tuples(st.sampled_from(PEOPLE), st.just("accountLink"), st.sampled_from(CUSTOMERS))
wish = st.tuples(st.sampled_from(PEOPLE), st.just("unlink"), st.just(""))
histories = st.lists(
    st.tuples(st.integers(0, 20), friendship | agreement | wish),
    min_size=1,
    max_size=10,
    unique_by=lambda each: each[0],
)


def event_of(minute: int, person: str, kind: str, customer: str, *, start: float) -> dict:
    """As LINE delivers it."""
    details = {
        "accountLink": {"link": {"result": "ok", "nonce": f"{person} {customer} {minute}"}},
        "unlink": {"message": {"type": "text", "id": str(minute), "text": UNLINK_WORD}},
        "follow": {"follow": {"isUnblocked": False}},
        "unfollow": {},
    }
    type_ = "message" if kind == "unlink" else kind
    source = {"type": "user", "userId": make_line_user_id(person)}
    return make_event(type_, at=start + 60 * minute, source=source, **details[kind])


def make_people() -> None:
    """Known, but no friends yet; and customers, not linked to anybody."""
    for person in PEOPLE:
        make_friend(person, status="unknown", status_at=None, followed_at=None)
    for number in CUSTOMERS:
        make_customer(number)


def sign_in(minute: int, person: str, number: str) -> None:
    """So that the agreement of this minute has something to agree to."""
    LinkAttempt.objects.create(
        friend=Friend.objects.get(line_user_id=make_line_user_id(person)),
        customer=Customer.objects.get(number=number),
        state=LinkAttempt.State.SIGNED_IN,
        nonce_hash=hashed(f"{person} {number} {minute}"),
        started_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )


def sign_in_for(history: list) -> None:
    for minute, (person, kind, customer) in history:
        if kind == "accountLink":
            sign_in(minute, person, customer)


def ends(history: list) -> tuple[dict[str, str], dict[str, str]]:
    """Whose friendship stands how, and who is linked to whom, told one after the other by time."""
    status: dict[str, str] = {}
    linked: dict[str, str] = {}
    for _minute, (person, kind, customer) in sorted(history, key=lambda each: each[0]):
        if kind == "follow":
            status[person] = "friend"
        elif kind == "unfollow":
            status[person] = "blocked"
        elif kind == "unlink":
            linked.pop(person, None)
        else:
            linked = {who: whom for who, whom in linked.items() if whom != customer} | {person: customer}
    return status, linked


def found() -> tuple[dict[str, str], dict[str, str]]:
    names = {make_line_user_id(person): person for person in PEOPLE}
    rows = Friend.objects.exclude(status="unknown").values_list("line_user_id", "status")
    links = Link.objects.filter(unlinked_at=None).values_list("friend__line_user_id", "customer__number")
    return (
        {names[user_id]: status for user_id, status in rows},
        {names[user_id]: number for user_id, number in links},
    )


def play(tenant: Tenant, history: list, batches: list[list[dict]]) -> tuple[dict[str, str], dict[str, str]]:
    """How it ends when events come in these batches; it leaves no trace."""
    with transaction.atomic():
        InboxBody.objects.filter(tenant_id=tenant.pk).update(state="done")
        give_channel(tenant)
        make_people()
        sign_in_for(history)
        for batch in batches:
            put_in_inbox(*(make_body(event) for event in batch))
            processing.process(seconds=5)
        outcome = found()
        transaction.set_rollback(True)
    return outcome


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_agrees_again_stays_linked_whenever_we_hear_of_the_wish_in_between(tenant, order):
    history = [(0, ("ren", "accountLink", "2")), (1, ("ren", "unlink", "")), (2, ("ren", "accountLink", "2"))]
    events = [event_of(minute, *what, start=time.time() - 3_600) for minute, what in history]

    assert play(tenant, history, [[events[index]] for index in order]) == ({}, {"ren": "2"})
    assert play(tenant, history, [[events[index] for index in order]]) == ({}, {"ren": "2"})


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, data=st.data())
def test_any_order_repetition_and_splitting_ends_in_what_event_time_dictates(tenant, history, data):
    start = time.time() - 3_600
    events = [event_of(minute, *what, start=start) for minute, what in history]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=5))
    arrivals = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arrivals)), max_size=4)))

    batches = [arrivals[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(arrivals)], strict=True)]

    assert play(tenant, history, batches) == ends(history)
