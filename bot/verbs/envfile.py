"""What the doctor looks at in `.env`: names that are no setting, and who may read its secrets."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from bot.settings import ENV_FILE, SECRETS, Settings, written_in
from bot.verbs.checks import Finding, warning

# compose.yaml takes these out of the same file.
_OTHERS = frozenset({"puid", "pgid", "tz"})
_OTHERS_BEGIN = ("compose_", "docker_")


def env_file(path: Path = ENV_FILE) -> Iterator[Finding]:
    """Look at the file if there is one; that it cannot be read is told by the settings."""
    try:
        written = written_in(path)
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeError):
        return
    what = str(path)
    for name in unknown(written):
        yield warning(what, _not_a_setting(name))
    if mode & 0o077 and any(written.get(name) for name in SECRETS):
        yield warning(what, f"others may read the secrets in it; run: chmod 600 {path}")


def unknown(names: Iterable[str]) -> list[str]:
    known = {*Settings.model_fields, *_OTHERS}
    return [name for name in names if name not in known and not name.startswith(_OTHERS_BEGIN)]


def _not_a_setting(name: str) -> str:
    near = get_close_matches(name, Settings.model_fields, n=1, cutoff=0.7)
    guess = f" (did you mean {near[0].upper()}?)" if near else ""
    return f"not a setting: {name.upper()}{guess}"
