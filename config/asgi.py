"""What granian serves: webhooks and tracked links by callables of their own, all else by Django in threads.

Tenants are selected on the thread's database connection, so Django runs under WSGI.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.utils.module_loading import import_string

from channels.ingest import PREFIX, Ingest, Receive, Send
from config.wsgi import application as pages

THREADS = 8
TRACKED_LINK = "/l/"
