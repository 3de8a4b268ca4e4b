"""Every kind of channel Monty knows. A new kind is one new file in this package."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from channels_app.adapters.base import Adapter


def known_adapters() -> dict[str, type[Adapter]]:
    """The adapter classes of this package's modules by kind, in alphabetical order."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {adapter.kind: adapter for adapter in sorted(adapters_below(Adapter), key=lambda each: each.kind)}


def adapters_below(base: type[Adapter]) -> Iterator[type[Adapter]]:
    """The subclasses that are a kind of channel; what several kinds share stands between and is none."""
    for adapter in base.__subclasses__():
        if "kind" in vars(adapter):
            yield adapter
        yield from adapters_below(adapter)


ADAPTERS = known_adapters()
