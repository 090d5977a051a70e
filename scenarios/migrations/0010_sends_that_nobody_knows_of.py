from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0009_words_of_states")]

    operations = [
        migrations.AddIndex(
            model_name="send",
            index=models.Index(
                fields=["scenario_id", "-id"],
                name="scenariosend_unknown",
                condition=models.Q(("state", "unknown")),
            ),
        ),
    ]
