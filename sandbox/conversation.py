"""Plays lines as the owner of the bot, and shows what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from sandbox.transcript import Transcript

PATIENCE = timedelta(seconds=20)
# The bot edits a message at most every three seconds, so the last state may come that late.
RESTING = timedelta(seconds=4)
# When all is over it will come, though it may first be refused a few times.
ENDING = timedelta(seconds=12)
_STILL_RUNNING = "Cancel"  # the button of a message about something that goes on


def _anything(_: Message) -> bool:
    return True


class Conversation:
    """`person` makes a new pair of ears for the same chat; each hears from then on."""

    def __init__(self, person: Callable[[], Person], transcript: Transcript) -> None:
        self._person = person
        self._transcript = transcript
        self._ears = person()
        self.troubles: list[str] = []  # a sentence for each line that came to nothing

    async def listen(self) -> None:
        """Show everything that the bot does, until cancelled."""
        while True:
            self._transcript.heard(await self._ears.next(within=None))

    async def say(self, line: str, *, within: timedelta = PATIENCE) -> None:
        """Say a line, or press a button written as `[Label]`, and wait for a reaction to it."""
        person = self._person()
        self._transcript.said(line)
        try:
            if line.startswith("[") and line.endswith("]"):
                await self._press(person, line.strip("[]").strip(), within)
            else:
                person.send(line)
                await person.until(_anything, within=within)
        except TimeoutError:
            self.troubles.append(f"no answer to: {line}")
        except LookupError as error:
            self.troubles.append(str(error))
        finally:
            person.leave()

    async def settle(self, *, within: timedelta = RESTING) -> None:
        """Wait until no message claims any more that something goes on.

        Something that goes on and does not change for so long is at rest as well.
        """
        person = self._person()
        try:
            while self._goes_on():
                await person.next(within=within)
        except TimeoutError:
            return
        finally:
            person.leave()
        await asyncio.sleep(0)  # let `listen` show the last of it

    def _goes_on(self) -> bool:
        return any(
            _STILL_RUNNING in label for shown in self._ears.messages for label in shown.buttons
        )

    async def _press(self, person: Person, label: str, within: timedelta) -> None:
        for message in reversed(person.messages):
            if any(label in shown for shown in message.buttons):
                await person.press(message, label, within=within)
                return
        raise LookupError(f"there is no button “{label}”")
