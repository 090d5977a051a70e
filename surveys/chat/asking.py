"""A question as LINE's messages: words, and under them what can be tapped.

Source: https://developers.line.biz/en/reference/messaging-api/#quick-reply
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from friends.prefectures import NAMES
from line.validation.characters import grapheme_length
from line.validation.limits import LABEL, LABEL_ON_PICTURE, MOST_QUICK_REPLIES
from surveys.chat import data
from surveys.page.shown import Choice, choices
from surveys.questions import OTHER, Question, Said, types

Item = dict
TICK = "✓ "


@dataclass(frozen=True)
class Asked:
    """A question put to one person. `pending` is what they have chosen and not confirmed yet."""

    response: int
    question: Question
    place: str
    pending: dict

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(self.pending.get("options", ()))

    def item(self, label: str, act: str, value: object = "", *, said: str = "") -> Item:
        """A quick reply by which the friend says `said`, or what stands on it."""
        return {"type": "action", "action": self.postback(label, act, value, said=said)}

    def postback(self, label: str, act: str, value: object = "", *, said: str = "", most: int = 0) -> dict:
        return {
            "type": "postback",
            "label": _short(label, most or LABEL.most),
            "data": data.write(self.response, self.question.id, act, value),
            "displayText": (said or label)[:200],
        }


def messages(asked: Asked) -> list[dict]:
    """One or two messages; quick replies hang on the last."""
    question = asked.question
    said: list[dict] = [{"type": "text", "text": _words(asked)}]
    if question.type == "image" and (carousel := _carousel(asked)):
        said.append(carousel)
    said[-1]["quickReply"] = {"items": _items(asked)}
    return said


def _words(asked: Asked) -> str:
    question = asked.question
    lines = [f"{asked.place} {question.title}".strip(), question.help, *_how(asked)]
    return "\n".join(line for line in lines if line)


def _how(asked: Asked) -> list[str]:
    """What to do, in words, and what is chosen so far."""
    question = asked.question
    if asked.pending.get("asks_other"):
        return [_("Please write what you mean by “other”, as a message.")]
    match question.type:
        case "text":
            return [_("Please send your answer as a message.")]
        case "scale":
            return [_ends(question)]
        case "multiple":
            return [_listed(question), _chosen(asked)]
        case "single":
            return [_listed(question)]
    return []


def _chosen(asked: Asked) -> str:
    said = Said(asked.chosen, text=asked.pending.get("text", ""))
    if words := types.words(asked.question, said):
        return _("Chosen: %(words)s") % {"words": words}
    return _("Choose as many as you like, then “That is all”.")


def _ends(question: Question) -> str:
    ends = ((question.low, question.low_words), (question.high, question.high_words))
    said = [f"{number}＝{words}" for number, words in ends if words]
    return _("(%(ends)s)") % {"ends": _(", ").join(said)} if said else ""


def _listed(question: Question) -> str:
    """The options in full, where they are too long for a button."""
    if all(grapheme_length(each.words) <= LABEL.most - len(TICK) for each in question.options):
        return ""
    return "\n".join(f"・{each.words}" for each in question.options)


def _items(asked: Asked) -> list[Item]:
    last = [] if asked.question.is_required else [asked.item(_("Skip"), data.SKIP)]
    if asked.question.type == "multiple":
        last.insert(0, asked.item(_("That is all"), data.DONE))
    last.append(asked.item(_("Stop for now"), data.STOP))
    make = _MAKERS.get(asked.question.type)
    return _page(asked, make(asked) if make else [], MOST_QUICK_REPLIES - len(last)) + last


def _page(asked: Asked, items: list[Item], room: int) -> list[Item]:
    """Of more than fit, one page and a button that shows the next."""
    if len(items) <= room:
        return items
    size = room - 1
    pages = -(-len(items) // size)
    page = int(asked.pending.get("page", 0)) % pages
    more = asked.item(_("More…"), data.PAGE, (page + 1) % pages)
    return [*items[page * size : (page + 1) * size], more]


def _single(asked: Asked) -> list[Item]:
    return [asked.item(each.words, data.CHOOSE, each.id) for each in _choices(asked)]


def _multiple(asked: Asked) -> list[Item]:
    return [
        _taken(asked, each) if each.id in asked.chosen else _free(asked, each) for each in _choices(asked)
    ]


def _taken(asked: Asked, each: Choice) -> Item:
    said = _("Not: %(words)s") % {"words": each.words}
    return asked.item(f"{TICK}{each.words}", data.DROP, each.id, said=said)


def _free(asked: Asked, each: Choice) -> Item:
    return asked.item(each.words, data.ADD, each.id)


def _image(asked: Asked) -> list[Item]:
    """Pictures are tapped themselves; without all of them, and for “other”, there are buttons."""
    if _carousel(asked):
        return [asked.item(_("Other"), data.CHOOSE, OTHER)] if asked.question.has_other else []
    return _single(asked)


def _scale(asked: Asked) -> list[Item]:
    return [asked.item(str(number), data.NUMBER, number) for number in asked.question.numbers]


def _date(asked: Asked) -> list[Item]:
    question = asked.question
    action = {
        "type": "datetimepicker",
        "label": _("Choose a date"),
        "data": data.write(asked.response, question.id, data.DATE),
        "mode": "date",
    }
    ends = {name: day for name, day in (("min", question.earliest), ("max", question.latest)) if day}
    return [{"type": "action", "action": action | ends}]


def _prefecture(asked: Asked) -> list[Item]:
    """First the region, then the prefectures in it."""
    region = asked.pending.get("region")
    if region is None:
        return [asked.item(str(name), data.REGION, place) for place, (name, _in) in enumerate(types.REGIONS)]
    names = types.REGIONS[region][1]
    found = [asked.item(name, data.PREFECTURE, NAMES.index(name) + 1) for name in names]
    return [*found, asked.item(_("Other region"), data.REGION, "all")]


_MAKERS: dict[str, Callable[[Asked], list[Item]]] = {
    "single": _single,
    "multiple": _multiple,
    "image": _image,
    "scale": _scale,
    "date": _date,
    "prefecture": _prefecture,
}


def _carousel(asked: Asked) -> dict | None:
    """The pictures to tap; None unless each has an address that LINE can open."""
    shown = [each for each in _choices(asked) if each.id != OTHER]
    if not all(each.picture.startswith("https://") for each in shown):
        return None
    columns = [
        {
            "imageUrl": each.picture,
            "action": asked.postback(
                each.words, data.CHOOSE, each.id, said=each.words, most=LABEL_ON_PICTURE.most
            ),
        }
        for each in shown
    ]
    template = {"type": "image_carousel", "columns": columns}
    return {"type": "template", "altText": asked.question.title[:400], "template": template}


def _choices(asked: Asked) -> list[Choice]:
    return choices(asked.question, Said(asked.chosen), seed=str(asked.response))


def _short(words: str, most: int) -> str:
    """So that it fits on a button; long words stand in full in the text above."""
    if grapheme_length(words) <= most:
        return words
    cut = words[:most]
    while grapheme_length(f"{cut}…") > most:
        cut = cut[:-1]
    return f"{cut}…"
