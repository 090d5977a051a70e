"""Account linking: link tokens, and the dialog in which a person agrees to be linked.

Source: https://developers.line.biz/en/docs/messaging-api/linking-accounts/
"""

import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlsplit

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer, page
from line.simulator.viewers import viewer
from line.simulator.webhooks import make_event
from line.simulator.world import World

VALID_FOR = 10 * 60
DIALOG = "/dialog/bot/accountLink"

for_channel = Routes(for_channel=True)
routes = Routes(for_channel=False)


@dataclass
class LinkToken:
    user_id: str
    good_until: float
    is_used: bool = False


class DialogError(Exception):
    """The person sees an error page; no webhook is sent."""


@for_channel.add("POST", "/v2/bot/user/{user_id}/linkToken")
def issue(world: World, channel: Channel, request: Request, user_id: str) -> Answer:
    """Only for a friend."""
    if user_id not in channel.friends:
        raise Refusal(404, "Not found")
    token = secrets.token_urlsafe(24)
    channel.link_tokens[token] = LinkToken(user_id, world.clock.now() + VALID_FOR)
    return answer({"linkToken": token})


def finish(world: World, person_id: str, token: str, nonce: str) -> tuple[Channel, dict]:
    """The person agrees: the channel, and the `accountLink` event to send it.

    `failed` when the token was made for somebody else. Raises DialogError, and there is no event, when the
    token is unknown, used or over its ten minutes, or the nonce is not of 10 to 255 characters.
    """
    channel, link_token = find(world, token, nonce)
    link_token.is_used = True
    if link_token.user_id != person_id:
        return channel, make_event(
            world, channel, "accountLink", None, link={"result": "failed", "nonce": nonce}
        )
    return channel, make_event(
        world, channel, "accountLink", person_id, link={"result": "ok", "nonce": nonce}
    )


def find(world: World, token: str, nonce: str) -> tuple[Channel, LinkToken]:
    """The channel that issued a token that is still good."""
    if not 10 <= len(nonce) <= 255:
        raise DialogError("nonce must be 10 to 255 characters")
    for channel in world.channels.values():
        link_token = channel.link_tokens.get(token)
        if link_token and not link_token.is_used and world.clock.now() <= link_token.good_until:
            return channel, link_token
    raise DialogError("link token is expired, used or unknown")


def token_and_nonce(url: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(url).query)
    return query.get("linkToken", [""])[0], query.get("nonce", [""])[0]


@routes.add("GET", DIALOG)
def dialog(world: World, request: Request) -> Answer:
    """The page LINE shows to the person; a cookie set by the phone tells who is looking."""
    token, nonce = request.query.get("linkToken", ""), request.query.get("nonce", "")
    try:
        channel, _ = find(world, token, nonce)
    except DialogError:
        return page(_ERROR, 400)
    person = channel.people.get(viewer(request))
    if person is None:
        return page(_NOT_SIGNED_IN, 400)
    names = {"account": channel.settings.name, "person": person.name, "token": token, "nonce": nonce}
    return page(_CONSENT.format(**{name: escape(value) for name, value in names.items()}))


@routes.add("POST", DIALOG)
async def agree(world: World, request: Request) -> Answer:
    form = parse_qs(request.body.decode("utf-8", "replace"))
    token, nonce = form.get("linkToken", [""])[0], form.get("nonce", [""])[0]
    try:
        channel, event = finish(world, viewer(request), token, nonce)
    except DialogError:
        return page(_ERROR, 400)
    await world.postman.send(channel, [event])
    return page(_DONE if event["link"]["result"] == "ok" else _FAILED)


_PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>LINE</title>
<link rel="stylesheet" href="/phone/dialog.css"><main>{}</main></html>"""
_CONSENT = _PAGE.format("""
<h1>アカウント連携</h1>
<p><b>{person}</b> さんのLINEアカウントを、<b>{account}</b> のサービスと連携しますか?</p>
<p class="note">連携すると、このサービスからのお知らせをLINEで受け取れます。連携はいつでも解除できます。</p>
<form method="post"><input type="hidden" name="linkToken" value="{token}">
<input type="hidden" name="nonce" value="{nonce}"><button>連携する</button></form>
<p class="small">Link your LINE account to this service? You can unlink at any time.</p>""")
_DONE = _PAGE.format("""
<h1>連携しました</h1><p>LINEアカウントの連携が完了しました。トークに戻ってください。</p>
<p class="small">Your account has been linked. Return to the chat.</p>""")
_FAILED = _PAGE.format("""
<h1>連携できませんでした</h1><p>別の方のために発行されたリンクです。ご自身のトークから、もう一度お試しください。</p>
<p class="small">This link was made for someone else.</p>""")
_ERROR = _PAGE.format("""
<h1>エラーが発生しました</h1><p>リンクの有効期限が切れているか、すでに使われています。トークからもう一度お試しください。</p>
<p class="small">The link has expired or has been used.</p>""")
_NOT_SIGNED_IN = _PAGE.format("""
<h1>LINEから開いてください</h1><p>このページは、電話のトークの中から開く必要があります。</p>
<p class="small">Open this page from a chat on the <a href="/phone">phone</a>.</p>""")
