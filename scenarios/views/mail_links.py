"""What people open from a mail: the page to unsubscribe, and links that lead on. Public."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import machines
from broadcasts.tracking import marks
from scenarios.mails import clicks, leaving, tokens
from scenarios.models import MailSend


@login_not_required
@never_cache
@csrf_exempt  # mail programs post here by themselves (RFC 8058); who it is says the token
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first, since programs open links too; our button and a mail program's own post."""
    send = _sent(tokens.UNSUBSCRIBE, token)
    if request.method == "POST":
        leaving.subscribe(send) if request.POST.get("act") == "again" else leaving.unsubscribe(send)
    with translation.override(_language(request)):
        is_given = leaving.is_subscribed(send)
        asks = request.method != "POST" and is_given
        return render(
            request, "scenarios/mails/unsubscribe.html", {"asks": asks, "is_given": is_given, "send": send}
        )


@login_not_required
@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """On to the address that stood in the mail; that somebody opened it is counted, programs are not."""
    named = tokens.read(tokens.LINK, token)
    send = _sent(tokens.LINK, token)
    url = clicks.address(send, named.link or 0) if named else None
    if url is None:
        raise Http404
    if not machines.is_behind(request):
        clicks.count(send, url)
        url = marks.led(url, send.entry.friend_id)
    answer = HttpResponseRedirect(url)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _sent(use: str, token: str) -> MailSend:
    named = tokens.read(use, token)
    sends = MailSend.objects.select_related("entry__friend", "entry__scenario")
    send = sends.filter(pk=named.mail).first() if named else None
    if send is None:
        raise Http404
    return send


def _language(request: HttpRequest) -> str:
    """The reader's browser's, Japanese unless it asks for English first."""
    return "en" if translation.get_language_from_request(request) == "en" else "ja"
