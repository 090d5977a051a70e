from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from chats import delivery, inbox, media, people, presence, sending, services, stickers, talk
from chats.forms import AnswerForm, AssignForm, InboxFilter, MoveForm, NoteForm
from chats.models import Conversation, Message, SavedReply, Sending
from friends.models import Friend

VIEW, REPLY = "chats.view_conversation", "chats.reply_conversation"
CHANGE = "chats.change_conversation"


@permission_required(VIEW, raise_exception=True)
@require_GET
def chats(request: Request) -> HttpResponse:
    template = "chats/rows.html" if request.htmx and not request.htmx.boosted else "chats/inbox.html"
    return render(request, template, _inbox(request))


@permission_required(VIEW, raise_exception=True)
@require_GET
def rows(request: Request) -> HttpResponse:
    """The list again if it has changed since the page showed it; asked every few seconds."""
    context = _inbox(request)
    if context["inbox"].mark == request.GET.get("mark"):
        return HttpResponse(status=204)
    return render(request, "chats/rows.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def unread(request: Request) -> HttpResponse:
    """How many conversations are unread, for the navigation; it asks for itself again."""
    return render(request, "chats/unread.html", {"count": inbox.unread_count(), "most": inbox.MOST_COUNTED})


@permission_required(VIEW, raise_exception=True)
@require_GET
def chat(request: Request, pk: int) -> HttpResponse:
    return render(request, "chats/chat.html", _page(request, _conversation(pk), AnswerForm()))


@permission_required(VIEW, raise_exception=True)
@require_GET
def earlier(request: Request, pk: int) -> HttpResponse:
    """What was said before, put above what is shown."""
    conversation = _conversation(pk)
    shown = talk.before(conversation, _moment(request.GET.get("before", "")))
    return render(request, "chats/earlier.html", {"talk": shown, "conversation": conversation})


@permission_required(VIEW, raise_exception=True)
@require_GET
def news(request: Request, pk: int) -> HttpResponse:
    """What is new in a talk since a version; nothing (204) as long as nothing is. Asked every few seconds."""
    after, newest = (_number(request.GET.get(name, "")) for name in ("after", "newest"))
    typing = "、".join(presence.others(pk, request.user))
    version = Conversation.objects.filter(pk=pk).values_list("version", flat=True).first()
    if version is None:
        get_object_or_404(Friend, pk=pk)  # nothing was said yet
    if (version or 0) <= after and typing == request.GET.get("typing", ""):
        return HttpResponse(status=204)
    conversation = _conversation(pk)
    lines = talk.since(conversation, after)
    context = _aside(request, conversation) | {
        "added": [line for line in lines if line.message and line.message.pk > newest],
        "changed": [line for line in lines if line.message and line.message.pk <= newest],
        "newest": max([newest, *(line.message.pk for line in lines if line.message)]),
        "typing": typing,
        "is_said": any(_is_from_friend(line.message) for line in lines),
        "form": AnswerForm(),
    }
    return render(request, "chats/news.html", context)


@permission_required(REPLY, raise_exception=True)
@require_GET
def cost(request: Request, pk: int) -> HttpResponse:
    """What an answer costs at this moment; asked again when the free reply ends."""
    conversation = _conversation(pk)
    return render(request, "chats/cost.html", {"conversation": conversation} | _offer(conversation))


@permission_required(REPLY, raise_exception=True)
@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    conversation = _conversation(pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            asked = form.cleaned_data
            sending.send(
                conversation.friend,
                form.messages(),
                client_token=asked["client_token"],
                may_push=asked["may_push"],
                by=request.user,
            )
            presence.leave(pk, request.user)
            form = AnswerForm()
        except AppError as error:
            form.add_error(None, error.message)
    if not request.htmx:
        return render(request, "chats/chat.html", _page(request, conversation, form))
    conversation = _conversation(pk)
    context = {"conversation": conversation, "form": form} | _composer(conversation) | _offer(conversation)
    return _look(render(request, "chats/composer.html", context))


@permission_required(REPLY, raise_exception=True)
@require_POST
def upload(request: Request, pk: int) -> HttpResponse:
    """A picture for the answer that is being written; a refusal is shown in its place."""
    _conversation(pk)
    problem, made = "", None
    try:
        if file := request.FILES.get("file"):
            made = media.upload(file)
    except AppError as error:
        problem = error.message
    return render(request, "chats/piece.html", {"picture": made, "problem": problem})


@permission_required(REPLY, raise_exception=True)
@require_POST
def again(request: Request, pk: int, sending_pk: int) -> HttpResponse:
    """Push what was not sent, or perhaps not."""
    found = get_object_or_404(Sending.objects.select_related("conversation"), pk=sending_pk, conversation=pk)
    return _done(request, found.conversation, lambda: sending.send_again(found, by=request.user))


@permission_required(REPLY, raise_exception=True)
@require_POST
def arrived(request: Request, pk: int, sending_pk: int) -> HttpResponse:
    """Somebody has seen that an answer of unknown outcome is there."""
    found = get_object_or_404(Sending.objects.select_related("conversation"), pk=sending_pk, conversation=pk)
    return _done(request, found.conversation, lambda: delivery.settle(found, by=request.user))


@permission_required(CHANGE, raise_exception=True)
@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    conversation, form = _conversation(pk), NoteForm(request.POST)
    text = form.cleaned_data["note"] if form.is_valid() else ""
    return _done(request, conversation, lambda: services.add_note(conversation, text, by=request.user))


@permission_required(CHANGE, raise_exception=True)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """Say how far we are. Who marks it unread goes back to the list: to stay would be to read it."""
    conversation, form = _conversation(pk), MoveForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("There is no such state."), status=400)
    state = form.cleaned_data["state"]
    services.move(conversation, state, by=request.user)
    return redirect("chats") if state == Conversation.State.UNREAD else redirect(conversation)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def assign(request: Request, pk: int) -> HttpResponse:
    conversation, form = _conversation(pk), AssignForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("There is no such person."), status=400)
    chosen = form.cleaned_data["assignee"]
    return _done(request, conversation, lambda: services.assign(conversation, chosen, by=request.user))


