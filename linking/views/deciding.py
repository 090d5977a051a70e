"""What waits for a decision, what was lost to a newer link, and tries that failed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import Request
from accounts.paging import page
from linking import conflicts, entries, staff
from linking.models import Link, LinkAttempt, LinkConflict

MOST_LOST = 20
MOST_DECIDED = 20
Failed = LinkAttempt.State


@permission_required("linking.view_linkconflict", raise_exception=True)
@require_GET
def link_conflicts(request: Request) -> HttpResponse:
    rows = LinkConflict.objects.select_related("friend", "customer")
    found = page(LinkConflict.objects.open().select_related("friend", "customer"), _before(request))
    rivals = staff.contradicted(found.rows)
    seen = staff.last_seen(
        [each.friend_id for each in found.rows]
        + [link.friend_id for some in rivals.values() for link in some]
    )
    context = {
        "page": found,
        "rows": [(each, rivals[each.pk]) for each in found.rows],
        "seen": seen,
        "decided": rows.exclude(state=LinkConflict.State.OPEN).order_by("-decided_at")[:MOST_DECIDED],
        "lost": staff.lost(Link.objects.lost().select_related("friend", "customer")[:MOST_LOST]),
        "tab": "link_conflicts",
    }
    return render(request, "linking/dashboard/conflicts.html", context)


@permission_required("linking.change_linkconflict", raise_exception=True)
@require_POST
def decide(request: Request) -> HttpResponse:
    """One conflict or many, one way: `replace` links as claimed, `keep` keeps what is there."""
    ids = [int(each) for each in request.POST.getlist("id") if each.isdecimal() and len(each) < 19]
    do_replace = request.POST.get("do") == "replace"
    if not ids or request.POST.get("do") not in {"replace", "keep"}:
        messages.warning(request, _("Choose at least one, and what is to be done."))
        return redirect("link_conflicts")
    count = conflicts.decide_many(ids, replace=do_replace, by=request.user)
    said = _("Linked as claimed: %(count)s") if do_replace else _("Kept as it was: %(count)s")
    messages.success(request, said % {"count": count})
    return redirect("link_conflicts")


@permission_required("linking.view_link", raise_exception=True)
@require_GET
def link_attempts(request: Request) -> HttpResponse:
    """Tries that came to nothing, by reason, so that somebody can help."""
    asked = request.GET.get("why", "")
    tries = LinkAttempt.objects.filter(state__in=[Failed.FAILED, Failed.EXPIRED])
    if asked in LinkAttempt.Failure.values:
        tries = tries.filter(failure=asked)
    elif asked == "expired":
        tries = tries.filter(state=Failed.EXPIRED)
    found = page(tries.select_related("friend", "customer"), _before(request))
    reasons = [("", _("All")), *LinkAttempt.Failure.choices, ("expired", _("Not finished in time"))]
    context = {"page": found, "reasons": reasons, "why": asked, "tab": "link_attempts"}
    context["entry_names"] = entries.names()
    return render(request, "linking/dashboard/attempts.html", context)


def _before(request: Request) -> int | None:
    before = request.GET.get("before", "")
    return int(before) if before.isdecimal() and len(before) < 19 else None
