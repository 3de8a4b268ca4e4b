"""Django's command, told of the short names under which this code knows gettext and gettext_lazy."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_t", "--keyword=_l", "--keyword=lazy"]
