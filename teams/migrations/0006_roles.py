from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0005_personal'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='teammate',
            options={'permissions': [('oversee', 'Can see the conversations of every team'), ('give_role', 'Can give roles, as far as their own reaches')], 'verbose_name': 'teammate', 'verbose_name_plural': 'teammates'},
        ),
        migrations.AddField(
            model_name='teammate',
            name='inbox',
            field=models.CharField(choices=[('answers', 'Answers'), ('looks', 'Only looks'), ('out', 'Stays out')], default='answers', help_text='Who answers may be given conversations. Who only looks changes nothing there. Who stays out sees none.', max_length=7, verbose_name='inbox'),
        ),
        migrations.AddField(
            model_name='teammate',
            name='own_teams_only',
            field=models.BooleanField(default=False, help_text='Their role reaches no further than the teams they are in.', verbose_name='own teams only'),
        ),
        migrations.AddConstraint(
            model_name='teammate',
            constraint=models.CheckConstraint(condition=models.Q(('inbox__in', ['answers', 'looks', 'out'])), name='teammate_inbox_known'),
        ),
    ]
