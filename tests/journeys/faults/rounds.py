"""One round: a broadcast is sent, things befall it, and all that was promised of it is looked at."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from random import Random

from pyroaring import BitMap

from tests.journeys.faults.blows import BLOWS, STRANGER, Blow, draw
from tests.journeys.faults.scene import CHANNEL, Scene
from tests.journeys.shop import wait_until

TEXT, OTHER, PERSONAL = "Sale today", "Only today", "Hello {{display_name|you}}"
KINDS: dict[str, dict] = {
    "multicast": {"text": TEXT, "segment": "everyone"},
    "push": {"text": PERSONAL, "segment": "everyone"},
    "narrowcast": {"text": TEXT, "segment": "women"},
    "broadcast": {"text": TEXT, "segment": "everyone", "way": "line"},
    "split": {"text": TEXT, "segment": "everyone", "other": OTHER},
}
OFTEN = [9, 8, 2, 2, 4]
OVER = {"sent", "failed", "cancelled", "needs_check"}
LATENCIES = [0, 50, 150, 400]  # milliseconds that LINE takes, so that faults meet requests under way
PATIENCE = 300.0  # seconds: leases, waits between tries and a start of every process

Happening = tuple[float, Callable[[], object]]  # so many seconds after the beginning


@dataclass(frozen=True)
class Round:
    """What is sent, and what befalls it after so many seconds."""

    kind: str
    blows: list[tuple[float, str]]

    def __str__(self) -> str:
        return f"{self.kind}: " + ", ".join(f"{name} after {at:.2f} s" for at, name in self.blows)


def drawn(seed: int, number: int) -> Round:
    """The same for the same numbers."""
    dice = Random(f"{seed}/{number}")
    [kind] = dice.choices(list(KINDS), OFTEN)
    return Round(kind, sorted((dice.uniform(0, 1.4), name) for name in draw(dice)))


def play(scene: Scene, asked: Round, dice: Random) -> str:
    """Let it happen; the status in which it ended. AssertionError if a promise is broken."""
    scene.begin(stranger=any(name == STRANGER for _, name in asked.blows))
    scene.line.delay(dice.choice(LATENCIES))
    broadcast = _send(scene, asked)
    befall(scene, [(at, BLOWS[name]) for at, name in asked.blows], dice)
    _wait_for_the_end(scene, broadcast)
    wait_for_late_answers(scene)
    check(scene, broadcast)
    return status(scene, broadcast)["status"]


def _send(scene: Scene, asked: Round) -> int:
    wanted = dict(KINDS[asked.kind])
    messages, other = _say(wanted.pop("text")), wanted.pop("other", None)
    wanted["segment"] = scene.segments[wanted["segment"]]
    made = scene.call("POST", "broadcasts/", name="Sale", messages=messages, **wanted)["id"]
    if other:
        scene.call("PUT", f"broadcasts/{made}/split-test/", sample_percent=40)
        scene.call("PUT", f"broadcasts/{made}/variants/B/", messages=_say(other))
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    scene.call("PUT", f"broadcasts/{made}/schedule/", send_at=soon)
    scene.work = f"broadcasts/{made}"
    return made


def _say(text: str) -> list[dict]:
    return [{"type": "text", "text": text}]


def befall(
    scene: Scene, blows: list[tuple[float, Blow]], dice: Random, meanwhile: Iterable[Happening] = ()
) -> None:
    """Strike at the moments, stay until each has lasted long enough, and heal all; what people do comes in
    between.
    """
    began = time.monotonic()
    try:
        strikes = [(at, partial(blow.strike, scene, dice)) for at, blow in blows]
        for at, happen in sorted([*strikes, *meanwhile], key=lambda each: each[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))
            happen()
        time.sleep(max((blow.seconds for _at, blow in blows), default=0.0))
    finally:
        for blow in sorted((blow for _at, blow in blows), key=lambda blow: blow.is_of_people):
            blow.heal(scene)


def _wait_for_the_end(scene: Scene, broadcast: int) -> None:
    try:
        wait_until(lambda: _is_over(scene, broadcast), seconds=PATIENCE, every=0.2)
    except TimeoutError as error:
        found = status(scene, broadcast)
        states = scene.ask(STATES, broadcast)
        raise TimeoutError(f"{found['status']} {found['problem']} {states}") from error


def _is_over(scene: Scene, broadcast: int) -> bool:
    """Somebody looks now and then, lets go on what has paused for a reason that is gone, and decides."""
    found = status(scene, broadcast)
    if found["status"] == "paused" and found["problem"]:
        scene.act("DELETE", "pause")
    if found["status"] == "testing":
        scene.act("POST", "split-test/decision", letter="B")
    open_ones = scene.ask(OPEN, broadcast, broadcast)[0]["count"]
    return found["status"] in OVER and not open_ones


def wait_for_late_answers(scene: Scene) -> None:
    """Until LINE has dealt with requests of a process that was killed meanwhile."""
    seen = -1
    while seen != (now := scene.shop.accepted()):
        seen = now
        time.sleep(0.1)


def status(scene: Scene, broadcast: int) -> dict:
    [row] = scene.ask("SELECT * FROM broadcasts_broadcast WHERE id = %s", broadcast)
    return row


def check(scene: Scene, broadcast: int) -> None:
    """Everyone of the frozen audience has it once or stands where it says why not; what is booked is what
    LINE has accepted; the broadcast is over, and if not well, says why.
    """
    found = status(scene, broadcast)
    batches = scene.ask(BATCHES, broadcast)
    sends = scene.ask("SELECT * FROM broadcasts_platformsend WHERE broadcast_id = %s", broadcast)
    received = Counter(scene.line.received(CHANNEL))
    assert set(received.values()) <= {1}, f"twice: {Counter(received.values())}"
    if found["audience"] is None:
        assert not received, "it was never prepared, and somebody has it"
    elif sends:
        _check_by_line(sends, received)
    else:
        _check_by_list(scene, found, batches, received)
    _check_ledger(scene, broadcast, batches, sends)
    assert found["status"] not in {"failed", "sent"} or found["finished_at"]


def _check_by_list(scene: Scene, found: dict, batches: list[dict], received: Counter) -> None:
    kept = {state: _friends(batches, state) for state in ("accepted", "rejected", "needs_check", "cancelled")}
    refused = list(chain.from_iterable(batch["rejected"] for batch in batches))
    got = set(kept["accepted"]) - set(refused)
    not_got = {*refused, *kept["cancelled"]}
    everyone = list(chain(*kept.values()))
    audience = BitMap.deserialize(bytes(found["audience"]))
    dropped = sum(batch["dropped_count"] for batch in batches)  # of those that were split later, too
    has_it = {number for number, user_id in scene.user_ids.items() if received[user_id]}

    assert len(everyone) == len(set(everyone)), "somebody stands in two batches"
    assert set(everyone) <= set(audience)
    assert len(everyone) + dropped == len(audience), "somebody is missing"
    assert len(received) == len(has_it), "somebody has it who is no friend"
    assert got <= has_it, f"{len(got - has_it)} are told to have it, and have not"
    assert not has_it & not_got, f"{len(has_it & not_got)} have it, and are told not to"
    assert has_it <= got | set(kept["needs_check"]), "somebody has it who was left out"
    assert all(batch["error"] for batch in batches if batch["rejected"]), "refused without a cause"
    assert kept["needs_check"] or found["status"] != "needs_check"


def _check_by_line(sends: list[dict], received: Counter) -> None:
    [send] = sends
    assert send["state"] in {"sent", "failed", "cancelled", "needs_check"}
    if send["state"] in {"failed", "cancelled"}:
        assert not received, "it is told not to have been sent"
        assert send["problem"] or send["state"] == "cancelled", "failed without a cause"
    if send["state"] == "sent":
        # Of its own broadcast LINE tells no number: it is booked for all whom we know.
        told = len(received) if send["method"] == "narrowcast" else send["most"]
        assert received, "nobody has it"
        assert send["success_count"] == told, f"{send['success_count']} instead of {told}"


def _check_ledger(scene: Scene, broadcast: int, batches: list[dict], sends: list[dict]) -> None:
    [row] = scene.ask(BOOKED, f"broadcast:{broadcast}/%")
    by_line = sum(send["success_count"] for send in sends)
    accepted = by_line or sum(batch["accepted_count"] for batch in batches if batch["method"] != "broadcast")
    assert row["booked"] == accepted, f"booked {row['booked']}, accepted {accepted}"
    unknown = sum(batch["friend_count"] for batch in batches if batch["state"] == "needs_check")
    unknown += sum(send["most"] for send in sends if send["state"] == "needs_check")
    if not any(send["method"] == "broadcast" for send in sends):
        assert accepted <= scene.line.requests(CHANNEL)["billed"] <= accepted + unknown


def _friends(batches: Iterable[dict], state: str) -> list[int]:
    return [number for batch in batches if batch["state"] == state for number in batch["friends"]]


BATCHES = "SELECT * FROM broadcasts_batch WHERE broadcast_id = %s"
OPEN = """
SELECT (SELECT count(*) FROM broadcasts_batch
        WHERE broadcast_id = %s AND method <> 'broadcast' AND state IN ('pending', 'claimed'))
     + (SELECT count(*) FROM broadcasts_platformsend
        WHERE broadcast_id = %s AND state IN ('waiting', 'pending', 'running')) AS count
"""
STATES = """
SELECT state, count(*), min(not_before - now())::text AS waits, min(lease_until - now())::text AS leased
FROM broadcasts_batch WHERE broadcast_id = %s GROUP BY state
"""
BOOKED = "SELECT coalesce(sum(messages), 0) AS booked FROM billing_ledgerentry WHERE reference LIKE %s"
