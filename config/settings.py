"""Settings, read from the environment. A missing secret stops the start."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from config.beat import Steadily

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
# Base64 of 32 bytes; wraps each tenant's data key. While rotating, older keys follow after commas.
MASTER_KEYS = env.list("MASTER_KEYS")

# Where people and LINE reach us, without a trailing slash.
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
ALLOWED_HOSTS = ["*"]  # clients have addresses of their own too: accounts/middleware.py checks both
CSRF_TRUSTED_ORIGINS = [BASE_URL]

LINE_API_BASE = env("LINE_API_BASE", default="https://api.line.me")
LINE_DATA_API_BASE = env("LINE_DATA_API_BASE", default="https://api-data.line.me")
LINE_ACCESS_BASE = env("LINE_ACCESS_BASE", default="https://access.line.me")
# Where LIFF apps open, and the script that their pages load.
LIFF_BASE = env("LIFF_BASE", default="https://liff.line.me")
LIFF_SDK_URL = env("LIFF_SDK_URL", default="https://static.line-scdn.net/liff/edge/2/sdk.js")
# Webhooks are kept here while PostgreSQL is away: a disk of this machine that outlives the process.
SPOOL_DIR = Path(env("SPOOL_DIR", default=str(BASE_DIR / ".data" / "spool")))
# For demo and tests: webhooks may be relayed to this machine and to private networks, over plain HTTP too.
RELAY_ALLOW_PRIVATE = env.bool("RELAY_ALLOW_PRIVATE", default=False)
# How fast names and pictures of friends are fetched, per client. LINE allows 2,000; other tools ask too.
PROFILES_PER_SECOND = env.int("PROFILES_PER_SECOND", default=200)
# Files that are imported: the largest that is taken, and how long it is kept once it has been read.
IMPORT_MOST_BYTES = env.int("IMPORT_MOST_BYTES", default=200_000_000)
IMPORT_RETENTION_DAYS = env.int("IMPORT_RETENTION_DAYS", default=7)
# How long webhook bodies and events are kept, to be looked at and replayed.
WEBHOOK_RETENTION_DAYS = env.int("WEBHOOK_RETENTION_DAYS", default=30)

SHARED_APPS = [
    "accounts",  # before django_tenants: its `migrate` is the one that runs
    "dashboard",  # before allauth: its sign-in pages are the ones that are shown
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "unfold",  # before django_tenants, whose admin templates would shadow it
    "django_tenants",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "agency_library",
    "agency_figures",
    "contracts",
    "billing",
    "invoices",
    "channels",
    "relays",
]
TENANT_APPS = [
    "composing",
    "events",
    "imports",
    "library",
    "friends",
    "taps",
    "routes",
    "autoreplies",
    "chats",
    "customers",
    "linking",
    "invitations",
    "cards",
    "shops",
    "connectors",
    "segments",
    "campaigns",
    "broadcasts",
    "coupons",
    "prizes",
    "surveys",
    "referrals",
    "scenarios",
    "touchpoints",
    "attribution",
    "adplatforms",
    "insights",
    "costs",
    "acquisition",
    "planning",
    "reports",
    "api",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]

TENANT_MODEL = "accounts.Tenant"
TENANT_DOMAIN_MODEL = "accounts.Domain"
TENANT_SUBFOLDER_PREFIX = "c"
TENANT_LIMIT_SET_CALLS = True

MIDDLEWARE = [
    "accounts.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
TENANT_URLCONF = "config.urls_tenant"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.navigation",
            ],
        },
    }
]


def _database(url: str) -> dict:
    """Django's settings for a libpq URL or connection string, socket directories included."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "accounts.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 300,  # bounded: every backend caches what it sees of each schema and never forgets
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


DATABASE_URL = env("DATABASE_URL")
REDIS_URL = env("REDIS_URL")
DATABASES = {"default": _database(DATABASE_URL)}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Ready-made schemas kept for new clients.
SCHEMA_POOL_SIZE = env.int("SCHEMA_POOL_SIZE", default=3)

