"""What lies in the library already, or is asked for twice: F49, F50, F60 and F61."""

from __future__ import annotations

from bench.matrix.life import Life
from bench.matrix.outlook import Outlook
from bench.matrix.scene import START, Scene
from storage.models import ItemState, Reason, Request


def damaged_file(scene: Scene) -> Outlook:
    """Take a file away or cut it short, and order it once more."""
    cut = scene.chance.random() < 0.5

    async def damage(life: Life) -> bool:
        scene.struck += 1
        files = [one for one in scene.music.rglob("*.mp3") if ".tad" not in one.parts]
        victim = scene.chance.choice(files)
        if cut:
            with victim.open("r+b") as file:
                file.truncate(victim.stat().st_size // 2)
            scene.disown(victim)
        else:
            victim.unlink()
        await life.order(Request("@jazz", 50))
        return False

    return Outlook(afterwards=[damage])


def taken_name(scene: Scene) -> Outlook:
    """Let the names that the songs would get belong to somebody else's files."""
    folder = scene.music / "Jazz"
    folder.mkdir()
    for document in scene.documents:
        scene.struck += 1
        path = folder / f"Ann - {document.title}.mp3"
        path.write_bytes(b"mine")
        scene.disown(path)
    return Outlook()


def empty_file(scene: Scene) -> Outlook:
    document = scene.song(size=0)
    scene.struck += 1
    empty = Reason.EMPTY_FILE
    return Outlook(
        must_tell=frozenset({empty}), ends={document.id: frozenset({(ItemState.FAILED, empty)})}
    )


def wanted_by_many(scene: Scene) -> Outlook:
    """Post one file in several chats, and let many ask for it at once."""
    scene.struck += 1
    for number in range(scene.chance.randint(1, 2)):
        other = scene.world.add_chat(f"Mirror {number}", username=f"mirror{number}")
        other.members.update(user.id for user in scene.users)
        for document in scene.documents:
            scene.world.post(other, document=document, date=START)
        scene.orders.append(Request(f"@mirror{number}", 50))
    scene.orders += [Request("@jazz", 50)] * scene.chance.randint(1, 4)
    return Outlook(once=True)
