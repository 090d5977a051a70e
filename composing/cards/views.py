"""How heavy a Flex message has become, while it is being written."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.http import Request
from composing import draft
from composing.bubbles.flex import FlexBubble, FlexJson


@permission_required("friends.view_friend", raise_exception=True)
@require_POST
def weight(request: Request) -> HttpResponse:
    """The bytes of one bubble of those on the page, and how many LINE takes."""
    wanted = request.GET.get("bubble", "")
    written = draft.of_form(request.POST).bubbles
    found = [each for each in written if each.prefix == wanted and isinstance(each, FlexBubble | FlexJson)]
    if not found:
        raise Http404
    return render(request, "composing/weighed.html", {"form": found[0]})
