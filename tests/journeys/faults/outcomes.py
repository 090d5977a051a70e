"""What is promised to those who are in a scenario, looked at when it is over."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tests.journeys.faults.scene import CHANNEL, Scene

if TYPE_CHECKING:
    from tests.journeys.faults.stories import Cast

MAY_HAVE = {"accepted", "unknown"}


def check(scene: Scene, cast: "Cast") -> None:
    """Everyone has each step's text once at most, in the order of the steps, and nothing that was begun after
    it was known that they bought; who did not leave has all, or the send says why not; what is booked is what
    LINE has accepted.
    """
    number = scene.work.removeprefix("scenarios/")
    entries = {row["friend_id"]: row for row in scene.ask(ENTRIES, number)}
    sends = scene.ask("SELECT * FROM scenarios_send WHERE scenario_id = %s", number)
    tagged = {row["friend_id"] for row in scene.ask(TAGGED, cast.tag)}
    assert set(entries) == set(cast.people) or _is_archived(entries.values()), "somebody was not let in"
    for friend, entry in entries.items():
        theirs = {send["step"]: send for send in sends if send["entry_id"] == entry["id"]}
        got = [text.split()[0] for text in scene.line.texts(CHANNEL, scene.user_ids[friend])]
        _check_texts(got, theirs)
        _check_exit(entry, theirs, cast.told.get(friend))
        if entry["reason"] == "finished":
            _check_whole(entry, theirs, friend in cast.viewers, friend in cast.vips)
            assert (friend in tagged) == (friend in cast.vips), "another has the tag, or has it not"
    strangers = set(scene.line.received(CHANNEL)) - {scene.user_ids[friend] for friend in entries}
    assert not strangers, "somebody has it who is not in it"
    _check_ledger(scene, number, sends)


def _check_texts(got: list[str], sends: dict[str, dict]) -> None:
    assert max(Counter(got).values(), default=1) == 1, f"twice: {got}"
    told = {step for step, send in sends.items() if send["state"] == "accepted"}
    may = {step for step, send in sends.items() if send["state"] in MAY_HAVE}
    assert told <= set(got) <= may, f"has {got}, is told to have {sorted(told)}"
    assert got == sorted(got, key=ORDER.index), f"in another order: {got}"
    assert all(send["error"] for send in sends.values() if send["state"] == "rejected"), "no cause is told"


def _check_exit(entry: dict, sends: dict[str, dict], told_at: datetime | None) -> None:
    """Who bought is out, and no request was begun after we knew."""
    assert entry["state"] == "ended"
    if told_at is None:
        assert entry["reason"] in {"finished", "blocked", "stopped"}, f"out by {entry['reason']}"
        return
    begun = {step: send["first_tried_at"] for step, send in sends.items() if send["state"] in MAY_HAVE}
    assert max(begun.values(), default=told_at) <= told_at, f"after the exit: {begun}, known at {told_at}"
    assert entry["reason"] != "finished" or entry["ended_at"] <= told_at, "went on after the exit"


def _check_whole(entry: dict, sends: dict[str, dict], is_viewer: bool, is_vip: bool) -> None:
    """All steps of their way; `more` may have come while they were on it."""
    way = ["hello", "seen" if is_viewer else "unseen", *(["vip"] if is_vip else []), "last"]
    assert set(way) <= set(sends) <= {*way, "more"}, f"{sorted(sends)} instead of {way}"
    assert entry["version"] > 1 or "more" not in sends, "a step of another version"
    over = {send["state"] for send in sends.values()}
    assert over <= {*MAY_HAVE, "rejected"}, f"not everything was sent: {over}"


def _check_ledger(scene: Scene, number: str, sends: list[dict]) -> None:
    states = Counter(send["state"] for send in sends)
    [row] = scene.ask(BOOKED, f"scenario:{number}/%")
    assert row["booked"] == states["accepted"], f"booked {row['booked']}, accepted {states['accepted']}"
    billed = scene.line.requests(CHANNEL)["billed"]
    assert states["accepted"] <= billed <= states["accepted"] + states["unknown"]


def _is_archived(entries: Iterable[dict]) -> bool:
    return any(entry["reason"] == "stopped" for entry in entries)


ORDER = ["hello", "seen", "unseen", "vip", "more", "last"]
ENTRIES = """
SELECT entry.*, version.number AS version FROM scenarios_entry entry
JOIN scenarios_version version ON version.id = entry.version_id WHERE entry.scenario_id = %s"""
TAGGED = "SELECT friend_id FROM friends_friendtag WHERE tag_id = %s"
BOOKED = "SELECT coalesce(sum(messages), 0) AS booked FROM billing_ledgerentry WHERE reference LIKE %s"
