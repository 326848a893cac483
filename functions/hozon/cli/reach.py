"""What a command says that is for an archive in a folder, or for a stack, alone."""

from collections.abc import Mapping

FOLDER_ONLY: Mapping[str, str] = {
    "run": "a stack works by itself, every few minutes; `hozon --stack NAME status` says "
    "how it does, and its parameter Enabled stops it",
    "seal": "the function SealLog seals a stack's log every five minutes, and no other "
    "may sign it; `hozon --stack NAME status` says how far it is",
    "settings": "what is settled for a stack are its parameters: "
    'make deploy SET="RecheckPlan=news RecheckBudget=50000"; its events go to a bus '
    "(docs/events.md)",
    "serve --public-url": "where hubs reach a stack is its parameter PublicUrl: "
    'make deploy SET="PublicUrl=https://…"',
}
"""Commands that are refused with ``--stack``, and what to do there instead."""

STACK_ONLY: Mapping[str, str] = {
    "redrive": "what failed for good in a folder is in `hozon status`, and is tried again "
    "by `hozon run`; --uncaptured works there as well",
}
"""Commands that are of use on a stack alone, and what there is in a folder."""
