"""Pages on which a broadcast is looked at, talked about and approved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import words
from broadcasts import belonging, pages, services
from broadcasts.approving import acts, comments, rules, turns, versions
from broadcasts.approving.forms import ApprovalRulesForm, CommentForm, ReviewForm
from broadcasts.models import ApprovalRules, Broadcast, Comment, Stage
from broadcasts.views import found as shared
from composing import phone
from segments import services as segments
from segments.errors import InvalidTree


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """For whoever is asked, on a phone as well: everything on one page, two buttons.

    Who is asked at another stage reads it, too.
    """
    found = shared.get(pk)
    if not any(request.user.has_perm(each.right) for each in Stage):
        raise PermissionDenied
    stage = acts.stage(found)
    form = ReviewForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        if stage and not request.user.has_perm(stage.right):
            raise PermissionDenied
        try:
            _review(found, stage, form, request)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "broadcasts/review.html", _reviewed(request, found, stage) | {"form": form})


@permission_required("broadcasts.view_comment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def talk(request: Request, pk: int) -> HttpResponse:
    """What was said about a broadcast, a part of other pages; with POST something more."""
    found = shared.get(pk)
    form = CommentForm(request.POST or None, bubbles=len(found.messages))
    if request.method == "POST":
        if not request.user.has_perm("broadcasts.add_comment"):
            raise PermissionDenied
        if form.is_valid():
            comments.say(found, by=request.user, **form.cleaned_data)
            form = CommentForm(bubbles=len(found.messages))
    return _talk(request, found, form)


@permission_required("broadcasts.add_comment", raise_exception=True)
@require_POST
def answer(request: Request, pk: int, comment_pk: int) -> HttpResponse:
    """Answer a comment, settle it, or take it up again."""
    found = shared.get(pk)
    comment = get_object_or_404(Comment, pk=comment_pk, broadcast=found)
    act = request.POST.get("do")
    if act in {"settle", "reopen"}:
        comments.settle(comment, by=request.user, is_settled=act == "settle")
    elif text := words(request.POST.get("text", ""), CommentForm.LONGEST):
        comments.answer(comment, text, by=request.user)
    return _talk(request, found, CommentForm(bubbles=len(found.messages)))


@permission_required("broadcasts.view_approvalrules", raise_exception=True)
@require_http_methods(["GET", "POST"])
def approval_rules(request: Request) -> HttpResponse:
    """Who must have seen a broadcast before it leaves."""
    form = ApprovalRulesForm(request.POST or None, instance=ApprovalRules.present())
    if form.is_valid():
        if not request.user.has_perm("broadcasts.change_approvalrules"):
            raise PermissionDenied
        rules.set_rules(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. The rules hold for all that has not left yet."))
        return redirect("broadcasts")
    return render(request, "broadcasts/approval_rules.html", {"form": form, "judges": rules.judges()})


def _reviewed(request: Request, found: Broadcast, stage: Stage | None) -> dict[str, Any]:
    reviews = list(found.reviews.all())
    turn = turns.of(found)
    who = pages.people([found.created_by_id, turn.by_id if turn else None, *(each.by_id for each in reviews)])
    approved = versions.approved(found)
    obstacle = acts.obstacle(found, request.user)
    has_right = stage is None or request.user.has_perm(stage.right)
    return {
        "broadcast": found,
        "shown": phone.shown(found.messages),
        "stage": stage,
        "turn": turn,
        "asked_by": who.get(turn.by_id) if turn else None,
        "author": who.get(found.created_by_id),
        "reviews": [(each, who.get(each.by_id)) for each in reviews],
        "words": _words(found),
        "obstacle": obstacle,
        "may_approve": has_right and not obstacle and _is_asked(found, stage),
        "may_send_back": has_right and found.status in {"checking", "awaiting_approval", "approved"},
        "last_approved": approved if approved and approved.number != found.version else None,
        "other_phones": [
            (each.letter, phone.shown(each.messages)) for each in found.variants.all() if not each.is_first
        ],
    } | shared.forecast_of(found, campaign=belonging.campaign_of(found))


def _is_asked(found: Broadcast, stage: Stage | None) -> bool:
    return stage is not None and (found.status != Broadcast.Status.APPROVED or stage == Stage.SECOND)


def _words(found: Broadcast) -> str:
    try:
        return segments.words(found.segment.tree)
    except InvalidTree as error:
        return error.message


def _review(found: Broadcast, stage: Stage | None, form: ReviewForm, request: Request) -> None:
    asked = form.cleaned_data
    said = {"comment": asked["comment"], "version": asked["version"], "by": request.user}
    is_check = stage == Stage.INTERNAL
    if asked["verdict"] == "send_back":
        services.send_back(found, at_check=is_check, **said)
        messages.success(request, _("“%(name)s” went back to its author.") % {"name": found.name})
        return
    done = services.check(found, **said) if is_check else services.approve(found, **said)
    text = _("“%(name)s” is approved.") if turns.of(done) is None else _("“%(name)s” went on to the next.")
    messages.success(request, text % {"name": found.name})


def _talk(request: Request, found: Broadcast, form: CommentForm) -> HttpResponse:
    if request.method == "POST" and not request.htmx:
        return redirect("broadcast_review", found.pk)
    context = {"broadcast": found, "threads": comments.threads(found), "form": form}
    return render(request, "broadcasts/talk.html", context)
