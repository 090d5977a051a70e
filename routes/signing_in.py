"""From a visit to who it was: through LINE Login in a browser, through LIFF inside LINE.

What goes to LINE and must come back (state, nonce, PKCE) is kept here and not in the browser: on a phone the
sign-in often ends in another browser than it began in. A state serves once, for ten minutes.
"""

import hashlib
import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts import board, current
from channels import signing_in
from channels.models import Channel
from channels.signing_in import Person
from events import timeline
from events.timeline import NewEvent
from friends import services as friends
from friends.signing_in import learn
from line.errors import LineError
from line.login import BadIdToken, LoginClient, new_code_verifier
from routes import joining, origins, visits
from routes.errors import SignInOver
from routes.models import SIGN_IN_LASTS, Arrival, Route, SignIn, Visit

Outcome = SignIn.Outcome


def begin(visit: Visit, client: LoginClient) -> str:
    """The address of LINE's sign-in for this visit; it offers to add the account."""
    state, nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(16), new_code_verifier()
    SignIn.objects.create(
        visit=visit,
        state_hash=_hashed(state),
        nonce=nonce,
        code_verifier=verifier,
        started_at=timezone.now(),
    )
    on_pc = {"initial_amr_display": "lineqr"} if visit.device == Visit.Device.PC else {}
    return client.authorize_url(
        redirect_uri=redirect_uri(),
        state=state,
        nonce=nonce,
        code_verifier=verifier,
        bot_prompt="aggressive",
        ui_locales="ja" if (translation.get_language() or "ja").startswith("ja") else "en",
        **on_pc,
    )


def begin_liff(visit: Visit) -> None:
    """Note that the person of this visit is on the way through LIFF."""
    SignIn.objects.create(visit=visit, started_at=timezone.now())


def liff_address(visit: Visit, channel: Channel) -> str:
    """What opens our LIFF page inside LINE for this visit."""
    query = urlencode({"r": visit.route.code, "v": visit.key})
    return f"{settings.LIFF_BASE}/{channel.liff_id}?{query}"


def find(state: str) -> SignIn:
    """The sign-in that this state belongs to, in time or already used. Raises SignInOver."""
    found = SignIn.objects.select_related("visit__route").filter(state_hash=_hashed(state)).first()
    if found is None or found.outcome in {Outcome.DECLINED, Outcome.FAILED}:
        raise SignInOver
    if found.outcome == Outcome.OPEN and found.started_at < timezone.now() - SIGN_IN_LASTS:
        raise SignInOver
    return found


def decline(sign_in: SignIn) -> None:
    """They did not agree; the visit stays, of somebody unknown."""
    _end(sign_in, Outcome.DECLINED)


def finish(sign_in: SignIn, client: LoginClient, *, code: str, changed: str | None) -> Arrival:
    """Who came back from LINE with this code, as an arrival; the same one if the answer comes twice.

    `changed` is LINE's friendship_status_changed. Raises LineError, BadIdToken, SignInOver; then the sign-in
    has failed, and only a new one can help.
    """
    if sign_in.outcome == Outcome.KNOWN:
        return _known(sign_in)
    try:
        person, _tokens = signing_in.ask(
            client,
            code,
            redirect_uri=redirect_uri(),
            nonce=sign_in.nonce,
            code_verifier=sign_in.code_verifier,
            changed=changed,
        )
    except (LineError, BadIdToken):
        if not _end(sign_in, Outcome.FAILED):  # the browser came twice at once, and the other was first
            return _known(sign_in)
        raise
    return arrive(sign_in.visit, person)


def _known(sign_in: SignIn) -> Arrival:
    """Who it was, once it has ended. Raises SignInOver if nobody: they declined meanwhile, or it failed."""
    found = Arrival.objects.filter(visit__sign_ins=sign_in).first()
    if found is None:
        raise SignInOver
    return found


