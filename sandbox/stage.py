"""The whole of Telegram on loopback, and the settings by which the product finds it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.botapi.server import BotApi
from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import User, World

HOME_DC = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """`owner` owns `bot`, and the product reads Telegram with their account."""

    world: World
    faults: Faults
    cluster: Cluster
    botapi: BotApi
    owner: User
    bot: User

    def environment(self, data: Path, music: Path) -> dict[str, str]:
        """Return the product's settings; the server's key is written into `data`."""
        key = data / "sandbox-server-key.pem"
        data.mkdir(parents=True, exist_ok=True)
        key.write_text(self.cluster.pem, encoding="ascii")
        host, port = self.cluster.address(HOME_DC)
        return {
            "BOT_TOKEN": self.bot.token or "",
            "BOT_API_URL": self.botapi.url,
            "OWNER_ID": str(self.owner.id),
            "TELEGRAM_API_ID": "1",
            "TELEGRAM_API_HASH": "5a" * 16,
            "TELEGRAM_DC": f"{HOME_DC}@{host}:{port}",
            "TELEGRAM_DC_KEY": str(key.resolve()),
            "DATA_DIR": str(data.resolve()),
            "MUSIC_DIR": str(music.resolve()),
            "DISK_RESERVE_MB": "0",
        }


@asynccontextmanager
async def open_stage(
    world: World, owner: User, bot: User, *, faults: Faults | None = None, port: int = 0
) -> AsyncIterator[Stage]:
    """Open both servers over `world`; login codes are shown on its people's phones.

    `port` is that of the Bot API and of the chat page.
    """
    faults = faults or Faults()
    async with Cluster(world, faults) as cluster, BotApi(world, faults, port=port) as botapi:
        cluster.on_code.append(botapi.phone.show_code)
        botapi.phone.approve = cluster.approve_qr
        yield Stage(world, faults, cluster, botapi, owner, bot)
