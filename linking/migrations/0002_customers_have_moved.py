import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Only what Django knows: the table and the keys to it stay as they are."""

    dependencies = [
        ("linking", "0001_customers_and_links"),
        ("customers", "0001_customers_on_their_own"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[],
            state_operations=[
                migrations.AlterField(
                    model_name="link",
                    name="customer",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="linkattempt",
                    name="customer",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link_attempts",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                migrations.DeleteModel(name="Customer"),
            ],
        )
    ]
