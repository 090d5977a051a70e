from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import Request
from friends import elsewhere
from friends.models import Friend


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """The same person at the other accounts of the company; a part of the friend's page."""
    found = elsewhere.of(get_object_or_404(Friend, pk=pk), request.user)
    return render(request, "friends/elsewhere.html", {"found": found})
