"""Copies other people's files, as static/vendor/vendor.toml names them: browser files, fonts for paper. Needs npm."""

import base64
import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

VENDOR = settings.BASE_DIR / "static" / "vendor"
# Icon sets draw with strokes or with fills; a symbol keeps what its own <svg> says.
KEPT = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
# Where a script names its source map, which is not copied: collecting static files would look for it.
UNWANTED = re.compile(rb"^//# sourceMappingURL=.*\n?", re.MULTILINE)

# The Apache licence wants it said.
NOTICE = b"// Changed for Monty; static/vendor/vendor.toml says how and why.\n"


class Command(BaseCommand):
    help = "Renews static/vendor/ from npm, checked by the integrity hashes in static/vendor/vendor.toml."

    def handle(self, *args: Any, **options: Any) -> None:
        packages = tomllib.loads((VENDOR / "vendor.toml").read_text())
        symbols: list[str] = []
        for name, entry in packages.items():
            with fetched(name, entry["version"], entry["integrity"]) as archive:
                folder = settings.BASE_DIR / entry.get("folder", "static/vendor")
                for source, target in entry["files"].items():
                    (folder / target).parent.mkdir(exist_ok=True)
                    found = UNWANTED.sub(b"", content(archive, source))
                    (folder / target).write_bytes(changed(found, entry.get("changes", {}).get(source, [])))
                symbols += icons(archive, entry.get("icons", {}))
            self.stdout.write(f"{name} {entry['version']}")
        sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
        (VENDOR / "icons.svg").write_text(sprite)


def fetched(name: str, version: str, integrity: str) -> tarfile.TarFile:
    """The package as npm serves it. Raises CommandError if it is not the very one that was pinned."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607
        data = next(Path(folder).iterdir()).read_bytes()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if digest != integrity:
        raise CommandError(f"{name}: expected {integrity}, got {digest}")
    return tarfile.open(fileobj=io.BytesIO(data))


def changed(found: bytes, changes: list[list[str]]) -> bytes:
    """With each [old, new] done, and said at the top. Raises CommandError if an old is not there exactly once."""
    for old, new in changes:
        if found.count(old.encode()) != 1:
            raise CommandError(f"found {found.count(old.encode())} times instead of once: {old}")
        found = found.replace(old.encode(), new.encode())
    return NOTICE + found if changes else found


def content(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise CommandError(f"{path} is no file")
    return member.read()


def icons(archive: tarfile.TarFile, spec: dict[str, Any]) -> list[str]:
    renamed = spec.get("renamed", {})
    return [
        symbol(name, content(archive, f"{spec['folder']}/{renamed.get(name, name)}.svg").decode())
        for name in spec.get("names", [])
    ]


def symbol(name: str, svg: str) -> str:
    """An icon's file as one symbol of the sprite."""
    opening, drawing = re.findall(r"<svg(.*?)>(.*)</svg>", svg, re.DOTALL)[0]
    drawing = re.sub(r"<title>.*?</title>|\s*\n\s*", "", drawing)
    found = dict(re.findall(r'([\w-]+)="([^"]*)"', opening))
    attributes = " ".join(f'{key}="{found[key]}"' for key in KEPT if key in found)
    # Without a fill of its own a logo takes the text's colour.
    fill = "" if "fill" in found else ' fill="currentColor"'
    return f'<symbol id="{name}" {attributes}{fill}>{drawing}</symbol>'
