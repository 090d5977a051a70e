"""The page on which a friend signs in to the shop. Public: the link token in the address is what opens it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import current
from linking import attempts
from linking.attempts import UNLINK_WORD
from linking.errors import LinkExpired, TooManyTries, WrongDetails
from linking.forms import SignInForm


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    token = request.GET.get("linkToken", "")
    consent = _consent()
    form = SignInForm(request.POST or None, consent_text=consent)
    try:
        attempts.open_attempt(token)
        if form.is_valid():
            details = {name: form.cleaned_data[name] for name in ("number", "birthday")}
            return redirect(attempts.sign_in(token, **details, consent=consent))
    except WrongDetails as error:
        form.add_error(None, error.message)
    except (LinkExpired, TooManyTries) as error:
        return render(request, "linking/ended.html", {"message": error.message}, status=410)
    return render(request, "linking/sign_in.html", {"form": form})


@login_not_required
@never_cache
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """A mistyped address: friends are told so by the shop, not by the pages of its staff."""
    message = _("This address is not complete. Open it again from the chat.")
    return render(request, "linking/ended.html", {"message": message}, status=404)


def _consent() -> str:
    """What is agreed to; kept with the link in the words that were shown."""
    words = {"client": current.tenant().name, "word": UNLINK_WORD}
    return (
        _(
            "I agree that %(client)s links my LINE account with my customer record and uses it "
            "for messages that suit me. I can unlink at any time by sending “%(word)s” in the chat."
        )
        % words
    )
