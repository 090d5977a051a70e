"""From a request on the socket to its handler and back, with the faults in between."""

import asyncio
import inspect

from aiohttp import web

from line.simulator import (
    audience_calls,
    audience_uploads,
    authorize,
    chats,
    contents,
    counts,
    coupons,
    demographics,
    insight,
    liff,
    liff_pages,
    links,
    login_api,
    login_stage,
    manager,
    message_insight,
    messages,
    narrowcast,
    notices,
    oauth,
    phone,
    profiles,
    richmenu_aliases,
    richmenu_bulk,
    richmenu_insight,
    richmenu_taps,
    richmenus,
    speech,
    stage,
    webhook_stage,
    webhooks,
)
from line.simulator.exchange import Answer, Refusal, Request, Route
from line.simulator.phone import tabs
from line.simulator.postman import Postman
from line.simulator.world import World

LARGEST_BODY = 2 * 1024 * 1024
LARGEST_FILE = 100 * 1024 * 1024
FILES = "/v2/bot/audienceGroup/upload/byFile"
TABLES = [
    messages.routes,
    oauth.routes,
    counts.routes,
    insight.routes,
    message_insight.routes,
    demographics.routes,
    narrowcast.routes,
    audience_uploads.routes,
    audience_calls.routes,
    richmenus.routes,
    richmenu_bulk.routes,
    richmenu_aliases.routes,
    richmenu_insight.routes,
    richmenu_taps.routes,
    coupons.routes,
    chats.routes,
    notices.routes,
    notices.stage,
    manager.routes,
    webhooks.routes,
    profiles.routes,
    contents.routes,
    links.for_channel,
    links.routes,
    authorize.routes,
    login_api.routes,
    login_stage.routes,
    liff.routes,
    liff_pages.routes,
    stage.routes,
    speech.routes,
    webhook_stage.routes,
    *phone.tables,
]


class App:
    """Answers every request for one world.

    Served by aiohttp's bare server, not by an ASGI one: a lost answer means closing the connection without a
    word, which ASGI has no way to say.
    """

    def __init__(self, world: World):
        self.world = world
        world.postman = Postman(world)

    async def __call__(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request_id = self.world.new_request_id()
        path = incoming.path
        self.world.agenda.catch_up(self.world)
        try:
            request = await _read(incoming, request_id)
            answer = await self._with_faults(request)
        except Refusal as refusal:
            answer = refusal.answer()
        if self.world.faults.is_answer_lost(path, answer.status):
            _hang_up(incoming)
        headers = {"X-Line-Request-Id": request_id, "Content-Type": answer.content_type, **answer.headers}
        return web.Response(body=answer.body, status=answer.status, headers=headers)

    async def _with_faults(self, request: Request) -> Answer:
        faults = self.world.faults
        if late := faults.seconds_late(request.path):
            await asyncio.sleep(late)
        if status := faults.failure(request.path):
            raise Refusal(status, "Internal server error")
        return await self._handle(request)

    async def _handle(self, request: Request) -> Answer:
        route, names = _find(request)
        if not route.for_channel:
            asking = tabs.asking(request)
            return asking or await _result(route.handler(self.world, tabs.of_its_person(request), **names))
        channel = oauth.channel_of(self.world, request)
        try:
            if channel.settings.rate_limits:
                channel.buckets.take(route.name, self.world.clock.now())
            if "x-line-retry-key" in request.headers and not route.takes_retry_key:
                raise Refusal(400, "The retry key is not supported by this API")
            answer = await _result(route.handler(self.world, channel, request, **names))
        except Refusal as refusal:
            channel.statuses[route.name, refusal.status] += 1
            raise
        channel.statuses[route.name, answer.status] += 1
        return answer


def _hang_up(incoming: web.BaseRequest) -> None:
    if incoming.transport is not None:
        incoming.transport.abort()


async def _read(incoming: web.BaseRequest, request_id: str) -> Request:
    try:
        body = await incoming.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(413, "Request Entity Too Large") from error
    return Request(request_id, incoming.method, incoming.path, incoming.query, incoming.headers, body)


def _find(request: Request) -> tuple[Route, dict[str, str]]:
    for table in TABLES:
        if found := table.find(request.method, request.path):
            return found
    raise Refusal(404, "Not found")


async def _result(result) -> Answer:
    return await result if inspect.isawaitable(result) else result


def make_server(world: World) -> web.Server:
    """The server, not yet listening. A body over 2 MB is refused with 413, but for lists of user ids."""

    def request_factory(message, payload, protocol, writer, task) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        is_large = message.path.endswith(FILES) or message.path.startswith("/sim/")
        largest = LARGEST_FILE if is_large else LARGEST_BODY
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=largest)

    return web.Server(App(world), request_factory=request_factory, access_log=None, keepalive_timeout=3600)
