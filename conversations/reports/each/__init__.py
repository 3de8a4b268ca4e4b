"""Every report of this floor: each is one file in this folder."""

from importlib import import_module
from pkgutil import iter_modules


def find() -> None:
    """Whatever stands in this folder registers itself."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
