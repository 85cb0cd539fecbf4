"""Tells to which addresses something of ours may go. Whoever names one may mean our own network."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

# Addresses of IPv4 that are written as ones of IPv6, and that a gateway brings there.
_GATEWAY = IPv6Network("64:ff9b::/96")
_IPV4 = 0xFFFF_FFFF
# Of no use to anybody who wants to be told, or leading to what cannot be seen from outside; not
# every Python counts all of them among what is not global.
_NOBODYS = tuple(
    map(
        ip_network,
        (
            *("192.0.0.0/24", "192.88.99.0/24", "::/96", "64:ff9b:1::/48", "2001::/32"),
            *("2002::/16", "fec0::/10"),
        ),
    )
)
_LONGEST = 2000


class NotPublicError(Exception):
    """`host` has only addresses to which nothing of ours may go."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class Allowed:
    """`hosts` may be whatever they are; all others must be public, and spoken to in secret."""

    def __init__(self, hosts: Collection[str] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)

    def is_exempt(self, host: str) -> bool:
        return host.lower() in self._hosts

    def admits(self, address: str) -> bool:
        """Tell whether it may be asked there at all; the host is looked up only later."""
        url = _url(address)
        if url is None or not url.host or url.user or url.password:
            return False
        if self.is_exempt(url.host):
            return url.scheme in {"http", "https"}
        hosts = {url.host, url.raw_host or url.host}  # which may be the same digits, spelt oddly
        return url.scheme == "https" and all(map(_is_public_if_literal, hosts))


class PublicResolver(AbstractResolver):
    """Looks up hosts, and leaves out addresses that are not public.

    The connection is made to just what comes from here: nobody looks up again in between.
    """

    def __init__(self, within: AbstractResolver, allowed: Allowed) -> None:
        self._within = within
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._within.resolve(host, port, family)
        if self._allowed.is_exempt(host):
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise NotPublicError(host)
        return public

    async def close(self) -> None:
        await self._within.close()


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the Internet that stands for one machine."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:
        return False  # of one link
    found = _within(parsed) or parsed
    is_nobodys = any(one in network for one in (parsed, found) for network in _NOBODYS)
    return found.is_global and not (found.is_multicast or is_nobodys)


def _within(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the address of IPv4 to which one of IPv6 leads, where it does."""
    if isinstance(address, IPv4Address):
        return None
    return IPv4Address(int(address) & _IPV4) if address in _GATEWAY else address.ipv4_mapped


def _is_public_if_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return "." in host  # what has none is a machine next door
    return is_public(host)


def _url(address: str) -> URL | None:
    if len(address) > _LONGEST or not address.isprintable() or " " in address:
        return None
    try:
        return URL(address)
    except ValueError:
        return None
