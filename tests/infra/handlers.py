"""Handlers for the tests of the pump; events.yaml deploys them."""

import json
import os
from typing import Any

import boto3

seen: list[Any] = []


def tick(event: Any, _context: Any) -> None:
    """Send one message for each number in the time's seconds."""
    seen.append(event)
    sqs = boto3.client("sqs")
    for number in range(int(event["time"][-3:-1])):
        sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(number))


def work(event: Any, context: Any) -> Any:
    """Fail messages whose body is odd; raise at 99; do what is forbidden at 77."""
    seen.append((event, context))
    bodies = {r["messageId"]: json.loads(r["body"]) for r in event["Records"]}
    if 99 in bodies.values():
        raise ValueError("99")
    if 77 in bodies.values():
        boto3.client("sqs").list_queue_tags(QueueUrl=os.environ["QUEUE"])
    odd = [name for name, number in bodies.items() if number % 2]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in odd]}
