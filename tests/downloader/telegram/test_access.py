from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from downloader.telegram.access import (
    Access,
    AccessError,
    DataCentre,
    data_centre,
    proxy_options,
    server_key,
)
from sandbox.mtproto.rsa_key import published_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2@127.0.0.1:443", DataCentre(2, "127.0.0.1", 443)),
        ("1@[::1]:8443", DataCentre(1, "::1", 8443)),
        ("2@sandbox:4430", DataCentre(2, "sandbox", 4430)),
    ],
)
def test_a_data_centre_is_read_from_its_address(text: str, expected: DataCentre) -> None:
    assert data_centre(text) == expected


@pytest.mark.parametrize("text", ["", "2", "2@", "2@host", "x@host:1", "2@host:x", "@host:1"])
def test_another_address_names_the_setting(text: str) -> None:
    with pytest.raises(AccessError) as caught:
        data_centre(text)

    assert caught.value.setting == "TELEGRAM_DC"


def test_a_proxy_is_read_with_its_login() -> None:
    options = proxy_options("socks5://ann:p%40ss@proxy.example:1080")

    assert options == {
        "proxy_type": "socks5",
        "addr": "proxy.example",
        "port": 1080,
        "username": "ann",
        "password": "p@ss",
        "rdns": True,
    }


def test_a_proxy_needs_no_login() -> None:
    options = proxy_options("http://127.0.0.1:3128")

    assert options["proxy_type"] == "http"
    assert options["username"] is None
    assert options["password"] is None


@pytest.mark.parametrize(
    "url",
    ["", "host:1", "ftp://host:1", "socks5://", "socks5://host", "http://h:99999", "http://["],
)
def test_a_bad_proxy_names_the_setting_and_not_its_value(url: str) -> None:
    with pytest.raises(AccessError) as caught:
        proxy_options(url)

    assert caught.value.setting == "TELEGRAM_PROXY"
    assert not url or url not in str(caught.value)


def test_a_server_key_may_come_in_either_form() -> None:
    pem = published_key().pem
    key = load_pem_public_key(pem.encode())
    other = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    assert other != pem
    assert server_key(pem).strip() == server_key(other).strip()
    assert "BEGIN RSA PUBLIC KEY" in server_key(other)


def test_what_is_no_rsa_key_names_the_setting() -> None:
    curve = generate_private_key(SECP256R1()).public_key()
    other = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for pem in ("", "nonsense", other):
        with pytest.raises(AccessError) as caught:
            server_key(pem)

        assert caught.value.setting == "TELEGRAM_DC_KEY"


def test_secrets_do_not_show_in_a_representation() -> None:
    shown = repr(Access(1, "secret", proxy="socks5://ann:secret@host:1"))

    assert "secret" not in shown
