"""What happened here; sent on commit, for apps further right."""

from django.dispatch import Signal

# An audience became ready, or failed for good: `audience`.
audience_settled = Signal()

# A segment's conditions or name were changed: `segment`.
segment_changed = Signal()
