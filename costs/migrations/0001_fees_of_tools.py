from decimal import Decimal

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FeeSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("valid_from", models.DateField(help_text="First day of a month", verbose_name="from the month")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="tool")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="fee per month"
                    ),
                ),
                ("created_by_id", models.IntegerField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
            ],
            options={
                "verbose_name": "fee of a tool",
                "verbose_name_plural": "fees of tools",
                "ordering": ["-valid_from", "-id"],
                "default_permissions": ("view", "add"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__day", 1)), name="tool_fee_begins_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="tool_fee_is_positive"
                    ),
                ],
            },
        ),
    ]
