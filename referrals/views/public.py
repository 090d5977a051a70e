"""A friend's own page of a programme, and the invitation that opens from their link.

The page knows whose it is by its sealed address; the link that is shared has a code of its own and leads to
nothing of the inviter's.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import current, machines
from accounts.errors import AppError
from accounts.http import network_address
from channels.models import Channel
from friends import personal
from friends.models import Friend
from linking import doors, floods
from linking.errors import TooFast
from referrals import joining, showing
from referrals.errors import AddressWrong
from referrals.joining import PAGE
from referrals.models import Participant, Programme
from routes import entrance, qr, visits, words

MOST = 120  # requests of one network address a minute


@login_not_required
@never_cache
@require_safe
def door(request: HttpRequest, number: int) -> HttpResponse:
    """For whoever comes without an address of their own: opens the page in LINE, which says who it is."""
    return doors.lead(request, PAGE, number)


@login_not_required
@never_cache
@require_safe
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The friend's link, how to share it, and what has come of it. Opening it takes part."""
    try:
        programme, friend = _read(request, token)
        if machines.is_behind(request):
            return render(request, "referrals/public/preview.html", {"programme": programme})
        part = joining.part_of(programme, friend)
    except AppError as refusal:
        return _refused(request, refusal)
    return render(request, "referrals/public/own.html", showing.own(part, token))


@login_not_required
@never_cache
@require_safe
def share(request: HttpRequest, token: str) -> HttpResponse:
    """On to LINE, where the friend chooses to whom the message goes."""
    try:
        programme, friend = _read(request, token)
        part = joining.part_of(programme, friend)
    except AppError as refusal:
        return _refused(request, refusal)
    if not programme.is_open:
        return redirect("referral_page", token)
    if not machines.is_behind(request):
        joining.shared(part)
    text = joining.message_of(programme, joining.link_of(part))
    return redirect(joining.share_address(text))


@login_not_required
@never_cache
@require_safe
def qr_code(request: HttpRequest, token: str) -> HttpResponse:
    """To show to somebody beside them: it opens the invitation."""
    try:
        part = joining.part_of(*_read(request, token))
    except AppError as refusal:
        return _refused(request, refusal)
    return HttpResponse(qr.svg(joining.link_of(part)), content_type="image/svg+xml")


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody sees who opens a friend's link: who invites to what, and the way on."""
    part, channel = _part(code), _channel()
    if part is None or channel is None:
        return words.lost(request, channel)
    if not part.programme.is_open:
        return render(request, "referrals/public/closed.html", showing.closed(part, channel), status=410)
    context = showing.invitation(part, channel)
    if not machines.is_behind(request) and not visits.is_flood(network_address(request)):
        context["visit"] = joining.opened(part, request, channel).key
    return render(request, "referrals/public/invitation.html", context)


@login_not_required
@never_cache
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponse:
    """On to LINE, by LINE Login or inside LINE, which say who comes."""
    part, channel = _part(code), _channel()
    visit = visits.find(request.GET.get("v", ""))
    if part is None or channel is None:
        return words.lost(request, channel)
    if not part.programme.is_open or visit is None or visit.utm_content != part.code:
        return redirect("referral_invitation", code)
    return entrance.lead_on(request, channel, visit)


def _read(request: HttpRequest, token: str) -> tuple[Programme, Friend]:
    if floods.is_flood(PAGE, network_address(request), most=MOST):
        raise TooFast
    read = personal.read(PAGE, token)
    programme = (
        Programme.objects.published()
        .select_related("version", "route")
        .filter(pk=read[0] if read else 0)
        .first()
    )
    friend = Friend.objects.filter(pk=read[1] if read else 0).first()
    if programme is None or friend is None:
        raise AddressWrong
    return programme, friend


def _part(code: str) -> Participant | None:
    """Whatever somebody has typed or cut off: None if it is nobody's."""
    if not (code.isascii() and code.isalnum()):
        return None
    rows = Participant.objects.select_related("programme__version", "programme__route")
    return rows.filter(code=code.lower()).first()


def _channel() -> Channel | None:
    return Channel.objects.filter(tenant=current.tenant().pk).first()


def _refused(request: HttpRequest, refusal: AppError) -> HttpResponse:
    statuses = {AddressWrong: 404, TooFast: 429}
    context = {"message": refusal.message}
    status = statuses.get(type(refusal), 410)
    return render(request, "referrals/public/refused.html", context, status=status)