def finish_liff(visit: Visit, client: LoginClient, *, id_token: str, access_token: str) -> Arrival:
    """Who opened the LIFF page, as LINE confirms their tokens; again, once they have added the account.

    Raises LineError, BadIdToken.
    """
    return arrive(visit, signing_in.ask_liff(client, id_token=id_token, access_token=access_token))


def arrive(visit: Visit, person: Person) -> Arrival:
    """Keep who it was. Who opens the link of somebody else's visit gets a visit of their own.

    Three transactions, each of which takes locks in the order in which webhooks take them. Should the process
    die before the last, the work board has it done.
    """
    with transaction.atomic():
        [number] = friends.know([person.line_user_id]).values()
    arrival = _keep(visit, number, person)
    board.call("profiles")  # by itself: webhooks take this lock both before and after those of friends
    joining.settle([number])
    arrival.refresh_from_db()
    return arrival


def redirect_uri() -> str:
    """To be registered in the LINE Login channel, as it stands."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/f/login/"
    return f"{settings.BASE_URL}/{path}"


def liff_endpoint() -> str:
    """To be registered as the endpoint of the LIFF app."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/f/liff/"
    return f"{settings.BASE_URL}/{path}"


@transaction.atomic
def _keep(visit: Visit, number: int, person: Person) -> Arrival:
    visit = Visit.objects.select_for_update(of=["self"]).select_related("route").get(pk=visit.pk)
    arrival = Arrival.objects.filter(visit=visit).first()
    if arrival and arrival.friend_id != number:
        arrival = _recent(visit.route, number)
    if arrival:
        _hear(arrival, person)
    else:
        is_taken = Arrival.objects.filter(visit=visit).exists()
        arrival = _new(visits.again(visit, timezone.now()) if is_taken else visit, number, person)
    known = {"outcome": Outcome.KNOWN, "visit": arrival.visit_id, "code_verifier": "", "nonce": ""}
    SignIn.objects.filter(visit=visit, outcome="").update(**known)
    learn(
        arrival.friend_id,
        person,
        at=arrival.at,
        key=f"login:{arrival.visit_id}",
        is_new=bool(arrival.has_changed),
    )
    timeline.record([_event(arrival)])
    board.call(joining.KIND, timezone.now() + joining.LEFT_BEHIND)
    return arrival


def _recent(route: Route, friend_id: int) -> Arrival | None:
    """What the same person did by the same route a moment ago."""
    since = timezone.now() - SIGN_IN_LASTS
    return Arrival.objects.filter(friend=friend_id, route=route, at__gt=since).order_by("-pk").first()


def _new(visit: Visit, number: int, person: Person) -> Arrival:
    return Arrival.objects.create(
        visit=visit,
        route=visit.route,
        friend_id=number,
        at=timezone.now(),
        has_changed=person.has_changed,
        is_friend=person.is_friend,
    )


def _hear(arrival: Arrival, person: Person) -> None:
    """The same person again: who was no friend before and is one now has added the account meanwhile."""
    if arrival.is_friend is False and person.is_friend:
        arrival.is_friend = arrival.has_changed = True
        arrival.settled_at = None
        arrival.save(update_fields=["is_friend", "has_changed", "settled_at"])


def _event(arrival: Arrival) -> NewEvent:
    visit = arrival.visit
    source = " / ".join(visit.utm.values()) or visit.referrer
    ads = {str(origins.CLICK_IDS[name]) for name in visit.click_ids if name in origins.CLICK_IDS}
    told = {"route": arrival.route.name, "source": source, "ad": ", ".join(sorted(ads))}
    properties = {name: value for name, value in told.items() if value}
    return NewEvent("arrived", arrival.at, arrival.friend_id, properties=properties, key=f"visit:{visit.pk}")


def _end(sign_in: SignIn, outcome: str) -> bool:
    """False if it has ended before."""
    rows = SignIn.objects.filter(pk=sign_in.pk, outcome="")
    return rows.update(outcome=outcome, code_verifier="", nonce="") == 1


def _hashed(state: str) -> str:
    """It carries 192 random bits, so one round of SHA-256 keeps it safe."""
    return hashlib.sha256(state.encode()).hexdigest()
