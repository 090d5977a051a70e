"""What a friend drew and entered, on their profile."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import Request
from friends.models import Friend
from prizes import pages


@permission_required("prizes.view_lottery", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    return render(request, "prizes/friend.html", pages.of_friend(get_object_or_404(Friend, pk=pk)))
