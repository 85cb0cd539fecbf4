from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from downloader.addresses import Allowed, NotPublicError, PublicResolver, is_public


class Names(AbstractResolver):
    """Resolves every host to these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._addresses
        ]

    async def close(self) -> None:
        return None


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_machines_of_the_internet_may_be_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.9.9", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "240.0.0.1"),
        *("255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1"),
        *("fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:5db8:d822::"),
        *("::7f00:1", "64:ff9b:1:7f00::5db8:d822", "2001:0:5db8:d822::a247:27dd", "nobody", ""),
    ],
)
def test_what_is_ours_or_nobodys_may_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("https://example.org/hook?a=b", True),
        ("https://93.184.216.34/hook", True),
        ("https://example.org:8443/", True),
        ("https://nas.home/hook", True),  # what that is shows when it is looked up
        ("http://example.org/hook", False),
        ("http://nas/hook", True),
        ("https://NAS/hook", True),
        ("ftp://nas/hook", False),
        ("https://localhost/", False),
        ("https://127.0.0.1/", False),
        ("https://１２７.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://[::ffff:169.254.169.254]/", False),
        ("https://2130706433/", False),
        ("https://me:secret@example.org/", False),
        ("https:///hook", False),
        ("example.org", False),
        ("", False),
        ("https://exa mple.org/", False),
        (f"https://example.org/{'a' * 2000}", False),
    ],
)
def test_an_address_is_looked_at_before_anything_is_sent(address: str, admitted: bool) -> None:
    assert admitted is Allowed(["nas"]).admits(address)


async def test_of_a_host_only_the_public_addresses_are_taken() -> None:
    resolver = PublicResolver(Names("127.0.0.1", "93.184.216.34", "10.0.0.1"), Allowed())
    found = await resolver.resolve("example.org", 443)

    assert ["93.184.216.34"] == [one["host"] for one in found]


async def test_a_host_that_leads_home_is_not_asked() -> None:
    with pytest.raises(NotPublicError):
        await PublicResolver(Names("169.254.169.254"), Allowed()).resolve("example.org", 443)


async def test_a_host_that_is_allowed_may_be_at_home() -> None:
    resolver = PublicResolver(Names("10.0.0.1"), Allowed(["nas"]))

    assert ["10.0.0.1"] == [one["host"] for one in await resolver.resolve("NAS", 80)]
