from django.db import migrations, models

from monty.indexes import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('conversations', '0026_search_estimates'),
    ]

    operations = [
        AddIndexQuietly(
            model_name='fact',
            index=models.Index(fields=['channel_id', 'measure', 'day', 'teammate_id', 'hour', 'step', 'value', 'share', 'whole'], name='fact_of_channel'),
        ),
    ]
