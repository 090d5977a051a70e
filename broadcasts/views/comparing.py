"""The page on which two versions of a broadcast stand side by side."""

from dataclasses import replace

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import key
from broadcasts import pages
from broadcasts.approving import comparing, marks, versions
from broadcasts.approving.comparing import Comparison
from broadcasts.models import Version
from broadcasts.views import found as shared
from composing import phone
from contracts import sight


@permission_required("broadcasts.view_version", raise_exception=True)
@require_GET
def compare(request: Request, pk: int) -> HttpResponse:
    """What changed from one version to another; if nothing is asked, since the last approval."""
    found = shared.get(pk)
    present = versions.present(found)
    every = list(found.versions.order_by("-number"))
    after = _asked(every, request.GET.get("to", "")) or present
    before = _asked(every, request.GET.get("from", "")) or versions.before(found, after)
    found_changes = comparing.compare(before, after, seen=sight.present(request.user, request.tenant))
    who = pages.people(each.by_id for each in every)
    context = {
        "broadcast": found,
        "versions": every,
        "history": [(each, who.get(each.by_id)) for each in every],
        "changes": found_changes,
        "approved": versions.approved(found),
        "phones": [_phone(request, found_changes, kind) for kind in ("was", "is")],
    }
    return render(request, "broadcasts/compare.html", context)


def _asked(every: list[Version], text: str) -> Version | None:
    """The version of this number; None if none is asked for."""
    if not text:
        return None
    number = key(text)
    chosen = next((each for each in every if each.number == number), None)
    if chosen is None:
        raise Http404
    return chosen


def _phone(request: Request, changes: Comparison, kind: str) -> SafeString:
    """The phone with this version; what is only in it is marked. The notice stays without marks."""
    mine, other = (changes.before, changes.after) if kind == "was" else (changes.after, changes.before)
    said, beside = mine.content["messages"], other.content["messages"]
    beside = [*beside, *[None] * (len(said) - len(beside))]
    marked = [marks.marked(each, near, kind) for each, near in zip(said, beside, strict=False)]
    shown = replace(phone.shown(marked), notice=phone.shown(said).notice)
    html = render_to_string("composing/phone.html", {"shown": shown, "tenant": request.tenant}, request)
    return marks.drawn(html)
