from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prizes", "0002_draws_and_approved_lists_never_change")]

    operations = [
        migrations.AlterField(
            model_name="pointentry",
            name="way",
            field=models.CharField(
                choices=[
                    ("page", "On the page"),
                    ("reward", "As a reward"),
                    ("tap", "By a tap in the chat"),
                    ("api", "By a program"),
                ],
                max_length=6,
                verbose_name="entered by",
            ),
        )
    ]
