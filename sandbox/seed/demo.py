"""The whole demo world in one call."""

from __future__ import annotations

from sandbox.seed.cast import Cast, Studio, add_cast
from sandbox.seed.corners import fill_corners
from sandbox.seed.jazz import fill_jazz
from sandbox.seed.world_music import fill_world_music
from sandbox.world import World


def add_demo(world: World) -> Cast:
    """Fill an empty world; the same calls give the same ids and bytes every time."""
    cast = add_cast(world)
    add_chats(world, cast)
    return cast


def add_chats(world: World, cast: Cast) -> None:
    """Make all chats; it takes a moment."""
    studio = Studio(world, posts_to_come=200)
    fill_world_music(studio, world.add_chat("World Music 🌍", username="world_music"))
    fill_corners(studio, cast)
    fill_jazz(studio, world.add_chat("Jazz after Midnight", username="jazz"))
