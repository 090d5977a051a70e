"""Who invited whom: the lists, one invitation, one inviter, and what a person decides."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import SIZE, key, page, words
from accounts.people import members
from friends.models import Friend
from referrals import deciding, joining, results, rewarding, sheets, showing
from referrals.forms import DecisionForm, ReferralFilter
from referrals.models import Grant, Participant, Programme, Referral

VERBS = {"confirm", "refuse"}
SHOWN_OF_FRIEND = 20


@permission_required("referrals.view_referral", raise_exception=True)
@require_GET
def people(request: Request, pk: int) -> HttpResponse:
    """Who invited whom, newest first, by where it stands."""
    programme = get_object_or_404(Programme, pk=pk)
    state = ReferralFilter(request.GET).asked
    rows = Referral.objects.filter(programme=programme).select_related("friend", "participant__friend")
    found = page(rows.filter(state=state) if state else rows, key(request.GET.get("before", "")))
    context = {"programme": programme, "page": found, "state": state, "states": Referral.State.choices}
    return render(request, "referrals/people.html", context)


@permission_required("referrals.view_participant", raise_exception=True)
@require_GET
def inviters(request: Request, pk: int) -> HttpResponse:
    """Who has brought most."""
    programme = get_object_or_404(Programme, pk=pk)
    first = (key(request.GET.get("from", "")) or 0) % 10**9
    found = list(results.inviters(programme)[first : first + SIZE + 1])
    shown, costs = found[:SIZE], results.cost_of(found[:SIZE])
    context = {
        "programme": programme,
        "rows": [(first + place, each, costs.get(each.pk, 0)) for place, each in enumerate(shown, 1)],
        "next": first + SIZE if len(found) > SIZE else None,
    }
    return render(request, "referrals/inviters.html", context)


@permission_required("referrals.view_participant", raise_exception=True)
@require_GET
def inviter(request: Request, pk: int) -> HttpResponse:
    """By whom an inviter came, whom they brought, and what those brought."""
    rows = Participant.objects.select_related("friend", "programme__version", "programme__route")
    part = get_object_or_404(rows, pk=pk)
    invited = Referral.objects.filter(participant=part).select_related("friend")
    found = page(invited, key(request.GET.get("before", "")))
    below = Participant.objects.filter(
        programme=part.programme_id, friend__in=[each.friend_id for each in found.rows]
    )
    brought = {each.friend_id: each for each in results.inviters(part.programme).filter(pk__in=below)}
    context = {
        "part": part,
        "programme": part.programme,
        "page": found,
        "rows": [(each, brought.get(each.friend_id)) for each in found.rows],
        "above": results.above(part),
        "counts": showing.counts_of(part),
        "grants": Grant.objects.filter(participant=part, friend=part.friend_id).order_by("-pk")[:20],
        "link": joining.link_of(part),
    }
    return render(request, "referrals/inviter.html", context)


@permission_required("referrals.view_referral", raise_exception=True)
@require_GET
def referral(request: Request, pk: int) -> HttpResponse:
    """How an invitation came to stand where it does."""
    return _shown(request, _referral(pk), DecisionForm())


@permission_required("referrals.decide_referral", raise_exception=True)
@require_POST
def decide(request: Request, pk: int, verb: str) -> HttpResponse:
    """Confirm or refuse it, with a reason."""
    if verb not in VERBS:
        raise Http404
    row, form = _referral(pk), DecisionForm(request.POST)
    if form.is_valid():
        try:
            command = deciding.confirm if verb == "confirm" else deciding.refuse
            command(row, note=form.cleaned_data["note"], by=request.user)
            messages.success(request, _("It counts.") if verb == "confirm" else _("It does not count."))
            return redirect("referral", pk)
        except AppError as error:
            form.add_error("note", error.message)
    return _shown(request, _referral(pk), form)


@permission_required("referrals.decide_referral", raise_exception=True)
@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Try once more to give a reward that could not be given."""
    grant = get_object_or_404(Grant, pk=pk)
    rewarding.again(grant)
    messages.success(request, _("It is tried again in a moment."))
    return redirect("referral", grant.referral_id)


@permission_required("referrals.decide_referral", raise_exception=True)
@require_POST
def again_all(request: Request, pk: int) -> HttpResponse:
    """Try once more to give all rewards of a programme that could not be given."""
    programme = get_object_or_404(Programme, pk=pk)
    count = rewarding.again_all(programme, by=request.user)
    messages.success(request, _("Rewards that are tried again in a moment: %(count)s") % {"count": count})
    return redirect(programme)


@permission_required("referrals.export_referral", raise_exception=True)
@require_GET
def file(request: Request, pk: int) -> HttpResponse:
    """All tables in one Excel file, or who invited whom as CSV."""
    programme = get_object_or_404(Programme, pk=pk)
    kind = words(request.GET.get("format", ""))
    activity.record("referral_programme.exported", programme, by=request.user, file=kind)
    return spreadsheets.download(sheets.of(programme), kind, f"referral-{pk}")


@permission_required("referrals.view_referral", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """By whom a friend came and whom they invited; a part of their page."""
    friend = get_object_or_404(Friend, pk=pk)
    rows = Referral.objects.filter(friend=friend).select_related("programme", "participant__friend")
    parts = Participant.objects.filter(friend=friend).select_related("programme")[:SHOWN_OF_FRIEND]
    context = {
        "came": rows[:SHOWN_OF_FRIEND],
        "parts": [(part, showing.counts_of(part)) for part in parts],
    }
    return render(request, "referrals/of_friend.html", context)


def _referral(pk: int) -> Referral:
    rows = Referral.objects.select_related("friend", "participant__friend", "programme", "version")
    return get_object_or_404(rows, pk=pk)


def _shown(request: Request, row: Referral, form: DecisionForm) -> HttpResponse:
    names = {user.pk: user.name or user.email for user in members()} if row.decided_by_id else {}
    others = Referral.objects.filter(friend=row.friend_id).exclude(pk=row.pk)
    context = {
        "referral": row,
        "programme": row.programme,
        "form": form,
        "grants": row.grants.select_related("friend").order_by("pk"),
        "others": others.select_related("participant__friend", "programme"),
        "decided_by": names.get(row.decided_by_id or 0, ""),
        "may_confirm": row.frozen_at is None and row.state in deciding.CONFIRMED,
        "may_refuse": row.frozen_at is None and row.state in deciding.REFUSED,
    }
    return render(request, "referrals/referral.html", context)
