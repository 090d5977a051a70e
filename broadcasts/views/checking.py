"""What is wrong with a broadcast before it leaves; a part of other pages."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.http import Request
from broadcasts.checking import looking
from broadcasts.views import found as shared


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def checks(request: Request, pk: int) -> HttpResponse:
    """What was found in the present version; with POST it is looked through anew."""
    found = shared.get(pk)
    inspection = looking.inspect(found) if request.method == "POST" else looking.present(found)
    context = {
        "broadcast": found,
        "inspection": inspection,
        "findings": looking.findings(inspection) if inspection else [],
    }
    return render(request, "broadcasts/checks.html", context)
