"""`manage.py migrate`: the public schema by Django, every tenant's schema by replay."""

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate

from accounts import migrator, schemas
from accounts.current import connection


class Command(DjangoMigrate):
    help = "Brings the public schema and all clients' schemas to the newest version. May be repeated."

    def handle(self, *args, **options):
        connection.set_schema_to_public()
        super().handle(*args, **options)
        if options.get("app_label") or options.get("check_unapplied") or options.get("plan"):
            return
        schemas.apply_walls()
        rendered = migrator.render()
        report = migrator.bring_forward(schemas.tenant_schemas(), say=self._say(options))
        made = schemas.fill_pool()
        self._say(options)(
            f"Clients' schemas: {rendered} migration(s) rendered, "
            f"{len(report.migrated)} schema(s) brought forward, {made} made ready."
        )
        if report.failed:
            raise CommandError(
                f"{len(report.failed)} schema(s) failed and are unchanged; mend and run again."
            )

    def _say(self, options):
        return self.stdout.write if options["verbosity"] else lambda text: None
