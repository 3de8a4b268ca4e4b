from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_app", "0004_b_seal_secrets")]
    operations = [
        migrations.AddField(
            model_name="channel",
            name="renewing_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
