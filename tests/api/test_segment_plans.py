"""The plan of a segment, and audiences, by API."""

from pyroaring import BitMap

from friends.models import FriendTag
from segments import services as segments
from segments.models import Audience
from segments.reaching import audiences
from tests.factories import make_audience, make_friend, make_tag

WOMEN = {"type": "line_gender", "in": ["female"]}


def make_tagged(count: int, of: int = 100) -> dict:
    """So many friends with a tag, among so many."""
    friends = [make_friend().pk for _person in range(of)]
    tag = make_tag()
    FriendTag.objects.bulk_create([FriendTag(friend_id=pk, tag=tag) for pk in friends[:count]])
    return {"type": "tag", "tag": tag.pk}


def test_the_plan_by_api(call):
    tagged = make_tagged(40)

    plan = call().post("segments/plan/", {"tree": {"any": [tagged, WOMEN]}}).json()

    by_id, narrowcast = plan["sends"]
    assert (by_id["method"], by_id["least"], by_id["requests"]) == ("multicast", 40, 1)
    assert (narrowcast["method"], narrowcast["most"], narrowcast["minimum"]) == ("narrowcast", 60, 50)
    assert plan["requests"] == {"multicast": 1, "narrowcast": 1, "upload": 1}


def test_what_line_cannot_do_is_422_with_the_nearest_tree(call):
    tagged = make_tagged(30)

    answer = call().post("segments/plan/", {"tree": {"all": [tagged, WOMEN]}})

    assert answer.status_code == 422
    assert answer.json()["code"] == "unreachable"
    assert answer.json()["nearest"]["tree"] == {"all": [tagged]}
    assert answer.json()["nearest"]["most"] == 30


def test_a_segments_plan_by_api_for_personal_text(call):
    make_tagged(0, of=3)
    segment = segments.create_segment("Everyone", {"all": []})
    ours = call()

    pushed = ours.get(f"segments/{segment.pk}/plan/?personal=true").json()
    by_line = ours.get(f"segments/{segment.pk}/plan/?prefers=broadcast").json()
    wrong = ours.get(f"segments/{segment.pk}/plan/?prefers=pigeon")

    assert pushed["requests"] == {"push": 3}
    assert by_line["requests"] == {"broadcast": 1}
    assert wrong.status_code == 400


def test_an_audience_is_deleted_unless_a_message_needs_it(call):
    needed = audiences.request(BitMap([make_friend().pk]), "broadcast:7")
    spare = make_audience(state="ready")
    ours = call()

    refused = ours.delete(f"audiences/{needed.pk}/")
    deleted = ours.delete(f"audiences/{spare.pk}/")

    states = dict(Audience.objects.values_list("pk", "state"))
    assert (refused.status_code, deleted.status_code) == (409, 204)
    assert states == {needed.pk: "waiting", spare.pk: "deleting"}
