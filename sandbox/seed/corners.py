"""The corners of the demo world: topics, closed doors, silence."""

from __future__ import annotations

from sandbox.audio.files import Format
from sandbox.audio.tags import Tags
from sandbox.seed.cast import Cast, Studio
from sandbox.world import Chat, ChatKind

_TOPICS = {"General": (), "Swing": ("Hop Step", "Two Left Feet"), "Bossa": ("Areia", "Maré Alta")}


def fill_corners(studio: Studio, cast: Cast) -> None:
    _forum(studio, cast)
    _private(studio, cast)
    _protected(studio)
    world = studio.world
    world.add_chat("Silence", username="silence")
    poems = world.add_chat("Poems", username="poems")
    for line in ("The sea, the sea", "Half a moon is also a moon"):
        world.post(poems, line, date=studio.date(), quiet=True)
    world.post(poems, "", studio.picture(), date=studio.date(), quiet=True)


def _forum(studio: Studio, cast: Cast) -> None:
    """Open topics; each is named by the message that opened it."""
    members = (cast.owner, cast.stranger)
    forum = studio.world.add_chat(
        "Vinyl Club", ChatKind.GROUP, username="vinyl_club", members=members
    )
    for name, titles in _TOPICS.items():
        opener = studio.world.post(
            forum, name, date=studio.date(), sender=cast.stranger, quiet=True
        )
        forum.topics[opener.id] = name
        for title in titles:
            tune = studio.record(Format.MP3, 8, Tags(title, "Club Members"))
            studio.world.post(
                forum,
                "",
                tune,
                topic=opener.id,
                sender=cast.stranger,
                date=studio.date(),
                quiet=True,
            )


def _private(studio: Studio, cast: Cast) -> None:
    tapes = studio.world.add_chat("Basement Tapes", private=True, members=(cast.owner,))
    tapes.invite = "AnnsBasementTapes"
    _post_tunes(studio, tapes, "Ann", ("Boiler Room", "Single Bulb", "Washing Machine Blues"))
    closed = studio.world.add_chat("Backstage", username="backstage", private=True)
    closed.invite = "BackstageOnly01"
    _post_tunes(studio, closed, "Nobody", ("Not for You",))


def _protected(studio: Studio) -> None:
    vault = studio.world.add_chat("Vault FM", username="vault_fm")
    vault.protected = True
    _post_tunes(studio, vault, "Vault FM", ("Sealed", "Signed"))


def _post_tunes(studio: Studio, chat: Chat, artist: str, titles: tuple[str, ...]) -> None:
    for title in titles:
        tune = studio.record(Format.MP3, 10, Tags(title, artist))
        studio.world.post(chat, "", tune, date=studio.date(), quiet=True)
