"""Words by which customers ask for a person, to begin with; the admin changes them."""

from django.db import migrations

WORDS = {
    "en": ("agent", "human", "a person", "real person", "operator"),
    "de": ("Mitarbeiter", "Mitarbeiterin", "Mensch", "echte Person", "Berater"),
    "ar": ("موظف", "إنسان", "شخص حقيقي"),
}


def write_down(apps, schema_editor):
    words = apps.get_model("flows", "HumanWord")
    words.objects.bulk_create(
        words(language=language, word=word) for language, all_of in WORDS.items() for word in all_of
    )


class Migration(migrations.Migration):
    dependencies = [("flows", "0001_initial")]
    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
