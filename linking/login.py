"""LINE Login as a way to link: from the shop's page through LINE and back, in one browser.

Three begin here: who a shop has told us as its customer (a link session, or a signed address), who signs in
at a shop that asks us who it was, and who shows us afterwards which customer they are (proving.py).
What goes to LINE and must come back (state, nonce, PKCE) is kept here; a state serves once, for ten minutes,
in the browser it was given to.
"""

import secrets as random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from accounts import board, current, secrets
from channels import signing_in
from channels.login import login_client_for
from channels.models import Channel
from channels.signing_in import Person
from friends import services as friends
from friends.signing_in import learn
from line.errors import LineError
from line.login import BadIdToken, LoginClient, LoginTokens, new_code_verifier
from linking import browsers, proving
from linking.attempts import LASTS, Failure, State
from linking.errors import LineAway, NoLogin, OtherBrowser, SignInOver
from linking.models import (
    Link,
    LinkAttempt,
    LinkSettings,
    LoginGrant,
    access_token_place,
    hashed,
    refresh_token_place,
)

PROMPTS = ("normal", "aggressive")
REFRESH_LASTS = timedelta(days=90)


def begin(
    entry: str,
    variant: str = "",
    *,
    browser: str = "",
    bot_prompt: str = "",
    on_pc: bool = False,
    return_url: str = "",
    shop_state: str = "",
) -> tuple[str, str]:
    """The address of LINE's sign-in, and the word that the browser must keep (browsers.mark).

    `browser` is the word it has already. `bot_prompt` normal offers the account on LINE's consent screen,
    aggressive, the default, on one of its own. With `return_url`, checked by the caller, the shop is told who
    it was, with its own `shop_state`; without it, the person shows us who they are. Raises NoLogin.
    """
    attempt = LinkAttempt(
        way=Link.Method.LINE_LOGIN,
        entry=entry,
        variant=variant,
        return_url=return_url,
        shop_state=shop_state,
        started_at=timezone.now(),
    )
    return lead(attempt, browser=browser, bot_prompt=bot_prompt, on_pc=on_pc)


def lead(
    attempt: LinkAttempt, *, browser: str = "", bot_prompt: str = "", on_pc: bool = False
) -> tuple[str, str]:
    """As `begin`, for an attempt that is there already, such as one bound to a customer; it is saved."""
    client = _client()
    word = browser or browsers.new_word()
    state, nonce, verifier = random.token_urlsafe(24), random.token_urlsafe(16), new_code_verifier()
    attempt.state_hash, attempt.browser_hash = hashed(state), hashed(word)
    attempt.id_token_nonce, attempt.code_verifier = nonce, verifier
    attempt.expires_at = timezone.now() + LASTS
    attempt.save()
    board.call("link_expiry", attempt.expires_at)
    url = client.authorize_url(
        redirect_uri=redirect_uri(),
        state=state,
        nonce=nonce,
        code_verifier=verifier,
        bot_prompt=bot_prompt if bot_prompt in PROMPTS else "aggressive",
        scope="profile openid email" if LinkSettings.present().asks_email else "profile openid",
        ui_locales="ja" if (translation.get_language() or "ja").startswith("ja") else "en",
        **({"initial_amr_display": "lineqr"} if on_pc else {}),
    )
    return url, word


def find(state: str, browser: str) -> LinkAttempt:
    """The sign-in that this state belongs to, in this browser. Raises SignInOver, OtherBrowser.

    One that comes back in another browser is over for good: somebody may have been lured into finishing it.
    """
    waiting = LinkAttempt.objects.open(timezone.now()).exclude(code_verifier="")
    found = waiting.filter(state_hash=hashed(state), way=Link.Method.LINE_LOGIN).first()
    if found is None:
        raise SignInOver
    if not browsers.is_of(found, browser):
        proving.fail(found, Failure.OTHER_BROWSER)
        raise OtherBrowser
    return found


