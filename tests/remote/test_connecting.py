"""Addresses, headers and answers that are of no use: refused in words, before anything runs."""

from __future__ import annotations

import base64
import socket
from typing import Any

import pytest
from scorefield.graph.errors import InvalidWorkflow
from scorefield.remote.address import read_address
from scorefield.remote.definitions import definitions_of
from scorefield.remote.server import connect

from .played_server import PlayedServer


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("https://host/comfy/", "https://host/comfy"),
        ("http://[::1]:8188/", "http://[::1]:8188"),
        ("HTTP://Host", "http://host"),
    ],
)
def test_an_address_is_read(text: str, url: str) -> None:
    assert read_address(text) == (url, {})


def test_a_login_and_headers_go_with_every_request_and_into_no_message() -> None:
    address = read_address("http://me:p%40ss@host:1", ["X-Key:  secret "])
    login = base64.b64encode(b"me:p@ss").decode()
    assert address == ("http://host:1", {"authorization": f"Basic {login}", "x-key": "secret"})
    assert read_address("http://me:p@host", ["Authorization: Bearer x"]).headers == {
        "authorization": "Bearer x"
    }
    with pytest.raises(InvalidWorkflow) as refused:
        read_address("http://me:p4ss@host/?a=1")
    assert "p4ss" not in str(refused.value) and "host" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "ftp://host", "http://", "http://host:x", "http://h o", "http://h?a=1", "http://[::1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidWorkflow, match="write http://host:port"):
        read_address(text)


@pytest.mark.parametrize("text", ["no colon", ": x", "a b: c", "X: a\nY: b"])
def test_what_is_no_header_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidWorkflow, match="--header") as refused:
        read_address("host", [text])
    assert text not in str(refused.value)


def test_every_request_bears_the_headers(server: PlayedServer) -> None:
    connect(server.url, ["X-Key: secret"])
    assert [headers["x-key"] for headers in server.headers] == ["secret"]


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, "<html>hello</html>", "is it the address of a ComfyUI"),
        (200, "[1, 2]", "names no nodes"),
        (200, "{}", "names no nodes"),
        (404, "no such page", "there is no /object_info (HTTP 404); is it the address of a ComfyUI"),
        (401, "", "refuses us (HTTP 401); if it asks for a password or a key, give --header"),
        (502, "bad\ngateway", "answers HTTP 502: 'bad gateway'"),
        (302, "http://elsewhere/", "sends us to 'http://elsewhere/'; give that address"),
    ],
)
def test_what_answers_otherwise_is_told(server: PlayedServer, status: int, body: Any, says: str) -> None:
    server.refusal = (status, body)
    with pytest.raises(InvalidWorkflow) as refused:
        connect(server.url)
    assert says in str(refused.value) and server.url in str(refused.value)


def test_nobody_there_is_told() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(InvalidWorkflow, match=f"{url} does not answer: "):
            connect(url)


def test_something_that_speaks_no_http_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        import threading

        def hang_up() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        threading.Thread(target=hang_up).start()
        with pytest.raises(InvalidWorkflow, match="does not answer"):
            connect(f"127.0.0.1:{listening.getsockname()[1]}")


def test_definitions_say_what_the_server_says() -> None:
    info = {
        "A": {
            "input": {
                "required": {
                    "b": ["INT", {"default": 3, "min": 1}],
                    "a": [["x", "y"], {"tooltip": "Which."}],
                    "c": ["COMBO", {"options": ["p", "q"]}],
                    "d": ["IMAGE"],
                },
                "optional": {"e": ["FLOAT,LATENT"]},
                "hidden": {"f": "PROMPT"},
            },
            "input_order": {"required": ["a", "b", "c", "d"], "optional": ["e"]},
            "output": ["IMAGE", ["x", "y"]],
            "output_name": ["one"],
            "output_is_list": [True, False],
            "display_name": "An A",
            "output_node": True,
            "is_input_list": True,
        },
        "of nothing": {},
        "broken": [],
        "also broken": {"input": 5},
    }
    found = definitions_of(info)
    assert list(found) == ["A"]
    a = found["A"]
    assert (a.title, a.output_node, a.input_is_list) == ("An A", True, True)
    assert [(each.name, each.type, each.is_required) for each in a.inputs] == [
        ("a", "COMBO", True),
        ("b", "INT", True),
        ("c", "COMBO", True),
        ("d", "IMAGE", True),
        ("e", "FLOAT,LATENT", False),
    ]
    assert [each.allowed() for each in a.inputs][:3] == [("x", "y"), (), ("p", "q")]
    assert a.inputs[0].tooltip == "Which."
    assert [(each.name, each.type, each.is_list) for each in a.outputs] == [
        ("one", "IMAGE", True),
        ("COMBO", "COMBO", False),
    ]
