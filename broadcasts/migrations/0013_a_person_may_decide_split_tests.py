from django.db import migrations, models

STATES = [
    ("waiting", "Waiting for the A/B test"),
    ("pending", "Pending"),
    ("claimed", "Under way"),
    ("accepted", "Accepted by LINE"),
    ("rejected", "Refused by LINE"),
    ("needs_check", "Needs check"),
    ("split", "Split"),
    ("cancelled", "Cancelled"),
]


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0012_turns_mails_and_marks_of_tests")]

    operations = [
        migrations.AddField(
            model_name="splittest",
            name="asks_person",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="a person decides if the figures do not"
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=STATES, default="pending", max_length=12, verbose_name="state"
            ),
        ),
    ]
