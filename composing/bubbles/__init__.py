"""The kinds of bubbles that can be written in a form, in the order in which they are offered."""

from composing.bubbles.base import BubbleForm
from composing.bubbles.coupon import CouponBubble
from composing.bubbles.flex import FlexBubble, FlexJson
from composing.bubbles.imagemap import ImagemapBubble
from composing.bubbles.location import LocationBubble
from composing.bubbles.media import AudioBubble, ImageBubble, VideoBubble
from composing.bubbles.other import JsonBubble
from composing.bubbles.sticker import StickerBubble
from composing.bubbles.templates import ButtonsBubble, CarouselBubble, ConfirmBubble, ImageCarouselBubble
from composing.bubbles.text import TextBubble

BUBBLES: dict[str, type[BubbleForm]] = {
    form.type: form
    for form in (
        TextBubble,
        ImageBubble,
        ImagemapBubble,
        VideoBubble,
        AudioBubble,
        StickerBubble,
        FlexBubble,
        CarouselBubble,
        ImageCarouselBubble,
        ButtonsBubble,
        ConfirmBubble,
        CouponBubble,
        LocationBubble,
        FlexJson,
        JsonBubble,
    )
}
