"""What `/metrics` says."""

from prometheus_client import REGISTRY

from from_code.markdown import code, table
from monty.metrics import NUMBERED, QUEUES, STANDING

# `live` is imported with it: it declares what a process itself counts.
OWN = "monty_"


def all_figures() -> str:
    queues = [(code(f"{OWN}{each.name}, …_oldest_seconds"), "gauge", each.meaning) for each in QUEUES]
    numbered = [(code(f"{OWN}{name}_total"), "counter", meaning) for name, meaning, _model in NUMBERED]
    standing = [(code(f"{OWN}{name}"), "gauge", meaning) for name, meaning, _count in STANDING]
    process = [
        (code(each.name), each.type, each.documentation) for each in REGISTRY.collect() if each.name.startswith(OWN)
    ]
    return table(["figure", "kind", "meaning"], [*queues, *numbered, *standing, *process])
