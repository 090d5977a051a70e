"""The scenario that things befall: every sort of wait, of parting and of doing, in two versions."""

import json

from tests.journeys.faults.scene import Scene

HOUR = 60
VIP = {"property": "vip", "op": "equals", "value": True}


def flow(tag: int) -> dict:
    """The first version. Texts begin with their step and version."""
    tagged = {"type": "tag", "tag": tag}
    marked = [{"id": "mark", "type": "tag", "add": [tag]}]
    return {
        "trigger": {"type": "api"},
        "exits": [{"type": "event", "event": "bought"}, {"type": "blocked"}],
        "manners": {"ignores_quiet_hours": True, "ignores_cap": True},
        "steps": [
            _part("lot", {"key": "vip", "name": "VIP", "context": [VIP]}, marked),
            _say("hello"),
            {
                "id": "look",
                "type": "await",
                "event": looked(tag),
                "minutes": HOUR,
                "ways": {"happened": [_say("seen")], "timed_out": [_say("unseen")]},
            },
            _part("tagged", {"key": "vip", "name": "VIP", "when": tagged}, [_say("vip")]),
            {"id": "rest", "type": "wait", "minutes": HOUR},
            _say("last"),
        ],
    }


def looked(tag: int) -> str:
    """The type of event that is waited for: one of the round's own."""
    return f"looked_{tag}"


def publish(scene: Scene, *, moves: bool) -> None:
    """The second version: every text is another, and there is one more before the last."""
    read = scene.call("GET", f"{scene.work}/")
    changed = json.loads(json.dumps(read["flow"]).replace(" v1 ", " v2 "))
    if changed != read["flow"]:
        changed["steps"].insert(-1, _say("more", version=2))
        scene.attempt("PATCH", f"{scene.work}/", flow=changed, revision=read["revision"])
    revision = scene.call("GET", f"{scene.work}/")["revision"]
    scene.attempt("PUT", f"{scene.work}/publication/", revision=revision, moves=moves)


def _say(step: str, *, version: int = 1) -> dict:
    text = f"{step} v{version} {{{{display_name|you}}}}"
    return {"id": step, "type": "send", "messages": [{"type": "text", "text": text}]}


def _part(step: str, path: dict, steps: list[dict]) -> dict:
    return {"id": step, "type": "branch", "paths": [path], "ways": {path["key"]: steps}}
