"""Mail beside LINE: who agreed to it, what is sent, and how to be rid of it."""

from scenarios.mails import erasing
from scenarios.mails.queueing import queue, queue_beside, queue_unless_clicked, wait_for_click

__all__ = ["erasing", "queue", "queue_beside", "queue_unless_clicked", "wait_for_click"]
