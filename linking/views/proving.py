"""Pages on which a friend shows which customer they are. Public: what opens them is in the address.

That is LINE's link token, or the key of a sign-in together with the browser that it was given to.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import network_address
from linking import browsers, contract, floods, mailed_codes, proving, returning, wording
from linking.errors import LinkExpired, OtherBrowser, TooFast, TooManyTries
from linking.forms import CodeForm, ConsentForm, MailForm, SignInForm
from linking.models import LinkSettings
from linking.proving import Opened
from linking.views import words

Proof = LinkSettings.Proof
POSTS_A_MINUTE = 60  # of one network address, behind which there may be a shop's Wi-Fi
NEEDS_NO_FORM = (LinkExpired, TooManyTries, OtherBrowser)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Opened from the chat, by LINE's link token."""
    try:
        return _page(request, proving.by_token(request.GET.get("linkToken", "")))
    except NEEDS_NO_FORM as error:
        return words.ended(request, error)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """After LINE Login or LIFF, by the key of that."""
    try:
        return _page(request, proving.by_key(request.GET.get("key", ""), browsers.word_of(request)))
    except NEEDS_NO_FORM as error:
        return _over(request, error)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """After the shop's own sign-in: the same browser as before, and a last look at whose record it is."""
    try:
        opened = proving.by_key(request.GET.get("key", ""), browsers.word_of(request))
        if opened.attempt.customer is None:
            return redirect(f"{contract.address('prove/')}?{request.META['QUERY_STRING']}")
        consent = wording.consent()
        form = ConsentForm(request.POST if request.method == "POST" else None, consent_text=consent)
        if form.is_valid():
            proving.agree(opened, consent=consent)
            return redirect(contract.address("done/", key=request.GET["key"]))
    except NEEDS_NO_FORM as error:
        return _over(request, error)
    customer = wording.masked(opened.attempt.customer)
    return words.page(request, "agree", {"form": form, "customer": customer, "reason": wording.reason()})


@login_not_required
@never_cache
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """A mistyped address: friends are told so by the shop, not by the pages of its staff."""
    message = _("This address is not complete. Open it again from the chat.")
    return words.page(request, "ended", {"message": message}, status=404)


def _over(request: HttpRequest, error: AppError) -> HttpResponse:
    """Who has linked and comes here again is told that it worked, not that the page is over."""
    key = request.GET.get("key", "")
    if proving.is_done(key, browsers.word_of(request)):
        return redirect(contract.address("done/", key=key))
    return words.ended(request, error)


def _page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The proof that is asked for, of those the client offers."""
    offered = LinkSettings.present().offered
    chosen = request.GET.get("by", "")
    proof = chosen if chosen in offered else offered[0]
    if proof == Proof.SHOP:
        return redirect(contract.shop_address(opened))
    ask = {Proof.BIRTHDAY: _by_birthday, Proof.EMAIL: _by_mail}[Proof(proof)]
    answer = ask(request, opened)
    if isinstance(answer, HttpResponse):
        return answer
    others = [_other(request, other) for other in offered if other != proof]
    context = answer | {"others": others, "reason": wording.reason(), "goes_to_line": bool(opened.link_token)}
    return words.page(request, "sign_in", context)


def _by_birthday(request: HttpRequest, opened: Opened) -> HttpResponse | dict:
    consent = wording.consent()
    form = SignInForm(request.POST if request.method == "POST" else None, consent_text=consent)
    if form.is_valid():
        find = proving.by_details(form.cleaned_data["number"], form.cleaned_data["birthday"])
        try:
            return _try(request, opened, find, consent)
        except NEEDS_NO_FORM:
            raise
        except AppError as refusal:
            form.add_error(None, refusal.message)
    return {"form": form, "step": "birthday"}


def _by_mail(request: HttpRequest, opened: Opened) -> HttpResponse | dict:
    """Number or address and consent first, then the code; the consent is that of this moment."""
    step = request.POST.get("step", "") or ("code" if mailed_codes.is_asked(opened.attempt) else "who")
    consent = wording.consent()
    if step == "code" and "again" not in request.GET:
        return _enter_code(request, opened, consent)
    form = MailForm(request.POST if request.method == "POST" else None, consent_text=consent)
    if form.is_valid():
        try:
            _slow_down(request)
            mailed_codes.ask(opened, form.cleaned_data["who"])
            return redirect(_address(request, by=Proof.EMAIL))
        except AppError as refusal:
            form.add_error(None, refusal.message)
    return {"form": form, "step": "who"}


def _enter_code(request: HttpRequest, opened: Opened, consent: str) -> HttpResponse | dict:
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _try(request, opened, mailed_codes.by_code(form.cleaned_data["code"]), consent)
        except NEEDS_NO_FORM:
            raise
        except AppError:
            form.add_error(
                "code", _("This is not the code of our newest mail, or it is older than ten minutes.")
            )
    return {"form": form, "step": "code", "again": _address(request, by=Proof.EMAIL, again="1")}


def _try(request: HttpRequest, opened: Opened, find, consent: str) -> HttpResponse:
    _slow_down(request)
    to_line = proving.prove(opened, find, consent=consent)
    return redirect(to_line or contract.address("done/", key=request.GET.get("key", "")))


def _slow_down(request: HttpRequest) -> None:
    if floods.is_flood("prove", network_address(request), most=POSTS_A_MINUTE):
        raise TooFast


def _other(request: HttpRequest, proof: str) -> dict[str, str]:
    labels = {
        Proof.BIRTHDAY: _("By customer number and birthday"),
        Proof.EMAIL: _("By a code sent to your e-mail address"),
        Proof.SHOP: _("By signing in at the shop"),
    }
    return {"label": labels[Proof(proof)], "address": _address(request, by=proof)}


def _address(request: HttpRequest, **query: str) -> str:
    """The same page for the same attempt."""
    kept = {name: request.GET[name] for name in ("linkToken", "key") if name in request.GET}
    return returning.with_query(request.path, kept | query)
