"""The console's and the people's side of LINE Login, under /sim/ as in `stage`."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from line.simulator import authorize, liff, liff_pages
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.login import LoginChannel
from line.simulator.world import World

CHANGEABLE = {"secret", "channel_id", "name", "redirect_uris", "is_linked", "is_certified"}

routes = Routes(for_channel=False)


@routes.add("POST", "/sim/login-channels")
def add_login_channel(world: World, request: Request) -> Answer:
    """Make one, or change what is given of it."""
    given = request.json()
    login_id = given.pop("login_channel_id")
    if unknown := set(given) - CHANGEABLE:
        raise Refusal(400, f"Unknown settings: {', '.join(sorted(unknown))}")
    login = world.logins.get(login_id) or LoginChannel(login_id, given["secret"], given["channel_id"])
    for name, value in given.items():
        setattr(login, name, value)
    account = world.channel(login.channel_id)
    world.logins[login_id] = login
    return answer({"loginChannelId": login_id, "linkedUserId": account.user_id})


@routes.add("POST", "/sim/login-channels/{login_channel_id}/liff-apps")
def add_liff_app(world: World, request: Request, login_channel_id: str) -> Answer:
    return answer({"liffId": liff.add_app(world.login(login_channel_id), request.json())})


@routes.add("POST", "/sim/open-liff")
def open_liff(world: World, request: Request) -> Answer:
    """The person has agreed to the app's scopes, and opens it inside LINE."""
    given = request.json()
    url = urlsplit(given["url"])
    _, _, path = url.path.partition("/liff/")
    liff_id, _, rest = path.strip("/").partition("/")
    login, app = liff.find(world, liff_id)
    person = world.channel(login.channel_id).people.get(given["user_id"])
    if person is None:
        raise Refusal(404, f"No person {given['user_id']} in channel {login.channel_id}")
    login.consent(person.user_id, tuple(app["scope"]))
    tokens = liff_pages.tokens_for(world, login, app, person, is_in_client=True)
    return answer({"url": liff_pages.primary_url(app, rest, dict(parse_qsl(url.query))), **tokens})


@routes.add("POST", "/sim/sign-in")
async def sign_in(world: World, request: Request) -> Answer:
    given = request.json()
    form = {
        "decision": "agree" if given["agree"] else "decline",
        "friend": "yes" if given["add_friend"] else "no",
    }
    return answer({"url": await authorize.sign_in(world, given["user_id"], given["url"], form)})


@routes.add("GET", "/dialog/login.css")
def stylesheet(world: World, request: Request) -> Answer:
    return Answer((Path(__file__).parent / "login.css").read_bytes(), content_type="text/css; charset=utf-8")
