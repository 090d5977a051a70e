from tests.api.conftest import call  # noqa: F401  (a fixture)
