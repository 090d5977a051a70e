"""How people get out of scenarios."""

from django.db.models.functions import Now

from scenarios.models import Entry, Send
from scenarios.models.entry import EntryQuerySet


def leave(entries: EntryQuerySet, reason: Entry.Reason) -> int:
    """End those of these that are inside, in the caller's transaction; how many. What LINE surely has
    not taken is called off; what may be on its way is settled by itself.
    """
    inside = entries.inside()
    ids = list(inside.select_for_update().order_by("pk").values_list("pk", flat=True))
    untried = Send.objects.filter(entry__in=ids, state=Send.State.PENDING, is_uncertain=False)
    untried.update(state=Send.State.CANCELLED, due_at=None)
    ended = {"state": Entry.State.ENDED, "due_at": None, "waits_for": "", "ended_at": Now(), "reason": reason}
    return Entry.objects.filter(pk__in=ids).update(**ended)


def put_back(entries: EntryQuerySet) -> int:
    """Take those of these to whom LINE surely has not sent yet back to before their step's send, in the
    caller's transaction; how many. They are asked again, by what holds then.
    """
    sending = entries.filter(state=Entry.State.SENDING)
    ids = list(sending.select_for_update().order_by("pk").values_list("pk", flat=True))
    untried = Send.objects.filter(entry__in=ids, state=Send.State.PENDING, is_uncertain=False)
    back = [entry for entry, _step in untried.values_list("entry", "step")]
    untried.delete()
    return Entry.objects.filter(pk__in=back).update(state=Entry.State.WAITING, due_at=Now())
