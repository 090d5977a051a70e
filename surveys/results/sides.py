"""What can stand at the side of a cross table: a question, or what is known of the friend.

A side is a query of pairs, a response and a key, over `base`: the responses that are counted, with the
numbers of their friends. Where people may have several answers, a response has a pair for each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import CustomerField
from friends.models import FriendField, Tag
from friends.prefectures import NAMES
from segments import rfm
from segments import services as segments
from segments.leaves import Moment, Query
from segments.models import Segment
from surveys.models import Survey
from surveys.questions.types import REGIONS
from surveys.results import asked, narrowing, totals
from surveys.results.asked import PREFECTURE, SCALE, Asked

YES, NO, NONE = "yes", "no", "none"
HIGHEST = 2**31
Type = FriendField.Type

OF_QUESTION = f"""SELECT answer.response_id AS id, chosen.key FROM surveys_answer answer
CROSS JOIN LATERAL unnest({totals.KEYS}) chosen (key) WHERE answer.survey_id = %s AND answer.question = %s"""  # noqa: S608
GROUPED = """SELECT pair.id, grouped.name AS key FROM ({}) pair
JOIN unnest(%s::text[], %s::text[]) AS grouped (key, name) ON grouped.key = pair.key"""
YES_OR_NO = (
    "SELECT base.id, CASE WHEN {} THEN 'yes' ELSE 'no' END AS key FROM base WHERE base.friend_id IS NOT NULL"
)
IS_TAGGED = """EXISTS (SELECT 1 FROM friends_friendtag put
WHERE put.friend_id = base.friend_id AND put.tag_id = %s)"""
IS_LINKED = """EXISTS (SELECT 1 FROM linking_link link
WHERE link.friend_id = base.friend_id AND link.unlinked_at IS NULL)"""
OF_FIELD = """SELECT base.id, value.text AS key FROM base
JOIN friends_fieldvalue value ON value.friend_id = base.friend_id WHERE value.field_id = %s"""
# Of whom nothing is known there, nobody can say where they stand: they are in no row.
OF_CUSTOMER = """SELECT base.id, CASE customer.attributes -> %s
  WHEN 'true'::jsonb THEN 'yes' WHEN 'false'::jsonb THEN 'no' ELSE customer.attributes ->> %s END AS key
FROM base JOIN linking_link link ON link.friend_id = base.friend_id AND link.unlinked_at IS NULL
JOIN customers_customer customer ON customer.id = link.customer_id
WHERE customer.attributes ->> %s <> ''"""
OF_BUYERS = """SELECT base.id, coalesce(class.name, 'none') AS key FROM base
LEFT JOIN ({}) buyer ON buyer.friend_id = base.friend_id
LEFT JOIN unnest(%s::int[], %s::text[]) AS class (cell, name)
  ON class.cell = buyer.recency * 10 + buyer.frequency
WHERE base.friend_id IS NOT NULL"""


@dataclass(frozen=True)
class Side:
    """`choices` are keys with their words, in the order in which they are shown."""

    code: str
    label: str
    choices: Sequence[tuple[str, str]]
    query: Query
    is_several: bool = False


def offered(survey: Survey) -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes and words of all sides, in groups: questions, what is known of friends, tags, segments."""
    questions = [pair for each in asked.questions_of(survey) for pair in _codes(each)]
    return [(_("Questions"), questions)] * bool(questions) + offered_of_friends()


def offered_of_friends() -> list[tuple[str, list[tuple[str, str]]]]:
    """Those without questions: what is known of any friend."""
    known = [("linked", _("Linked to a customer")), ("rfm", _("Class of buyers (RFM)"))]
    known += [(f"field:{field.pk}", field.name) for field in _fields()]
    of_customers = [(f"customer:{field.pk}", field.label) for field in _customer_fields()]
    found = [
        (_("Known of the friend"), known),
        (_("Known of the customer"), of_customers),
        (
            _("Tags"),
            [(f"tag:{pk}", name) for pk, name in Tag.objects.order_by("name").values_list("pk", "name")],
        ),
        (_("Segments"), [(f"segment:{each.pk}", each.name) for each in Segment.objects.order_by("name")]),
    ]
    return [(label, sides) for label, sides in found if sides]


def of(survey: Survey, code: str) -> Side | None:
    """The side of this code; None if there is none. Raises InvalidTree for a segment that cannot be asked."""
    kind, _colon, name = code.partition(":")
    if kind in ("question", "group"):
        question = asked.one(survey, name)
        return _of_question(survey, question, kind == "group") if question and question.has_choices else None
    return of_friends(code)


def of_friends(code: str) -> Side | None:
    """One of what is known of any friend; raises as `of` does."""
    kind, _colon, name = code.partition(":")
    make = _KNOWN.get(kind)
    if make is None:
        return None
    number = int(name) if name.isascii() and name.isdecimal() and int(name[:12]) < HIGHEST else 0
    return make(code, number)


