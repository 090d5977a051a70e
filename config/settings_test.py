"""Settings of the test run: the same, on servers that the run starts for itself."""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from config import embedded, migrated

REDIS_DATABASES = 16  # what a server has unless it is told otherwise


def servers() -> dict[str, str]:
    """The environment of one test process tree; servers end and their data goes when it ends.

    Workers of pytest-xdist inherit the environment of the process that started them, and share its servers;
    each has databases of its own there.
    """
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        own = {"SECRET_KEY": "test", "MASTER_KEYS": os.environ.get("MASTER_KEYS", embedded.new_key())}
        return own | {"REDIS_URL": own_redis(os.environ["REDIS_URL"])}
    data = Path(tempfile.mkdtemp(prefix="musubi-test-"))
    data.chmod(0o755)  # PostgreSQL's own user must reach its files
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    if "DATABASE_URL" not in os.environ:
        migrated.copy_to(data / "postgresql")
    context = embedded.environment(data)
    env = context.__enter__()
    atexit.register(context.__exit__, None, None, None)
    return env | {"TEST_TEMPLATE": embedded.DATABASE if "DATABASE_URL" in env else ""}


def own_redis(url: str) -> str:
    """The database of this worker: some tests empty theirs, others count on what they put there."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    if not worker:
        return url
    if int(worker[1]) >= REDIS_DATABASES - 1:
        most = REDIS_DATABASES - 1
        raise RuntimeError(f"Redis has {REDIS_DATABASES} databases: run pytest with -n {most} at most")
    return urlsplit(url)._replace(path=f"/{int(worker[1]) + 1}").geturl()


os.environ |= servers()
# Many tests start processes of ours; each would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from config.settings import *  # noqa: E402, F403  (the environment above must be there first)

if os.environ.get("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["TEST_TEMPLATE"]}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = False
SCHEMA_POOL_SIZE = 0
LANGUAGE_CODE = "en"
HOSTS = ["testserver", "127.0.0.1", "localhost"]
MIDDLEWARE = [each for each in MIDDLEWARE if "whitenoise" not in each]  # noqa: F405  (nothing is collected here)

LINE_API_BASE = LINE_DATA_API_BASE = "http://127.0.0.1:9"  # nobody: a test asks the simulator, or no one
