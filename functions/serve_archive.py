"""Lambda ``ServeArchive``: function URL 1 → API and pages."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import logs, web, wiring

LARGEST = 4_400_000  # what base64 leaves of the 6 MB an answer may have

log = logs.logger()


@log.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return web.respond(event, context, wiring.deployed().archive, largest=LARGEST)
