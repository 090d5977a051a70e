from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from api import people, schema  # noqa: F401  (schema registers how keys and sessions are described)

        people.register_names()
