import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(verbose_name="revision shown")),
                ("until", models.DateTimeField(verbose_name="link valid until")),
                ("messages", models.JSONField(default=list)),
                ("heard", models.BigIntegerField(default=0)),
                ("news", models.BigIntegerField(default=0)),
                ("news_at", models.DateTimeField(blank=True, null=True)),
                ("told", models.BigIntegerField(default=0)),
                ("kept_at", models.DateTimeField(blank=True, null=True, verbose_name="not told since")),
                ("kept_because", models.CharField(blank=True, max_length=300, verbose_name="why it was not told")),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offer",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("news__gt", models.F("told"))), fields=["news_at"], name="offer_untold"
                    )
                ],
            },
        ),
    ]
