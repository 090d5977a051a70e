"""The kinds of bubbles that can be written in a form, in the order in which they are offered."""

from composing.bubbles.base import BubbleForm
from composing.bubbles.coupon import CouponBubble
from composing.bubbles.flex import FlexBubble, FlexJson
from composing.bubbles.media import ImageBubble
from composing.bubbles.other import JsonBubble
from composing.bubbles.text import TextBubble

BUBBLES: dict[str, type[BubbleForm]] = {
    form.type: form for form in (TextBubble, ImageBubble, FlexBubble, CouponBubble, FlexJson, JsonBubble)
}
