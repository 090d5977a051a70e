"""The page, the files it is made of, and the way out of it to other pages."""

from pathlib import Path

from line.simulator.exchange import Answer, Refusal, Request, Routes
from line.simulator.phone import tabs
from line.simulator.world import World

_FOLDER = Path(__file__).parent
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Whatever friends and senders write, only our own scripts run; pictures and films are wherever they are.
_POLICY = (
    "default-src 'self'; img-src http: https: data: blob:; media-src http: https: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)

routes = Routes(for_channel=False)


@routes.add("GET", "/phone")
def page(world: World, request: Request) -> Answer:
    body = (_FOLDER / "phone.html").read_bytes()
    return Answer(body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY})


@routes.add("GET", "/phone/open")
def open_link(world: World, request: Request) -> Answer:
    """A link that a phone opens: the tab becomes that person's, and goes on."""
    return tabs.opening(request.query.get("person", ""), request.query.get("url", ""))


@routes.add("GET", "/phone/{name}")
def asset(world: World, request: Request, name: str) -> Answer:
    """One of the files beside this one; no other name is looked up."""
    file = next(
        (file for file in _FOLDER.iterdir() if file.name == name and file.suffix in _CONTENT_TYPES), None
    )
    if file is None:
        raise Refusal(404, "Not found")
    return Answer(file.read_bytes(), content_type=f"{_CONTENT_TYPES[file.suffix]}; charset=utf-8")
