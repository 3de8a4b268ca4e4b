"""Every kind of channel Monty knows. A new kind is one new file in this package."""

from importlib import import_module
from pkgutil import iter_modules

from channels_app.adapters.base import Adapter


def known_adapters() -> dict[str, type[Adapter]]:
    """The adapter classes of this package's modules by kind, in alphabetical order."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {adapter.kind: adapter for adapter in sorted(Adapter.__subclasses__(), key=lambda each: each.kind)}


ADAPTERS = known_adapters()
