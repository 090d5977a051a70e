"""What became of people, step by step: read from the tables in a few queries, however many steps there are.

Who only tries a scenario out is counted nowhere. All take a version, or None for all of them together.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from scenarios.models import Scenario, Version

# Somebody came to a step if they have done it, or stand there, or left the scenario from there.
STANDING = """
SELECT entry.step, entry.state, entry.reason, count(*),
  count(*) FILTER (WHERE entry.state = 'ended' AND EXISTS (
    SELECT 1 FROM scenarios_passage passage WHERE passage.entry_id = entry.id AND passage.step = entry.step)),
  count(entry.goal_at)
FROM scenarios_entry entry
WHERE entry.scenario_id = %(scenario)s AND NOT entry.is_test
  AND (%(version)s::bigint IS NULL OR entry.version_id = %(version)s)
GROUP BY 1, 2, 3"""
PASSED = """
SELECT passage.step, passage.via, passage.what, count(*)
FROM scenarios_passage passage JOIN scenarios_entry entry ON entry.id = passage.entry_id
WHERE passage.scenario_id = %(scenario)s AND NOT entry.is_test
  AND (%(version)s::bigint IS NULL OR passage.version_id = %(version)s)
GROUP BY 1, 2, 3"""
SENT = """
SELECT send.step, send.state, count(*)
FROM scenarios_send send JOIN scenarios_steptext text ON text.id = send.text_id
WHERE send.scenario_id = %(scenario)s AND NOT send.is_test
  AND (%(version)s::bigint IS NULL OR text.version_id = %(version)s)
GROUP BY 1, 2"""
MAILED = """
SELECT step, state, count(*), count(first_click_at), coalesce(sum(click_count), 0)
FROM scenarios_mailsend
WHERE scenario_id = %(scenario)s AND NOT is_test
  AND (%(version)s::bigint IS NULL OR version_id = %(version)s)
GROUP BY 1, 2"""
# Whoever clicked, if the step sent them anything besides a try.
CLICKED = """
SELECT link.part, count(DISTINCT click.friend_id), count(*)
FROM broadcasts_trackedlink link JOIN broadcasts_linkclick click ON click.link_id = link.id
WHERE link.owner = %(owner)s AND (%(number)s::int IS NULL OR (link.about ->> 'version')::int = %(number)s)
  AND EXISTS (
    SELECT 1 FROM scenarios_send send WHERE send.friend_id = click.friend_id
      AND send.scenario_id = %(scenario)s AND send.step = link.part AND NOT send.is_test)
GROUP BY 1"""
# The goal is the last message's that somebody got before they reached it.
REACHED = """
SELECT step, way, count(*) FROM (
  SELECT DISTINCT ON (entry.id) entry.id, sent.step, sent.way
  FROM scenarios_entry entry JOIN ({messages}) sent ON sent.entry_id = entry.id AND sent.at <= entry.goal_at
  WHERE entry.scenario_id = %(scenario)s AND NOT entry.is_test AND entry.goal_at IS NOT NULL
    AND (%(version)s::bigint IS NULL OR entry.version_id = %(version)s)
  ORDER BY entry.id, sent.at DESC) reached
GROUP BY 1, 2"""
# All that a scenario sent, by whichever way, with whoever got it.
MESSAGES = """
SELECT send.entry_id, send.step, 'line' AS way, send.accepted_at AS at
FROM scenarios_send send
WHERE send.scenario_id = %(scenario)s AND send.state = 'accepted' AND NOT send.is_test
UNION ALL
SELECT mail.entry_id, mail.step, 'mail', mail.sent_at FROM scenarios_mailsend mail
WHERE mail.scenario_id = %(scenario)s AND mail.state = 'sent' AND NOT mail.is_test
UNION ALL
SELECT notice.entry_id, notice.step, 'notice', coalesce(notice.delivered_at, notice.accepted_at)
FROM scenarios_noticesend notice
WHERE notice.scenario_id = %(scenario)s AND notice.state IN ('accepted', 'delivered')
  AND NOT notice.is_test"""
NOTICED = """
SELECT notice.step, notice.state, count(*)
FROM scenarios_noticesend notice JOIN scenarios_entry entry ON entry.id = notice.entry_id
WHERE notice.scenario_id = %(scenario)s AND NOT notice.is_test
  AND (%(version)s::bigint IS NULL OR entry.version_id = %(version)s)
GROUP BY 1, 2"""


class People(NamedTuple):
    """Of one step: who came, stands there now, left the scenario from there, and by which ways they went."""

    entered: Counter[str]
    inside: Counter[str]
    left: defaultdict[str, Counter[str]]
    ways: defaultdict[str, Counter[str]]
    became: defaultdict[str, Counter[str]]
    goals: int


def people(scenario: Scenario, version: Version | None) -> People:
    """By step; `left` by reason, `ways` by way, `became` by what came of the step."""
    found = People(Counter(), Counter(), defaultdict(Counter), defaultdict(Counter), defaultdict(Counter), 0)
    goals = 0
    for step, state, reason, count, done, reached in read(STANDING, scenario, version):
        found.entered[step] += count - done
        goals += reached
        if state == "ended":
            found.left[step][reason] += count
        else:
            found.inside[step] += count
    for step, via, what, count in read(PASSED, scenario, version):
        found.entered[step] += count
        found.ways[step][via] += count
        found.became[step][what] += count
    return found._replace(goals=goals)


def sent(scenario: Scenario, version: Version | None) -> dict[str, Counter[str]]:
    """Messages by LINE, by step and state."""
    return _by_step(read(SENT, scenario, version))


def noticed(scenario: Scenario, version: Version | None) -> dict[str, Counter[str]]:
    """Notification messages, by step and state."""
    return _by_step(read(NOTICED, scenario, version))


class Mailed(NamedTuple):
    sent: int
    clicked: int
    clicks: int


def mailed(scenario: Scenario, version: Version | None) -> dict[str, Mailed]:
    """Mails that the mail server took, by step, with people who clicked in them."""
    rows = read(MAILED, scenario, version)
    return {step: Mailed(*figures) for step, state, *figures in rows if state == "sent"}


def clicked(scenario: Scenario, version: Version | None) -> dict[str, tuple[int, int]]:
    """People who clicked in a step's LINE messages, and clicks."""
    return {step: (people, clicks) for step, people, clicks in read(CLICKED, scenario, version)}


def reached(scenario: Scenario, version: Version | None) -> dict[tuple[str, str], int]:
    """People who reached the goal, by the step and the way of the last message before it."""
    rows = read(REACHED.format(messages=MESSAGES), scenario, version)
    return {(step, way): count for step, way, count in rows}


def read(query: str, scenario: Scenario, version: Version | None, **more: Any) -> list[tuple]:
    asked: Mapping[str, Any] = {
        "scenario": scenario.pk,
        "owner": scenario.ledger_owner,
        "version": version and version.pk,
        "number": version and version.number,
        **more,
    }
    return ask(query, asked)


def ask(query: str, asked: Mapping[str, Any] | Sequence[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()


def _by_step(rows: list[tuple]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for step, state, count in rows:
        found[step][state] += count
    return found
