from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_app", "0005_e_read_receipts")]
    operations = [
        migrations.AddField(
            model_name="channel",
            name="renewing_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