# What each process keeps at hand of segments; at ten million friends a condition takes up to 1.3 MB.
SEGMENT_MEMORY_BYTES = env.int("SEGMENT_MEMORY_BYTES", default=64_000_000)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.MembershipBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an agency, not by signing up
ACCOUNT_SESSION_REMEMBER = True
vars().update(env.email("EMAIL_URL", default="consolemail://"))  # smtp+tls://user:password@host:587
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="Musubi <no-reply@localhost>")
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs must not hold a worker

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# A tree of two hundred conditions, all open on the page, has some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = True
# Files of friends and of the client's people. Another place than this disk is a backend of Django's storages
# with its options as JSON: MEDIA_STORAGE=storages.backends.s3.S3Storage
# MEDIA_STORAGE_OPTIONS={"bucket_name": …}
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {
        "BACKEND": env("MEDIA_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("MEDIA_STORAGE_OPTIONS", default={}),
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Where LINE fetches pictures that we send: it asks for https.
MEDIA_BASE_URL = env("MEDIA_BASE_URL", default=BASE_URL).rstrip("/")
# The largest file of a friend that is kept; LINE lets them send more.
MEDIA_MOST_BYTES = env.int("MEDIA_MOST_BYTES", default=200_000_000)

UNFOLD = {
    "SITE_ICON": lambda _request: static("dashboard/mark.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("dashboard/mark.svg")}
    ],
    # The blues of dashboard/static/dashboard/app.css, light to dark.
    "COLORS": {
        "primary": {
            "50": "#f1f4fb",
            "100": "#e8edf8",
            "200": "#cdd8ef",
            "300": "#a9bde4",
            "400": "#8fb0f5",
            "500": "#3d66b8",
            "600": "#2a4a8f",
            "700": "#213b74",
            "800": "#1b305e",
            "900": "#16264a",
            "950": "#0e1830",
        }
    },
}

HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "https:"],
        "media-src": [SELF, "https:"],
        "frame-ancestors": [SELF],
        "form-action": [SELF, LINE_ACCESS_BASE],
        "base-uri": [SELF],
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "bulk"
# A worker of several queues empties them in the order in which it names them.
CELERY_BROKER_TRANSPORT_OPTIONS = {"queue_order_strategy": "priority"}
# A million-person broadcast (delivery, bulk) must not delay a webhook or a wake-up.
CELERY_TASK_ROUTES = {
    "accounts.tasks.tick": {"queue": "trigger"},
    "channels.tasks.check_health": {"queue": "bulk"},
    "channels.tasks.read_day_counts": {"queue": "bulk"},
    "channels.tasks.refresh_quota": {"queue": "bulk"},
    "channels.tasks.*": {"queue": "webhook"},
    "friends.tasks.give_replies": {"queue": "trigger"},
    "linking.tasks.mail_codes": {"queue": "trigger"},
    "chats.tasks.*": {"queue": "trigger"},
    "broadcasts.tasks.pump": {"queue": "delivery"},
    "broadcasts.tasks.send_tests": {"queue": "trigger"},
    "broadcasts.tasks.follow_platform_sends": {"queue": "delivery"},
    "scenarios.tasks.lead_on": {"queue": "trigger"},
    "scenarios.tasks.send_notices": {"queue": "trigger"},
    "scenarios.tasks.tell_programs": {"queue": "relay"},
    "relays.tasks.*": {"queue": "relay"},
    "adplatforms.tasks.hand_over": {"queue": "relay"},
    "connectors.tasks.*": {"queue": "webhook"},
}
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "accounts.tasks.tick",
        "schedule": Steadily(timedelta(seconds=0.5)),
        "options": {"expires": 5},
    },
    "partitions": {
        "task": "channels.tasks.maintain_partitions",
        "schedule": Steadily(timedelta(hours=1)),
        "options": {"expires": 600},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.ApiKeyAuthentication",
        "api.authentication.MemberAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.ModelPermission"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.PerCaller"],
    "DEFAULT_FILTER_BACKENDS": ["api.filters.QueryFilter"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.errors.handle",
}
# By one key, or one person; events come in batches of up to 1,000.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=12_000)
SPECTACULAR_SETTINGS = {
    "TITLE": "Musubi API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "AdReasonEnum": "adplatforms.models.delivery.Reason",
        "ApprovalStageEnum": "broadcasts.models.Stage",
        "AudienceStateEnum": "segments.models.Audience.State",
        "BroadcastMethodEnum": "broadcasts.models.Broadcast.Method",
        "BroadcastStatusEnum": "broadcasts.models.Broadcast.Status",
        "BroadcastWayEnum": "broadcasts.models.Broadcast.Way",
        "ConversationStateEnum": "chats.models.Conversation.State",
        "FieldTypeEnum": "friends.models.FriendField.Type",
        "FriendStatusEnum": "friends.models.Friend.Status",
        "LineAdStateEnum": "adplatforms.models.LineAdVersion.State",
        "LinkMethodEnum": "linking.models.Link.Method",
        "MailStateEnum": "scenarios.models.MailSend.State",
        "OrderStatusEnum": "shops.models.Order.Status",
        "PrizesStatusEnum": "prizes.models.Lottery.Status",
        "ReferralDecisionEnum": "referrals.models.Referral.Decision",
        "ReferralGrantKindEnum": "referrals.models.Grant.Kind",
        "ReferralProgrammeStatusEnum": "referrals.models.Programme.Status",
        "ReferralReasonEnum": "referrals.models.Referral.Reason",
        "ReferralStateEnum": "referrals.models.Referral.State",
        "ReportKindEnum": "reports.models.Kind",
        "ReportStateEnum": "reports.models.Report.State",
        "ReportWayEnum": "reports.models.ReportSettings.Way",
        "ResultCodeEnum": "broadcasts.results.rows.LABELS",
        "ScenarioEntryReasonEnum": "scenarios.models.Entry.Reason",
        "ScenarioEntryStateEnum": "scenarios.models.Entry.State",
        "ScenarioFileKindEnum": "scenarios.exchange.kinds.KINDS",
        "ScenarioSendStateEnum": "scenarios.models.Send.State",
        "SendingStateEnum": "chats.models.Sending.State",
        "StatementStateEnum": ["open", "issued"],
        "WinStateEnum": "prizes.models.Win.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.complete",
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
