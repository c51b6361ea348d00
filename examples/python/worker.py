"""Background worker: takes orders off the queue and hands them to the carriers."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], Awaitable[None]]
MAX_ATTEMPTS = 3


class CarrierError(Exception):
    """The carrier did not accept a shipment."""


class Worker:
    def __init__(self, queue: asyncio.Queue[bytes], handlers: dict[str, Handler]) -> None:
        self.queue = queue
        self.handlers = handlers
        self.processed = 0

    async def run(self) -> None:
        while True:
            payload = await self.queue.get()
            try:
                await self.process(payload)
            finally:
                self.queue.task_done()

    async def process(self, payload: bytes) -> None:
        order = json.loads(payload)
        handler = self.handlers.get(order["kind"])
        if handler is None:
            logger.warning("no handler for %s", order["kind"])
            return
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                await handler(order)
                self.processed += 1
                return
            except CarrierError:
                logger.info("attempt %d of %s failed", attempt, order["id"])
                time.sleep(2**attempt)


def load_settings(path: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    try:
        with open(path) as handle:
            settings = json.load(handle)
    except Exception:
        pass
    return settings


def retry_callbacks(queue: asyncio.Queue[bytes], orders: list[dict[str, Any]]) -> list[Callable[[], None]]:
    callbacks = []
    for order in orders:
        callbacks.append(lambda: queue.put_nowait(json.dumps(order).encode()))
    return callbacks


async def notify_customers(client: Any, orders: list[dict[str, Any]]) -> None:
    for order in orders:
        await client.post("/notifications", json={"order": order["id"], "email": order["email"]})
    logger.info("notified %d customers", len(orders))
