import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_released_reports_never_change")]

    operations = [
        migrations.CreateModel(
            name="ReportPrint",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("language", models.CharField(choices=[("ja", "日本語"), ("en", "English")], max_length=2)),
                ("edit", models.PositiveIntegerField()),
                ("look", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prints",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "file drawn ahead",
                "verbose_name_plural": "files drawn ahead",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("report", "language"), name="reportprint_once")
                ],
            },
        ),
    ]
