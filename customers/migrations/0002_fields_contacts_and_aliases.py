import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('friends', '0003_how_names_are_searched'),
        ('customers', '0001_customers_on_their_own'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=100, unique=True, verbose_name='customer number')),
                ('former_id', models.IntegerField()),
                ('merged_by_id', models.IntegerField(blank=True, null=True)),
                ('merged_at', models.DateTimeField(verbose_name='merged')),
            ],
            options={
                'verbose_name': 'former customer number',
                'verbose_name_plural': 'former customer numbers',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CustomerField',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('key', models.CharField(help_text="The field's name in files and programs: a–z, 0–9 and _. It stays.", max_length=40, unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name in English')),
                ('type', models.CharField(choices=[('text', 'Text'), ('number', 'Numeric value'), ('date', 'Date'), ('yes_no', 'Yes or no'), ('choice', 'Choice')], max_length=10, verbose_name='type')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='choices')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('position', models.IntegerField(default=0)),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'customer field',
                'verbose_name_plural': 'customer fields',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CustomerSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('only_known_fields', models.BooleanField(default=False, help_text='Rows with attributes that are no field here are refused.', verbose_name='only fields that are defined')),
            ],
            options={
                'verbose_name': 'settings of customers',
                'verbose_name_plural': 'settings of customers',
            },
        ),
        migrations.AlterModelOptions(
            name='customer',
            options={'ordering': ['-id'], 'permissions': [('view_contact', 'Can see e-mail and phone of customers'), ('import_customer', 'Can import customers'), ('export_customer', 'Can export customers'), ('merge_customer', 'Can merge customers'), ('erase_customer', 'Can erase what is personal of customers')], 'verbose_name': 'customer', 'verbose_name_plural': 'customers'},
        ),
        migrations.AddField(
            model_name='customer',
            name='as_of',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='as of'),
        ),
        migrations.AddField(
            model_name='customer',
            name='email_hash',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased'),
        ),
        migrations.AddField(
            model_name='customer',
            name='phone_hash',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='sealed_email',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='sealed_phone',
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.Func('name', function='friends_folded'), 'text_pattern_ops'), name='customer_name_begins'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('email_hash__isnull', False)), fields=['email_hash'], name='customer_email'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('phone_hash__isnull', False)), fields=['phone_hash'], name='customer_phone'),
        ),
        migrations.AddField(
            model_name='customeralias',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='customers.customer', verbose_name='merged into'),
        ),
        migrations.AddConstraint(
            model_name='customersettings',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='customersettings_one'),
        ),
    ]
