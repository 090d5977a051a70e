from django.db import migrations

# As segments ask for birthdays of a day or a month, whatever the year.
BY_DAY = """
CREATE INDEX customer_birthday_of_year ON customers_customer
((extract(month FROM birthday)::int * 100 + extract(day FROM birthday)::int))"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_fields_contacts_and_aliases")]

    operations = [migrations.RunSQL(BY_DAY, "DROP INDEX customer_birthday_of_year")]
