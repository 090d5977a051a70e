"""How a friend's tag is drawn, wherever it appears."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from friends import colors
from friends.models import Tag

register = template.Library()


@register.simple_tag
def chip(tag: Tag) -> SafeString:
    """The tag's name on its colour, in ink that can be read on it."""
    return format_html(
        '<span class="chip tag" data-background="{}" data-color="{}">{}</span>',
        tag.color,
        colors.ink(tag.color),
        tag.name,
    )
