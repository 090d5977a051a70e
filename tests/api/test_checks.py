"""What is wrong with a broadcast, and tap actions, as programs ask for them."""

from taps.models import TapAction
from tests.factories import make_broadcast, make_tap_action

TEXT = "Dear {{display name}}"


def test_a_program_has_a_broadcast_looked_through_and_reads_it_again(tenant, call):
    address = f"broadcasts/{make_broadcast(TEXT).pk}/checks/"
    ours = call("broadcasts.view_broadcast")

    before = ours.get(address)
    looked = ours.post(address)
    after = ours.get(address)

    assert (before.status_code, looked.status_code, after.status_code) == (404, 201, 200)
    assert after.json() == looked.json()
    assert (looked.json()["version"], looked.json()["line_said"]) == (1, False)  # there is no channel to ask
    [finding] = looked.json()["findings"]
    assert (finding["kind"], finding["bubble"], finding["is_error"]) == ("variable", 1, False)
    assert "{{display name}}" in finding["words"]


def test_a_tap_action_is_archived_and_taken_back(tenant, call):
    action = make_tap_action()
    ours = call("taps.change_tapaction")

    archived = ours.put(f"tap-actions/{action.pk}/archive/")
    was_archived = TapAction.objects.get().archived_at is not None
    restored = ours.delete(f"tap-actions/{action.pk}/archive/")

    assert (archived.status_code, was_archived, restored.status_code) == (204, True, 204)
    assert TapAction.objects.get().archived_at is None
