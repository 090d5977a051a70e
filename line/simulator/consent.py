"""What a person is asked before an app may know them: the consent screen, and to add the account.

Source: https://developers.line.biz/en/docs/line-login/link-a-bot/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from line.simulator import dialogs
from line.simulator.channels import Channel, Person
from line.simulator.exchange import Answer, page
from line.simulator.login import LoginChannel
from line.simulator.webhooks import make_event
from line.simulator.world import World

SIGN_IN_SHOWS = 50
_WORDS = {
    "profile": "プロフィール情報（必須）",
    "openid": "ユーザー識別子（必須）",
    "email": "メールアドレス",
    "chat_message.write": "トークへのメッセージ送信",
}


@dataclass(frozen=True)
class Wish:
    """What an app wants of a person. `bot_prompt` is empty where it does not offer to add the account."""

    login: LoginChannel
    scopes: tuple[str, ...]
    bot_prompt: str = ""
    asks_always: bool = False


class Decision(NamedTuple):
    """`friendship_changed` is None when the person was not shown the option."""

    agreed: bool
    friendship_changed: bool | None


async def ask(world: World, wish: Wish, person: Person, form: Mapping[str, str]) -> Decision | Answer:
    """The person's decision, or the screen they see next.

    `form` holds what they have chosen so far: `decision` agree or decline, `friend` yes or no. Who consented
    before is not asked again, and so not offered the account either, unless the app insists.
    """
    login, account = wish.login, world.channel(wish.login.channel_id)
    if not wish.asks_always and login.has_consent(person.user_id, wish.scopes):
        return Decision(agreed=True, friendship_changed=None)
    chosen = form.get("decision")
    if chosen is None:
        return _consent_screen(wish, account, person)
    if chosen != "agree":
        return Decision(agreed=False, friendship_changed=None)
    offers = bool(wish.bot_prompt) and login.is_linked
    if offers and wish.bot_prompt == "aggressive" and "friend" not in form:
        return _friend_screen(account, person)
    login.consent(person.user_id, wish.scopes)
    wants = offers and form.get("friend") == "yes"
    changed = wants and await befriend(world, account, person)
    return Decision(agreed=True, friendship_changed=changed if offers else None)


async def befriend(world: World, account: Channel, person: Person) -> bool:
    """Add or unblock the account; its webhook has the `follow` before this returns. False for a friend."""
    if person.user_id in account.friends:
        return False
    detail = {"isUnblocked": account.befriend(person.user_id, world.clock.day())}
    await world.postman.send(account, [make_event(world, account, "follow", person.user_id, follow=detail)])
    return True


def choose_person(account: Channel, query: Mapping[str, str]) -> Answer:
    """LINE's sign-in page, without passwords: whoever has LINE here. `query` is kept over a search."""
    search = query.get("search_name", "")
    people = [person for person in account.people.values() if search in person.name][:SIGN_IN_SHOWS]
    rows = "".join(dialogs.PERSON.format(user_id=one.user_id, name=escape(one.name)) for one in people)
    fields = "".join(
        dialogs.HIDDEN.format(name=escape(name), value=escape(value))
        for name, value in query.items()
        if name != "search_name"
    )
    return page(dialogs.SIGN_IN.format(people=rows or dialogs.NOBODY, search=escape(search), fields=fields))


def _consent_screen(wish: Wish, account: Channel, person: Person) -> Answer:
    rights = "".join(f"<li>{escape(_WORDS.get(scope, scope))}</li>" for scope in wish.scopes)
    return page(
        dialogs.CONSENT.format(
            app=escape(wish.login.name or account.settings.name),
            person=escape(person.name),
            rights=rights,
            option=_option(wish, account, person) if wish.bot_prompt == "normal" else "",
        )
    )


def _option(wish: Wish, account: Channel, person: Person) -> str:
    if not wish.login.is_linked:
        return ""
    name = escape(account.settings.name)
    if person.user_id in account.friends:
        return dialogs.IS_FRIEND.format(account=name)
    word = "ブロックを解除" if person.user_id in account.blockers else "友だち追加"
    checked = " checked" if wish.login.is_certified else ""
    return dialogs.OPTION.format(account=name, word=word, checked=checked)


def _friend_screen(account: Channel, person: Person) -> Answer:
    name = escape(account.settings.name)
    if person.user_id in account.friends:
        return page(dialogs.ALREADY_FRIEND.format(account=name))
    word = "ブロックを解除" if person.user_id in account.blockers else "友だち追加"
    return page(dialogs.ADD_FRIEND.format(account=name, word=word))
