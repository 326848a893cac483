"""The composition root: ports meet their adapters here and nowhere else.

`folder` opens an embedded archive, `stack` a deployed one. What a place needs is imported
when it is opened: a function has no use for SQLite, a folder none for boto3.
"""

from hozon.wiring.fetching import Fetching, served_at
from hozon.wiring.folder import (
    Embedded,
    embedded,
    new_file,
    new_folder,
    publish,
    second_copy,
    stores,
    verify,
    workspace,
)
from hozon.wiring.stack import Deployed, attached, connect, deployed, use

__all__ = [
    "Deployed",
    "Embedded",
    "Fetching",
    "Opened",
    "attached",
    "connect",
    "deployed",
    "embedded",
    "new_file",
    "new_folder",
    "publish",
    "second_copy",
    "served_at",
    "stores",
    "use",
    "verify",
    "workspace",
]

Opened = Embedded | Deployed
"""An archive that a person works on."""