def groups_of(each: Asked) -> Mapping[str, str]:
    """Regions of prefectures; critics and promoters of a scale from 0 to 10. Empty: it has no groups."""
    question = each.question
    if question.type == PREFECTURE:
        return {name: str(label) for label, names in REGIONS for name in names}
    if question.type == SCALE and (question.low, question.high) == (totals.NPS_LOW, totals.NPS_HIGH):
        return {str(number): _opinion(number) for number in range(question.low, question.high + 1)}
    return {}


def _codes(each: Asked) -> list[tuple[str, str]]:
    if not each.has_choices:
        return []
    grouped = _("%(question)s (in groups)") % {"question": each.title}
    return [(f"question:{each.id}", each.title)] + [(f"group:{each.id}", grouped)] * bool(groups_of(each))


def _of_question(survey: Survey, each: Asked, is_grouped: bool) -> Side | None:
    query = Query(OF_QUESTION, [survey.pk, each.id])
    if not is_grouped:
        return Side(f"question:{each.id}", each.title, each.choices(), query, each.is_several)
    groups = groups_of(each)
    if not groups:
        return None
    params = [*query.params, list(groups), list(groups.values())]
    choices = [(name, name) for name in dict.fromkeys(groups.values())]
    return Side(f"group:{each.id}", each.title, choices, Query(GROUPED.format(query.sql), params))


def _tag(code: str, number: int) -> Side | None:
    tag = Tag.objects.filter(pk=number).first()
    if tag is None:
        return None
    choices = [(YES, _("Tagged “%(tag)s”") % {"tag": tag.name}), (NO, _("Not tagged so"))]
    return Side(code, tag.name, choices, Query(YES_OR_NO.format(IS_TAGGED), [tag.pk]))


def _linked(code: str, _number: int) -> Side:
    choices = [(YES, _("Linked")), (NO, _("Not linked"))]
    return Side(code, _("Linked to a customer"), choices, Query(YES_OR_NO.format(IS_LINKED), []))


def _segment(code: str, number: int) -> Side | None:
    segment = Segment.objects.filter(pk=number).first()
    if segment is None:
        return None
    members = narrowing.numbers(segments.members(segment.tree))
    choices = [(YES, _("In “%(segment)s”") % {"segment": segment.name}), (NO, _("Not in it"))]
    is_member = YES_OR_NO.format("base.friend_id = ANY(%s::int[])")
    return Side(code, segment.name, choices, Query(is_member, [members]))


def _field(code: str, number: int) -> Side | None:
    field = _fields().filter(pk=number).first()
    if field is None:
        return None
    return Side(code, field.name, _choices(field), Query(OF_FIELD, [field.pk]), field.type == Type.CHOICES)


def _customer(code: str, number: int) -> Side | None:
    field = _customer_fields().filter(pk=number).first()
    if field is None:
        return None
    is_choice = field.type == CustomerField.Type.CHOICE
    choices = [(each, each) for each in field.choices] if is_choice else [(YES, _("Yes")), (NO, _("No"))]
    return Side(code, field.label, choices, Query(OF_CUSTOMER, [field.key] * 3))


def _rfm(code: str, _number: int) -> Side:
    scored = rfm.scores_of_friends(Moment.present())
    cells = [(r * 10 + f, name) for name, each in rfm.CLASSES.items() for r, f in each.cells()]
    params = [*scored.params, [cell for cell, _name in cells], [name for _cell, name in cells]]
    choices = [(name, str(each.label)) for name, each in rfm.CLASSES.items()]
    choices.append((NONE, _("Has not ordered lately")))
    return Side(code, _("Class of buyers (RFM)"), choices, Query(OF_BUYERS.format(scored.sql), params))


_KNOWN: Mapping[str, Callable[[str, int], Side | None]] = {
    "tag": _tag,
    "linked": _linked,
    "segment": _segment,
    "field": _field,
    "customer": _customer,
    "rfm": _rfm,
}


def _fields():
    types = [Type.CHOICE, Type.CHOICES, Type.YES_NO, Type.PREFECTURE]
    return FriendField.objects.in_use().filter(type__in=types)


def _customer_fields():
    types = [CustomerField.Type.CHOICE, CustomerField.Type.YES_NO]
    return CustomerField.objects.in_use().filter(type__in=types)


def _choices(field: FriendField) -> list[tuple[str, str]]:
    if field.type == Type.PREFECTURE:
        return [(name, name) for name in NAMES]
    if field.type == Type.YES_NO:
        return [(YES, _("Yes")), (NO, _("No"))]
    return [(choice, choice) for choice in field.choices]


def _opinion(number: int) -> str:
    if number <= totals.DETRACTORS:
        return _("Critics (0–6)")
    return _("Promoters (9–10)") if number >= totals.PROMOTERS else _("Content (7–8)")
