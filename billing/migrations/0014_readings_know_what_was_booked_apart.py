from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_budgets_end_and_warn_again")]

    operations = [
        migrations.AddField(
            model_name="quotareading",
            name="booked_apart",
            field=models.IntegerField(db_default=0, verbose_name="booked beside sends"),
        )
    ]
