"""Links made and ended, for apps further right; each is sent on commit, with `friend_ids`."""

from django.dispatch import Signal

friend_linked = Signal()
friend_unlinked = Signal()