def finish(attempt: LinkAttempt, *, code: str, changed: str | None) -> LinkAttempt:
    """Who came back from LINE with this code. A customer known before is linked to them now.

    `changed` is LINE's friendship_status_changed. Raises SignInOver, LineAway, NoLogin; then the sign-in
    has failed, and only a new one can help.
    """
    taken = LinkAttempt.objects.filter(pk=attempt.pk, code_verifier=attempt.code_verifier)
    if not taken.update(code_verifier=""):
        raise SignInOver
    try:
        person, tokens = signing_in.ask(
            _client(),
            code,
            redirect_uri=redirect_uri(),
            nonce=attempt.id_token_nonce,
            code_verifier=attempt.code_verifier,
            changed=changed,
        )
    except (LineError, BadIdToken, NoLogin) as error:
        proving.fail(attempt, Failure.LINE)
        raise LineAway from error
    with transaction.atomic():
        [number] = friends.know([person.line_user_id]).values()
    return _keep(attempt, number, person, tokens)


def new_key(attempt: LinkAttempt) -> str:
    """What opens the pages that follow, in the same browser."""
    key = random.token_urlsafe(24)
    LinkAttempt.objects.filter(pk=attempt.pk).update(state_hash=hashed(key))
    return key


def redirect_uri() -> str:
    """To be registered in the LINE Login channel, as it stands."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/link/callback/"
    return f"{settings.BASE_URL}/{path}"


@transaction.atomic
def _keep(attempt: LinkAttempt, number: int, person: Person, tokens: LoginTokens) -> LinkAttempt:
    row = _locked(attempt)
    row.friend_id, row.is_friend, row.has_added = number, person.is_friend, person.has_changed
    row.sealed_person = bytes(_sealed(row, person)) if row.return_url and not row.customer_id else None
    row.save(update_fields=["friend", "is_friend", "has_added", "sealed_person"])
    learn(number, person, at=timezone.now(), key=f"link:{row.pk}", is_new=bool(person.has_changed))
    _grant(number, tokens)
    if row.customer_id:
        proving.link(row)
    return row


def _locked(attempt: LinkAttempt) -> LinkAttempt:
    """Raises SignInOver, also if the signed address that it began with has made its link meanwhile."""
    of_address = Q(signature_hash=attempt.signature_hash) if attempt.signature_hash else Q()
    same = LinkAttempt.objects.select_for_update(of=["self"]).filter(Q(pk=attempt.pk) | of_address)
    rows = list(same.order_by("pk"))
    row = next(each for each in rows if each.pk == attempt.pk)
    if row.state not in {State.INVITED, State.SIGNED_IN} or any(each.state == State.LINKED for each in rows):
        raise SignInOver
    return row


def _sealed(attempt: LinkAttempt, person: Person) -> bytes:
    text = f"{person.email}\n{person.name}"
    return secrets.seal(current.tenant().pk, person_place(attempt.pk), text)


def person_place(attempt_id: int) -> str:
    """What a sealed name and e-mail address are bound to."""
    return f"linking_linkattempt.person:{attempt_id}"


def _grant(friend_id: int, tokens: LoginTokens) -> None:
    tenant_id, now = current.tenant().pk, timezone.now()
    access_place, refresh_place = access_token_place(friend_id), refresh_token_place(friend_id)
    kept = {
        "sealed_access_token": secrets.seal(tenant_id, access_place, tokens.access_token),
        "sealed_refresh_token": None,
        "access_until": now + timedelta(seconds=tokens.expires_in),
        "refresh_until": None,
        "granted_at": now,
    }
    if tokens.refresh_token:
        kept["sealed_refresh_token"] = secrets.seal(tenant_id, refresh_place, tokens.refresh_token)
        kept["refresh_until"] = now + REFRESH_LASTS
    LoginGrant.objects.update_or_create(friend_id=friend_id, defaults=kept)


def _client() -> LoginClient:
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    client = login_client_for(channel) if channel else None
    if client is None:
        raise NoLogin
    return client
