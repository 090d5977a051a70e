"""Through LINE Login to a link, and back. Public; what began in one browser works in no other."""

import logging

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import validate_host
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import network_address
from friends.models import Friend
from linking import browsers, contract, entries, floods, login, proving, returning, signed, wording
from linking.attempts import LINK_WORD, Failure, State
from linking.errors import LinkExpired, TooFast
from linking.forms import ConsentForm
from linking.models import Link, LinkAttempt, hashed
from linking.views import words
from routes import origins

logger = logging.getLogger(__name__)
STARTS_A_MINUTE = 300  # from one network address


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest, entry: str) -> HttpResponse:
    """Sign up or sign in with LINE: the shop is told who it was, or they show us which customer they are.

    At the client's own domain it goes on at ours, where LINE leads back to and the cookie must be.
    """
    if not validate_host(request.get_host().partition(":")[0], settings.HOSTS):
        return redirect(f"{contract.address(f'login/{entry}/')}?{request.META.get('QUERY_STRING', '')}")
    given = {name: request.GET.get(name, "") for name in ("variant", "bot_prompt", "return_url", "state")}
    try:
        _slow_down(request)
        url, word = login.begin(
            entries.clean(entry),
            entries.clean(given["variant"]),
            browser=browsers.word_of(request),
            bot_prompt=given["bot_prompt"],
            on_pc=_is_on_pc(request),
            return_url=returning.check(given["return_url"]) if given["return_url"] else "",
            shop_state=given["state"][: returning.LONGEST].replace("\x00", ""),
        )
    except AppError as refusal:
        return words.ended(request, refusal)
    return browsers.mark(redirect(url), word)


@login_not_required
@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """An address that the shop has signed for its customer."""
    try:
        _slow_down(request)
        said, signature_hash = signed.read(request.META.get("QUERY_STRING", ""))
        if said["return_url"]:
            returning.check(said["return_url"])
        url, _attempt = contract.open_session(
            contract.customer_of(said["customer"]),
            entry=entries.clean(said["entry"]),
            # Which invitation was tapped, the snippet adds behind the signature: it is counted, no more.
            variant=entries.clean(request.GET.get("variant", "")),
            return_url=said["return_url"],
            signature_hash=signature_hash,
        )
    except AppError as refusal:
        return words.ended(request, refusal)
    return redirect(url)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponseBase:
    """Whose record it is and what linking means, before LINE Login. Looking at the page uses nothing up."""
    key, consent = request.GET.get("key", ""), wording.consent()
    try:
        attempt = contract.session(key)
        form = ConsentForm(request.POST if request.method == "POST" else None, consent_text=consent)
        if form.is_valid():
            url, word = contract.take_session(
                key,
                consent=consent,
                browser=browsers.word_of(request),
                bot_prompt=request.GET.get("bot_prompt", ""),
                on_pc=_is_on_pc(request),
            )
            return browsers.mark(redirect(url), word)
    except AppError as refusal:
        return words.ended(request, refusal)
    context = {
        "form": form,
        "customer": wording.masked(attempt.customer),
        "goes_to_line": True,
        "reason": wording.reason(),
        "back": returning.with_answer(attempt.return_url, linked="0") if attempt.return_url else "",
    }
    return _may_lead_to(attempt.return_url, request, context)


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from LINE Login, with a code or with what went wrong."""
    word = browsers.word_of(request)
    try:
        attempt = login.find(request.GET.get("state", ""), word)
    except AppError as refusal:
        return words.ended(request, refusal, again=_again(request))
    if "error" in request.GET or not request.GET.get("code"):
        return _declined(request, attempt)
    try:
        attempt = login.finish(
            attempt,
            code=request.GET["code"],
            changed=request.GET.get("friendship_status_changed"),
        )
    except AppError as refusal:
        logger.warning("linking.sign_in_failed", extra={"attempt": attempt.pk, "reason": refusal.code})
        return words.ended(request, refusal, again=_begin(attempt), back=attempt.return_url)
    return browsers.mark(redirect(_onward(attempt)), word)


@login_not_required
@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Linked, or linked before: whose record it is, how to end it, and the account if it is not added yet."""
    ways = LinkAttempt.objects.select_related("friend").filter(friend__isnull=False)
    attempt = ways.filter(state_hash=hashed(request.GET.get("key", ""))).first()
    if attempt is None or not browsers.is_of(attempt, browsers.word_of(request)):
        return words.ended(request, LinkExpired(word=LINK_WORD))
    present = Link.objects.active().filter(friend=attempt.friend_id).select_related("customer").first()
    is_new = attempt.state == State.LINKED
    context = {
        "customer": wording.masked(present.customer) if present else "",
        "is_new": is_new,
        "is_friend": attempt.is_friend or attempt.has_added or _is_friend(attempt),
        "another": "" if is_new else f"{contract.address('prove/')}?key={request.GET['key']}",
    }
    return words.page(request, "done", context)


def _is_friend(attempt: LinkAttempt) -> bool:
    return attempt.friend is not None and attempt.friend.status == Friend.Status.FRIEND


def _onward(attempt: LinkAttempt) -> str:
    """Where somebody goes from LINE: to the shop, to the proof, or to the word that all is done."""
    is_linked = attempt.state == State.LINKED
    if attempt.return_url:
        told = returning.with_answer(attempt.return_url, linked="1", state=attempt.shop_state)
        return told if is_linked else contract.hand_over(attempt)
    was_linked = Link.objects.active().filter(friend=attempt.friend_id).exists()
    page = "done/" if is_linked or was_linked else "prove/"
    return contract.address(page, key=login.new_key(attempt))


def _declined(request: HttpRequest, attempt: LinkAttempt) -> HttpResponse:
    """Back to the shop that asked, as OAuth has it; otherwise a page that says how to begin again."""
    proving.fail(attempt, Failure.DECLINED)
    if attempt.return_url:
        answer = {"error": "access_denied", "state": attempt.shop_state}
        return redirect(returning.with_answer(attempt.return_url, linked="0", **answer))
    return words.declined(request, again=_begin(attempt))


def _begin(attempt: LinkAttempt) -> str:
    """Where the same begins again; "" if only the shop can begin it."""
    if attempt.customer_id or attempt.return_url:
        return ""
    path = reverse("linking:begin", args=[attempt.entry or entries.NONE])
    return returning.with_query(path, {"variant": attempt.variant} if attempt.variant else {})


def _again(request: HttpRequest) -> str:
    """For a state that we do not go on with: by the entry it had, if it is one of ours."""
    state = request.GET.get("state", "")
    found = LinkAttempt.objects.filter(state_hash=hashed(state), way=Link.Method.LINE_LOGIN).first()
    return _begin(found) if found else ""


def _may_lead_to(return_url: str, request: HttpRequest, context: dict) -> HttpResponseBase:
    """Browsers hold a form to the policy through all redirects, and LINE may send back without asking."""
    origins_after = [returning.origin_of(return_url)] if return_url else []
    page = csp_update({"form-action": origins_after})(lambda request: words.page(request, "agree", context))
    return page(request)


def _is_on_pc(request: HttpRequest) -> bool:
    return origins.read(request).device == "pc"


def _slow_down(request: HttpRequest) -> None:
    if floods.is_flood("begin", network_address(request), most=STARTS_A_MINUTE):
        raise TooFast
