"""Settings of the test run: the same, on servers that the run starts for itself."""

import os

from config import embedded

os.environ |= embedded.for_tests()

from config.settings import *  # noqa: E402, F403  (the environment above must be there first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = False
SCHEMA_POOL_SIZE = 0
LANGUAGE_CODE = "en"
HOSTS = ["testserver", "127.0.0.1", "localhost"]
MIDDLEWARE = [each for each in MIDDLEWARE if "whitenoise" not in each]  # noqa: F405  (nothing is collected here)

LINE_API_BASE = LINE_DATA_API_BASE = "http://127.0.0.1:9"  # nobody: a test asks the simulator, or no one