@permission_required(CHANGE, raise_exception=True)
@require_POST
def seen(request: Request, pk: int) -> HttpResponse:
    """The talk is on somebody's screen."""
    services.see(_conversation(pk), by=request.user)
    return _look(HttpResponse(status=204))


@permission_required(REPLY, raise_exception=True)
@require_POST
def typing(request: Request, pk: int) -> HttpResponse:
    """Somebody is writing an answer; the others' windows show it for some seconds."""
    _conversation(pk)
    presence.note(pk, request.user)
    return HttpResponse(status=204)


def _done(request: Request, conversation: Conversation, act) -> HttpResponse:
    """Do it, then show the talk; a refusal is shown above it."""
    problem = ""
    try:
        act()
    except AppError as error:
        problem = error.message
    if request.htmx:
        return _look(render(request, "chats/refused.html", {"problem": problem}))
    if problem:
        context = _page(request, conversation, AnswerForm()) | {"problem": problem}
        return render(request, "chats/chat.html", context)
    return redirect(conversation)


def _look(response: HttpResponse) -> HttpResponse:
    """Have the page ask for news at once."""
    response["HX-Trigger-After-Settle"] = "look"
    return response


def _conversation(pk: int) -> Conversation:
    """The talk with a friend; an empty one, not yet kept, with somebody who was never talked with."""
    found = Conversation.objects.select_related("friend").filter(pk=pk).first()
    return found or Conversation(friend=get_object_or_404(Friend, pk=pk), last_at=timezone.now(), version=0)


def _page(request: Request, conversation: Conversation, form: AnswerForm) -> dict:
    shown = talk.before(conversation)
    numbers = [line.message.pk for line in shown.lines if line.message]
    return (
        _inbox(request)
        | _aside(request, conversation)
        | _composer(conversation)
        | {"talk": shown, "newest": max(numbers, default=0), "form": form, "typing": ""}
        | {"tags": conversation.friend.tags.all(), "open": conversation.pk}
    )


def _aside(request: Request, conversation: Conversation) -> dict:
    return {
        "conversation": conversation,
        "friend": conversation.friend,
        "people": people.members(),
        "states": Conversation.State.choices,
    } | (_offer(conversation) if request.user.has_perm(REPLY) else {})


def _composer(conversation: Conversation) -> dict:
    saved = [(each.title, each.filled(conversation.friend)) for each in SavedReply.objects.all()]
    return {"saved_replies": saved, "sticker_packages": stickers.choices()}


def _offer(conversation: Conversation) -> dict:
    return {"offer": sending.offer(conversation), "friend": conversation.friend}


def _inbox(request: Request) -> dict:
    form = InboxFilter(request.GET, people=people.members())
    counts = inbox.counts(request.user.pk)
    tab = form.value("tab") or ("unread" if counts["unread"] else "all")
    found = inbox.narrow(tab, user_id=request.user.pk, assignee=form.value("assignee"), text=form.value("q"))
    tabs = [(name, label, counts.get(name)) for name, label in inbox.TABS.items()]
    page = inbox.page(found, form.value("before"))
    return {
        "filter": form,
        "tab": tab,
        "tabs": tabs,
        "inbox": page,
        "most": inbox.MOST_COUNTED,
        "open": _number(request.GET.get("open", "")),
    }


def _is_from_friend(message: Message | None) -> bool:
    return message is not None and message.sender == Message.Sender.FRIEND


def _moment(text: str) -> datetime | None:
    """None for what is no moment, such as the 30th of February."""
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
