"""What the demo plays. While a broadcast waits for its minute, people come, ask and are answered."""

from demo import (
    answers,
    arrivals,
    books,
    campaign,
    choosing,
    entrances,
    mailing,
    members,
    money,
    newcomers,
    past,
    records,
    relaying,
    reporting,
    scenarios,
    stage,
    talks,
    writing,
)
from demo.scene import Scene


def seed(scene: Scene) -> None:
    """Clients, people, and what lies behind them; nothing is sent to many."""
    _begin(scene)
    records.know_them_better(scene)


def play(scene: Scene) -> None:
    _begin(scene)
    members.some_of_them_link(scene)
    target = relaying.pass_on(scene)
    segment = mailing.count_a_segment(scene)
    broadcast = mailing.plan_a_broadcast(scene, segment)
    newcomers.some_come_by_routes(scene)
    entrances.shoppers_link_after_buying(scene)
    books.the_books_come_in(scene)
    books.shopify_tells_of_orders(scene)
    books.a_member_shows_the_card(scene)
    choosing.ask_about_purchases(scene)
    writing.set_a_message(scene)
    answers.someone_asks_for_wifi(scene)
    talks.a_chat_goes_on(scene)
    relaying.check_what_was_passed_on(scene, target)
    records.know_them_better(scene)
    broadcast = mailing.wait_for_delivery(scene, broadcast)
    mailing.look_at_the_result(scene, broadcast)
    sent = writing.try_two_texts(scene)
    writing.someone_taps(scene)
    writing.plan_the_next(scene, sent)
    carts = scenarios.carts_are_left(scene)
    scenarios.an_order_stops_the_reminder(scene, carts)
    choosing.write_to_women_whom_only_line_knows(scene)
    autumn = campaign.it_begins_with_a_purpose(scene)
    campaign.friends_are_asked(scene, autumn)
    campaign.those_who_said_so_get_an_offer(scene, autumn)
    campaign.what_comes_next(scene, autumn)
    campaign.classes_are_planned(scene, autumn)
    reporting.last_month_is_reported(scene)
    money.lines_count_is_compared(scene)
    money.a_budget_stops_a_send(scene)
    money.a_month_is_billed(scene)
    money.all_clients_in_one_call(scene)


def _begin(scene: Scene) -> None:
    stage.set_the_stage(scene)
    money.agree_on_prices(scene)
    stage.people_add_the_accounts(scene)
    past.bring_the_past(scene)
    arrivals.bring_a_year_of_arrivals(scene)
    talks.bring_talks(scene)
    answers.set_answers(scene)
    past.have_the_days_counted(scene)
