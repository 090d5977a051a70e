"""Scenarios, their versions, the people in them, and what they were sent."""

from scenarios.models.entry import Entry, Passage
from scenarios.models.errand import Errand, WebhookSecret
from scenarios.models.halt import Halt
from scenarios.models.insight import StepInsight
from scenarios.models.mail import MailConsent, MailSend, MailSettings
from scenarios.models.notice import NoticeDay, NoticeSend
from scenarios.models.scenario import Scenario, Version
from scenarios.models.send import Send, StepText
from scenarios.models.watch import Candidate, Supply, Watch

__all__ = [
    "Candidate",
    "Entry",
    "Errand",
    "Halt",
    "MailConsent",
    "MailSend",
    "MailSettings",
    "NoticeDay",
    "NoticeSend",
    "Passage",
    "Scenario",
    "Send",
    "StepInsight",
    "StepText",
    "Supply",
    "Version",
    "Watch",
    "WebhookSecret",
]
