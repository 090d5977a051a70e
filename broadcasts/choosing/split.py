"""An A/B test when it is prepared: who gets which text, and who waits for the best one."""

from dataclasses import dataclass
from decimal import Decimal

from pyroaring import BitMap

from broadcasts.choosing import lots, selection, variants
from broadcasts.choosing.errors import TooFewForSplitTest, TooFewTexts
from broadcasts.models import Batch, Broadcast, SplitTest, Variant
from broadcasts.results import units
from broadcasts.sending import bodies


@dataclass(frozen=True)
class Part:
    """Friends who get the same text; without a variant that of the broadcast, once it is known."""

    friends: BitMap
    variant: int | None = None
    state: str = Batch.State.PENDING


def freeze(broadcast: Broadcast, test: SplitTest, friends: BitMap) -> list[Part]:
    """Fix texts and people of each, in the caller's transaction. Nobody is in two parts.

    Parts of the sample are of the same size, to one person. The rest, if there is one, waits.
    Raises TooFewTexts, TooFewForSplitTest, InvalidMessages.
    """
    texts = list(broadcast.variants.all())
    if len(texts) < variants.FEWEST:
        raise TooFewTexts()
    if len(friends) < len(texts):
        raise TooFewForSplitTest(people=len(friends), texts=len(texts))
    sample = lots.draw(friends, sample_size(test, len(friends), len(texts)), f"{broadcast.key}/sample")
    dealt = lots.deal(sample, len(texts), f"{broadcast.key}/texts")
    parts = [_freeze_text(broadcast, text, part) for text, part in zip(texts, dealt, strict=True)]
    rest = friends - sample
    test.rest, test.rest_count = rest.serialize(), len(rest)
    test.save(update_fields=["rest", "rest_count"])
    return [*parts, Part(rest, state=Batch.State.WAITING)] if rest else parts


def sample_size(test: SplitTest, people: int, texts: int) -> int:
    """How many of so many people get a text at once: one of each at the least."""
    return max(texts, selection.share(people, Decimal(test.sample_percent)))


def _freeze_text(broadcast: Broadcast, text: Variant, friends: BitMap) -> Part:
    text.messages = text.written
    text.audience, text.audience_count = friends.serialize(), len(friends)
    text.body = bodies.frozen(broadcast, text.messages, variant=text)
    text.save(update_fields=["messages", "audience", "audience_count", "body"])
    units.take(broadcast, text)
    return Part(friends, text.pk)
