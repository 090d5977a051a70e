"""What comes in by webhook or API is in the segment at the next count."""

from segments import services
from tests.api.conftest import caller, make_key
from tests.factories import make_customer, make_friend, make_link
from tests.friends.webhooks import arrive, received

REACHABLE = {"all": []}
BOUGHT = {"type": "events", "event": "bought", "count_at_least": 1, "within_days": 1}


def test_a_follow_and_a_block_by_webhook(tenant):
    assert services.count(REACHABLE).total == 0

    arrive(received("follow", "aoi", 0, follow={"isUnblocked": False}))
    assert services.count(REACHABLE).total == 1

    arrive(received("unfollow", "aoi", 10))
    assert services.count(REACHABLE).total == 0


def test_an_event_of_a_customer_by_the_api(tenant):
    make_link(make_friend("aoi"), make_customer("C-1"))
    program = caller(make_key(tenant, "*"))
    assert services.count(BOUGHT).total == 0

    answer = program.post("events/", {"events": [{"type": "bought", "customer": "C-1"}]})

    assert answer.status_code == 200
    assert services.count(BOUGHT).total == 1
