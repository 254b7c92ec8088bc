"""Which proxy the environment names for an address."""

import pytest

from bot.proxy import proxy_for

TELEGRAM = "https://api.telegram.org/bot1:token"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "request_method"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_a_setting_there_is_none() -> None:
    assert proxy_for(TELEGRAM) is None


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_scheme_is_taken(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://other:1")
    monkeypatch.setenv(name, "http://proxy:3128")
    assert proxy_for(TELEGRAM) == "http://proxy:3128"


def test_a_proxy_without_a_scheme_speaks_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy:3128")
    assert proxy_for(TELEGRAM) == "http://proxy:3128"


@pytest.mark.parametrize("none", ["*", "telegram.org", "example.org, api.telegram.org"])
def test_exceptions_go_straight(monkeypatch: pytest.MonkeyPatch, none: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", none)
    assert proxy_for(TELEGRAM) is None


@pytest.mark.parametrize("address", ["http://127.0.0.1:8081", "http://localhost/api", "http://[::1]:80/"])
def test_this_machine_is_never_behind_a_proxy(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    assert proxy_for(address) is None
