"""Which databases there are, and where they may send us on. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from yarl import URL

_ANY = "*."


@dataclass(frozen=True, slots=True)
class Service:
    """A database by its origin; `onward` are the others that it may send us to.

    `https://*.example.org` stands for all hosts below that one.
    """

    origin: str
    onward: tuple[str, ...] = ()

    def place_of(self, url: URL) -> str | None:
        """Return by which of its origins an address may be asked; None: by none."""
        return next((one for one in (self.origin, *self.onward) if _covers(one, url)), None)


@dataclass(frozen=True, slots=True)
class Services:
    """The three, where they are in the world unless told otherwise."""

    sounds: Service = Service("https://api.acoustid.org")
    names: Service = Service("https://musicbrainz.org")
    covers: Service = field(
        default=Service(
            "https://coverartarchive.org", ("https://archive.org", "https://*.archive.org")
        )
    )


def secured(url: URL) -> URL:
    """Return the address by https: the archive is known to send on to plain http."""
    is_plain = url.scheme == "http" and url.is_default_port()
    return url.with_scheme("https").with_port(None) if is_plain else url


def _covers(origin: str, url: URL) -> bool:
    scheme, _, host = origin.partition("://")
    if url.user is not None or url.password is not None or url.host is None:
        return False
    if not host.startswith(_ANY):
        known = URL(origin)
        return (url.scheme, url.host, url.port) == (known.scheme, known.host, known.port)
    return url.scheme == scheme and url.is_default_port() and url.host.endswith(host[1:])
