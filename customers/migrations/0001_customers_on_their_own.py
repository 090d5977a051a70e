import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of customers comes over from linking with its rows; linking.0002 lets go of it."""

    initial = True

    dependencies = [("linking", "0001_customers_and_links")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE linking_customer RENAME TO customers_customer",
                    "ALTER TABLE customers_customer RENAME TO linking_customer",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Customer",
                    fields=[
                        ("id", models.AutoField(primary_key=True, serialize=False)),
                        ("number", models.CharField(max_length=100, unique=True, verbose_name="customer number")),
                        ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                        ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                        ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                    ],
                    options={
                        "verbose_name": "customer",
                        "verbose_name_plural": "customers",
                        "ordering": ["-id"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["attributes"], name="customer_attributes", opclasses=["jsonb_path_ops"]
                            )
                        ],
                    },
                )
            ],
        )
    ]
