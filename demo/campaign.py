"""A campaign from its purpose to what comes next: a plan, a survey, those who answered, what they ordered."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import tenant_context

from attribution.credits import of as credited_to
from broadcasts.models import Broadcast, LinkClick
from broadcasts.results import progress
from broadcasts.status import following, send
from broadcasts.status.responses import LABELS, Response
from campaigns.models import Campaign
from coupons.models import Ticket
from demo import cast
from demo.scene import Scene
from demo.visitor import Visitor
from friends import services as friends
from friends.models import Friend
from linking.models import Link
from planning.models import Count, Kpi, Target
from segments import services as segments
from surveys.models import Response as Answers

AT_ONCE = 8
ASKED, ANSWERING = 48, 36  # friends who are asked, and those of them who answer
DRY = "dry"
QUESTIONS = [
    {
        "id": "q1",
        "type": "single",
        "title": "この秋、いちばん気になるお肌のお悩みは？",
        "required": True,
        "options": [
            {"id": DRY, "words": "乾燥"},
            {"id": "pores", "words": "毛穴"},
            {"id": "none", "words": "とくにない", "next": "end"},
        ],
    },
    {"id": "q2", "type": "scale", "title": "今のスキンケアの満足度は？", "low": 0, "high": 10},
]
GREETING = "1分アンケートにご協力ください。お礼にクーポンをお贈りします。"
INVITATION = f"{GREETING}\n{{{{survey.%s}}}}"
OFFER = "乾燥が気になる方へ。朝用美容液のご案内です。\nhttps://hiyori.example/serum"
SECOND = "朝用美容液、まだお試しいただけます。"


@dataclass
class Story:
    """What one act leaves to the next."""

    campaign: int
    survey: int = 0
    asked: tuple[Friend, ...] = ()
    offer: int = 0


def it_begins_with_a_purpose(scene: Scene) -> Story:
    with (
        scene.account.step("A campaign: its purpose proposes indicators, its past their targets"),
        tenant_context(scene.main),
    ):
        scene.until(lambda: Count.present().from_day is None, 60)  # the past, for targets
        today = timezone.localdate()
        made = scene.api(
            "POST",
            "campaigns/",
            name="秋の乾燥ケア",
            purpose=Campaign.Purpose.SALES,
            starts_on=f"{today.replace(day=1)}",
            ends_on=f"{today + timedelta(days=30)}",
        )["id"]
        _take_over_what_is_proposed(scene, made)
        indicators = Kpi.objects.filter(campaign=made)
        targets = Target.objects.filter(kpi__in=indicators)
        scene.account.check(
            indicators.count() > 10 and targets.count() > 5,
            f"{indicators.count()} indicators in a tree, {targets.count()} targets",
        )
        return Story(made)


def friends_are_asked(scene: Scene, story: Story) -> None:
    with (
        scene.account.step("A survey with a coupon for thanks; friends answer on the page LINE opens"),
        tenant_context(scene.main),
    ):
        coupon = scene.api("POST", "coupons/", name="アンケートのお礼", gives="percent", amount=10)["id"]
        scene.api("PUT", f"coupons/{coupon}/start/")
        story.survey = _survey(scene, story, coupon)
        story.asked = _some_who_are_linked()
        sent = _sent(scene, story, "お肌のアンケート", _text(INVITATION % story.survey), _named(story.asked))
        reached = progress.of(sent).accepted
        scene.account.check(reached == len(story.asked), f"{reached} friends were asked, each by an address")
        answering = list(enumerate(story.asked[:ANSWERING]))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda each: _answers(scene, each[1], DRY if each[0] % 2 else "pores"), answering))
        ended = Answers.objects.filter(survey=story.survey, state=Answers.State.FINISHED).count()
        given = Ticket.objects.filter(coupon=coupon).values("friend_id").distinct().count()
        scene.account.check(
            ended == given == ANSWERING, f"{ended} answered, {given} hold the coupon, each one"
        )
        opened = LinkClick.objects.filter(link__broadcast=sent).values("friend_id").distinct()
        scene.until(lambda: opened.count() == ANSWERING, 20)
        scene.account.check(opened.count() == ANSWERING, f"{opened.count()} opened it from this send")
        scene.show_phone(story.asked[0])


def those_who_said_so_get_an_offer(scene: Scene, story: Story) -> None:
    with (
        scene.account.step("Whoever said “dry” gets an offer; some tap it and order"),
        tenant_context(scene.main),
    ):
        said = {"type": "survey_answer", "survey": story.survey, "question": "q1", "options": [DRY]}
        counted = segments.count(said).total
        scene.account.check(counted == ANSWERING // 2, f"“{segments.words(said)}”: {counted}")
        scene.line.open_and_click(scene.channel_id, 0, 0)
        offer = _sent(scene, story, "朝用美容液のご案内", _text(OFFER), said)
        story.offer = offer.pk
        looked = scene.line.open_and_click(scene.channel_id, 0.9, 0.5, seed=11)
        scene.until(lambda: progress.of(offer).clicks >= looked["clicked"], 10)
        buyers = _who_clicked(story)[:3]
        for place, link in enumerate(buyers):
            _orders(scene, link, place)
        owner, today = f"broadcast:{offer.pk}", timezone.localdate()
        wanted = len(buyers)

        def credited() -> int:
            found = credited_to([owner], today - timedelta(days=1), today + timedelta(days=1))
            return found[owner].orders if owner in found else 0

        scene.until(lambda: credited() >= wanted, 30)
        scene.account.check(
            0 < wanted == credited(), f"{looked['clicked']} tapped, {wanted} ordered: credited to this send"
        )


def what_comes_next(scene: Scene, story: Story) -> None:
    with (
        scene.account.step("The board: who opened, who clicked; a follow-up to those who did not"),
        tenant_context(scene.main),
    ):
        offer, by = Broadcast.objects.get(pk=story.offer), scene.user("marketer")
        for each in send.board(offer).classes:
            scene.account.tell(f"{LABELS[each.response]}: {'–' if each.count is None else each.count}")
        following.plan(Response.NO_CLICK, SECOND, broadcast=offer, by=by)
        draft = following.draft(Response.NO_CLICK, broadcast=offer, by=by)
        people = segments.count(draft.segment.tree).total
        clicked = len(_who_clicked(story))
        scene.account.check(
            people == progress.of(offer).accepted - clicked,
            f"“{draft}” is drafted for {people} who did not click",
        )
        members = scene.api("GET", f"campaigns/{story.campaign}/members/")
        kinds = sorted({row["owner"].partition(":")[0] for row in members})
        held = ", ".join(row["name"] for row in members)
        scene.account.check(kinds == ["broadcast", "coupon", "survey"], f"the campaign holds {held}")


def classes_are_planned(scene: Scene, story: Story) -> None:
    with (
        scene.account.step("Touchpoints: every friend in one class, and what each class gets"),
        tenant_context(scene.main),
    ):
        today = timezone.localdate()
        frame = {"starts_on": f"{today}", "ends_on": f"{today + timedelta(days=13)}", "basis": "campaign"}
        plan = scene.api("POST", "touchpoint-plans/", name="乾燥ケアの接点", campaign=story.campaign, **frame)
        period = plan["period"]["id"]
        sizes = scene.api("GET", f"touchpoint-periods/{period}/sizes/")
        for row in sizes["classes"]:
            scene.account.tell(f"{row['touch_class']['label']}: {row['count']:,}")
        counted = sum(row["count"] for row in sizes["classes"])
        scene.account.check(counted == sizes["people"], f"{counted:,} friends, each in one class")
        silent = next(row for row in sizes["classes"] if row["touch_class"]["kind"] == "unopened")[
            "touch_class"
        ]
        scene.api("PATCH", f"touchpoint-classes/{silent['id']}/", action="message", text=SECOND)
        made = {scene.api("PUT", f"touchpoint-classes/{silent['id']}/start/")["broadcast"] for _ in range(2)}
        scene.account.check(
            len(made) == 1 and None not in made, "started twice: one draft to those who were silent"
        )


def _take_over_what_is_proposed(scene: Scene, campaign: int) -> None:
    """All of it, as it stands on the page."""
    marketer, page = scene.signed_in("marketer"), scene.page(f"planning/tree/{campaign}/proposal/")
    marketer.get(page)
    ticked = re.findall(r'name="(kpi-[a-z_]+)" checked', marketer.page)
    typed = dict(re.findall(r'name="(target-[a-z_]+)" value="([^"]*)"', marketer.page))
    marketer.post(page, **dict.fromkeys(ticked, "on"), **typed)


def _survey(scene: Scene, story: Story, coupon: int) -> int:
    made = scene.api(
        "POST",
        "surveys/",
        name="お肌のアンケート",
        questions=QUESTIONS,
        campaign=story.campaign,
        reward={"kind": "coupon", "coupon": coupon},
    )
    scene.api("PUT", f"surveys/{made['id']}/publication/", revision=made["revision"])
    scene.api("PUT", f"campaigns/{story.campaign}/members/coupon:{coupon}/")
    return made["id"]


def _some_who_are_linked() -> tuple[Friend, ...]:
    linked = Link.objects.active().filter(friend__status=Friend.Status.FRIEND, friend__stopped_at=None)
    found = linked.select_related("friend").order_by("-friend_id")[:ASKED]
    return tuple(link.friend for link in found)


def _named(people: tuple[Friend, ...]) -> dict:
    tag = friends.create_tag("アンケート対象")
    friends.tag_friends([friend.pk for friend in people], tag)
    return {"type": "tag", "tag": tag.pk}


def _text(words: str) -> list[dict]:
    return [{"type": "text", "text": words}]


def _sent(scene: Scene, story: Story, name: str, messages: list[dict], tree: dict) -> Broadcast:
    """Written into the campaign, approved and sent; as it stands when all is done."""
    segment = segments.create_segment(name, tree)
    made = scene.api(
        "POST",
        "broadcasts/",
        name=name,
        segment=segment.pk,
        messages=messages,
        campaign=story.campaign,
        tracks_people=True,
    )["id"]
    scene.approve(made)
    scene.api("PUT", f"broadcasts/{made}/schedule/", send_at=timezone.now().isoformat())
    scene.until(lambda: Broadcast.objects.get(pk=made).finished_at, 90)
    scene.until(lambda: progress.of(Broadcast.objects.get(pk=made)).pending == 0, 20)
    return Broadcast.objects.get(pk=made)


def _answers(scene: Scene, friend: Friend, concern: str) -> None:
    """Taps the link, which leads to the page that is theirs alone, and answers question by question."""
    texts = scene.line.texts(scene.channel_id, friend.line_user_id)
    [link] = [text.split()[-1] for text in texts if text.startswith(GREETING)]
    person = Visitor()
    person.get(link)
    address = person.location
    person.get(address)
    person.post(address, act="next", option=concern)
    person.get(address)
    person.post(address, act="next", number="8")


def _who_clicked(story: Story) -> list[Link]:
    offer = {"type": "clicked", "broadcast": story.offer}
    clicked = list(segments.evaluate(offer))
    return list(Link.objects.active().filter(friend__in=clicked).select_related("customer").order_by("pk"))


def _orders(scene: Scene, link: Link, place: int) -> None:
    product, paid = cast.COSMETICS.products[1], 5_400
    order = {"number": f"D-CAMPAIGN-{place}", "customer": link.customer.number, "total": paid}
    lines = [{"product": product, "quantity": 1, "amount": paid}]
    told = order | {"placed_at": timezone.now().isoformat(), "lines": lines}
    scene.api("POST", "orders/bulk/", orders=[told])
