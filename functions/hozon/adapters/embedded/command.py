"""`Crier` that runs a command of the operator's, once for each event."""

import json
import os
import subprocess
from collections.abc import Sequence

from hozon.lives.announcing import to_json
from hozon.nouns.errors import Unavailable
from hozon.nouns.events import Event

PATIENCE_S = 60
_SHELL = "/bin/sh"


class Command:
    """Runs `command` in a shell: the event comes as one JSON line on its input.

    What strangers wrote is in nothing that the shell reads: the environment holds the
    event's kind and id only (``HOZON_EVENT``, ``HOZON_EVENT_ID``).
    """

    def __init__(self, command: str) -> None:
        self._command = command

    def tell(self, events: Sequence[Event]) -> None:
        """Run the command for each event; one that fails raises `Unavailable`."""
        for event in events:
            self._run(event)

    def _run(self, event: Event) -> None:
        line = json.dumps(to_json(event), ensure_ascii=False) + "\n"
        named = {"HOZON_EVENT": event.kind, "HOZON_EVENT_ID": event.id}
        try:
            done = subprocess.run(  # noqa: S603 (the operator's own command)
                [_SHELL, "-c", self._command],
                input=line.encode("utf-8", "replace"),
                env={**os.environ, **named},
                stdout=subprocess.DEVNULL,
                timeout=PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise Unavailable(f"the command for events did not end well: {e}") from e
        if done.returncode:
            raise Unavailable(f"the command for events ended with {done.returncode}")
