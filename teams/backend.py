"""What a person may do, asked of the database once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from teams.models import Teammate


class OneQueryBackend(ModelBackend):
    """Django's own, but a person's permissions and those of their groups are one query: every page asks for them."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, Teammate) or user_obj.is_superuser or not user_obj.is_active or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        person: Any = user_obj
        if not hasattr(person, "_perm_cache"):
            theirs = Permission.objects.filter(Q(user=person) | Q(group__user=person)).order_by()
            names = theirs.values_list("content_type__app_label", "codename")
            person._perm_cache = {f"{app}.{name}" for app, name in names}
        return set(person._perm_cache)
