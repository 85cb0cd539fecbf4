"""Telling the members of a chat what happened in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.methods.updates import bundle, update
from sandbox.mtproto.centre import Centre
from sandbox.mtproto.keys import Device
from sandbox.world import Change, Chat


@dataclass(frozen=True, slots=True)
class Pushes:
    """Listens to the world; sends only to sessions that asked for updates in their own centre."""

    centres: Iterable[Centre]

    def tell(self, chat: Chat, change: Change) -> None:
        for centre in self.centres:
            for device in list(centre.devices.values()):
                if device.home and device.user and device.user.id in chat.members:
                    self._send(centre, device, chat, change)

    def _send(self, centre: Centre, device: Device, chat: Chat, change: Change) -> None:
        assert device.user is not None
        sessions = [one for one in device.sessions.values() if one.link and one.wants_updates]
        if not sessions:
            return
        news = update(chat, change, device.user)
        parcel = bundle(centre.clock.now(), [chat], device.user, news)
        for session in sessions:
            session.push(parcel)
