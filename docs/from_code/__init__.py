"""What the reference takes from the code: parts of pages, in Markdown, by the names that their marks have."""

from collections.abc import Callable

from from_code import bench, commands, events, live, metrics, nodes, rest, settings

PARTS: dict[str, Callable[[], str]] = {
    "settings": settings.of_the_environment,
    "rules": settings.of_the_admin,
    "events": events.all_events,
    "live": live.hints,
    "event_frame": live.frame,
    "nodes": nodes.all_types,
    "rest": rest.all_addresses,
    "commands": commands.all_commands,
    "metrics": metrics.all_figures,
    "bench": bench.results,
}
