"""A desk that means harm: what it says reaches the terminal of whoever uses a verb, and must not
move its cursor, set its title, turn its writing round or hide in it."""

import os
import socket
import subprocess
import tempfile
import threading

import msgpack
import pytest

from desk import PATIENCE, Desk

TTYDESK = os.environ.get("TTYDESK", "build/tui/ttydesk")
EVIL = ["\x1b]0;title\x07", "\x1b[31m", "\u009b31m", "\u202e", "\u2028", "\x7f", "\r\n", "\x07",
        "\ufeff", "\u200b", "\u00ad", "\U000e0041", "a" + "\u0300" * 30]
HARMLESS = {chr(code) for code in range(0x20, 0x7f)} | {"\n"}


@pytest.fixture(scope="module", name="hello")
def fixture_hello():
    """How a decent desk greets."""
    with Desk() as desk:
        desk.start()
        with desk.connect() as client:
            return client.hello


def greet_badly(number, method, hello, words):
    del method, hello
    yield [1, number, {"code": "internal", "message": words}, None]


def refuse_badly(number, method, hello, words):
    if method == "hello":
        yield [1, number, None, hello]
    else:
        yield [1, number, {"code": "internal", "message": words, "field": words}, None]


def leave_badly(number, method, hello, words):
    if method == "hello":
        yield [1, number, None, hello]
    else:
        yield [2, "bye", [{"code": "internal", "message": words}]]
        yield None


def serve(listener, answers, hello, words):
    """One client after the other, until the listener is closed."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        unpacker = msgpack.Unpacker(raw=False)
        with client:
            try:
                while data := client.recv(65536):
                    unpacker.feed(data)
                    for _, number, method, _ in unpacker:
                        for answer in answers(number, method, hello, words):
                            if answer is None:
                                client.shutdown(socket.SHUT_RDWR)
                            else:
                                client.sendall(msgpack.packb(answer))
            except OSError:
                pass


@pytest.mark.parametrize("answers", [greet_badly, refuse_badly, leave_badly])
def test_words_of_the_desk_are_filtered(answers, hello):
    for evil in EVIL:
        with tempfile.TemporaryDirectory() as folder, \
                socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            path = os.path.join(folder, "s")
            listener.bind(path)
            listener.listen()
            threading.Thread(target=serve, args=(listener, answers, hello, f"begin{evil}end"),
                             daemon=True).start()
            said = subprocess.run(
                [TTYDESK, "login", "anna", "--server", f"unix:{path}", "--password-stdin"],
                input=b"violet tractor umbrella\n", capture_output=True, timeout=PATIENCE,
                check=False, env={**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder,
                                  "XDG_STATE_HOME": folder})
            listener.shutdown(socket.SHUT_RDWR)
        shown = (said.stdout + said.stderr).decode("utf-8", "surrogateescape")
        assert said.returncode == 1 and shown.startswith("ttydesk login: ")
        assert set(shown) <= HARMLESS, (evil, shown)
        assert shown.count("\n") == 1
