"""Settings that make tests quick and keep them to themselves."""

from pathlib import Path
from typing import Any

from django.conf import settings


def quick_settings(folder: Path) -> dict[str, Any]:
    """Passwords without their price, files in a folder of the test's own, and no lock after wrong ones."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "MEDIA_ROOT": folder,
        "STORAGES": settings.STORAGES | {"default": files, "staticfiles": static},
        "AXES_ENABLED": False,
    }
