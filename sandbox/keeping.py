"""Keeps the product running while a person looks: one that is killed is started again."""

from __future__ import annotations

import signal
from collections.abc import Callable

from sandbox.product import Product, ProductError

# What people end a program with. Other signals are its own crash, which would come again.
_ENDINGS = {signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT}


async def keep(product: Product, note: Callable[[str], None]) -> ProductError:
    """Start the product again, on the same data, as often as it is killed.

    Returns how it ended by itself.
    """
    error = await product.crashed()
    while error.killed_by in _ENDINGS:
        note(f"The product was killed (signal {error.killed_by}); starting it again.")
        error = await _life(product, note)
    return error


async def _life(product: Product, note: Callable[[str], None]) -> ProductError:
    """Start it and return how it ended."""
    try:
        await product.start()
    except ProductError as error:
        return error
    note(f"The bot is up again (process {product.pid}).")
    return await product.crashed()
