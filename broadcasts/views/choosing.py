"""Pages of the A/B test of a broadcast: its settings, its texts, and the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from broadcasts.choosing import commands, deciding, pages, variants
from broadcasts.choosing.forms import DecisionForm, SplitTestForm, VersionForm
from broadcasts.models import Broadcast, Variant
from broadcasts.views import found as shared
from composing import draft as drafts
from composing import editor
from composing.draft import Draft, Incomplete


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def split_test(request: Request, pk: int) -> HttpResponse:
    """Begin an A/B test, or change how it goes; its texts are on pages of their own."""
    found = shared.get(pk)
    test = variants.test_of(found)
    form = SplitTestForm(request.POST or None, test=test, initial=SplitTestForm.of(found, test))
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            commands.set_test(found, by=request.user, version=version, **form.settings())
            messages.success(request, _("Saved."))
            return redirect("split_test", pk) if test else redirect("variant", pk, Variant.LETTERS[1])
        except AppError as error:
            form.add_error(None, error.message)
    context: dict = {"broadcast": found, "test": test, "form": form, "texts": pages.texts(found)}
    context["can_grow"] = variants.count(found) < variants.MOST
    return render(request, "broadcasts/choosing/page.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def section(request: Request, pk: int) -> HttpResponse:
    """The A/B test on the page of its broadcast; it asks for itself again while something may change."""
    return render(request, "broadcasts/choosing/split_test.html", pages.context(shared.get(pk)))


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def end(request: Request, pk: int) -> HttpResponse:
    """All get the same again; the other texts are gone."""
    found = shared.get(pk)
    if variants.test_of(found) is None:
        raise Http404
    if request.method == "POST":
        return shared.carry_out(request, found, commands.end_test)
    return render(request, "broadcasts/choosing/end.html", {"broadcast": found})


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """One more text, to be written at once."""
    found = shared.get(pk)
    try:
        made = commands.add_variant(found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("split_test", pk)
    return redirect("variant", pk, made.letter)


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def variant(request: Request, pk: int, letter: str) -> HttpResponse:
    """Write one text; the first is what the broadcast says, and is written there."""
    found = shared.get(pk)
    text = get_object_or_404(found.variants.all(), letter=letter)
    if text.is_first:
        return redirect("broadcast_edit", pk)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(text.messages)
    if form.is_valid() and _save(request, found, text, form, draft):
        return redirect("split_test", pk)
    context = editor.context(draft, show_errors=form.is_bound)
    context |= {"broadcast": found, "variant": text, "form": form}
    return render(request, "broadcasts/choosing/variant.html", context)


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int, letter: str) -> HttpResponse:
    """One text less, after a question: what was written there is gone."""
    found = shared.get(pk)
    text = get_object_or_404(found.variants.all(), letter=letter)
    if request.method == "POST":
        try:
            commands.remove_variant(found, letter, by=request.user)
        except AppError as error:
            messages.error(request, error.message)
        return redirect("split_test", pk)
    context = {"broadcast": found, "variant": text, "is_last": variants.count(found) <= variants.FEWEST}
    return render(request, "broadcasts/choosing/remove.html", context)


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    """Have the rest get a text now, after a last look at how many they are."""
    found = shared.get(pk)
    test = variants.test_of(found)
    if test is None:
        raise Http404
    form = DecisionForm(request.POST or request.GET)
    letter = form.cleaned_data["letter"] if form.is_valid() else ""
    text = get_object_or_404(found.variants.all(), letter=letter)
    if request.method == "POST":
        return _decide(request, found, letter)
    [shown] = [each for each in pages.texts(found) if each.variant == text]
    context = {"broadcast": found, "test": test, "text": shown, "shown": shown.shown}
    return render(request, "broadcasts/choosing/decide.html", context)


def _decide(request: Request, found: Broadcast, letter: str) -> HttpResponse:
    try:
        deciding.decide(found, letter, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The rest gets text %(letter)s.") % {"letter": letter})
    return redirect(found)


def _save(request: Request, found: Broadcast, text: Variant, form: VersionForm, draft: Draft) -> bool:
    """Whether what was written could be kept; else the form says why not."""
    version = form.cleaned_data["version"]
    try:
        said = draft.messages()
        commands.change_variant(found, text.letter, said, by=request.user, version=version)
    except (AppError, Incomplete) as error:
        editor.refuse(form, draft, error)
        return False
    messages.success(request, _("Text %(letter)s is saved.") % {"letter": text.letter})
    return True
