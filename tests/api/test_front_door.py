from tests.api.conftest import Caller
from tests.factories import make_friend


def test_a_key_lists_friends(call):
    make_friend("aoi")

    answer = call().get("friends/")

    assert answer.status_code == 200, answer.content
    assert [friend["display_name"] for friend in answer.json()["items"]] == ["aoi"]
