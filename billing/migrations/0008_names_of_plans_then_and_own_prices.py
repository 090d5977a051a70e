from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_versions_budgets_and_day_counts")]

    operations = [
        migrations.AddField(
            model_name="pricetable",
            name="name_ja",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Empty: as today",
                max_length=60,
                verbose_name="name in Japanese then",
            ),
        ),
        migrations.AddField(
            model_name="pricetable",
            name="name_en",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Empty: as today",
                max_length=60,
                verbose_name="name in English then",
            ),
        ),
        migrations.AddField(
            model_name="pricetable",
            name="reason",
            field=models.CharField(
                blank=True, db_default="", max_length=200, verbose_name="reason for this version"
            ),
        ),
        migrations.CreateModel(
            name="ClientPriceTable",
            fields=[],
            options={
                "verbose_name": "client's own prices",
                "verbose_name_plural": "clients' own prices",
                "proxy": True,
                "default_permissions": ("view", "add", "change"),
                "indexes": [],
                "constraints": [],
            },
            bases=("billing.pricetable",),
        ),
    ]
