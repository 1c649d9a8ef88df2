"""The same desk over TCP, through a second implementation of the channel."""

import socket

import pytest

import noise_client
from desk import PASSWORD, PATIENCE, Desk, operation


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0


def connect(desk, pin=None):
    client = noise_client.Client.connect("localhost", desk.port, pin, timeout_s=PATIENCE)
    client.request("hello", {"protocol": 1, "client": "tests"})
    return client


def test_ticket_is_opened_over_the_encrypted_connection(desk):
    client = connect(desk)
    client.request("account.register", {
        "operation": operation(), "name": "remote", "email": "r@example.org",
        "password": PASSWORD}, secret=True)
    client.sign_in("account.login", {"name": "remote", "password": PASSWORD})
    number = client.request("ticket.create", {
        "operation": operation(), "title": "From afar", "problem": "p" * 40000,
        "kind": "software"})["number"]
    assert client.request("ticket.get", {"number": number})["problem"] == "p" * 40000
    client.close()


def test_fingerprint_that_init_prints_is_the_one_served():
    with Desk() as desk:
        desk.start()
        printed = desk.fingerprint
        client = noise_client.Client.connect("localhost", desk.port, timeout_s=PATIENCE)
        assert noise_client.fingerprint(client.channel.server_key) == printed
        assert desk.stop() == 0


def test_nobody_is_the_console_over_tcp(desk):
    client = connect(desk)
    with pytest.raises(noise_client.RequestFailed, match="not_signed_in"):
        client.request("admin.account_list")


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"TTYDESK\x02" + bytes(40),
                                  b"\x94\x00\x01\xa3api\x91\x80"],
                         ids=["http", "another version", "plain request"])
def test_garbage_is_closed_without_a_word(desk, junk):
    with socket.create_connection(("localhost", desk.port), timeout=PATIENCE) as raw:
        raw.sendall(junk)
        try:
            assert raw.recv(100) == b""
        except ConnectionResetError:
            pass
    assert connect(desk).request("api")["methods"]


def test_shutdown_is_said_inside_the_channel():
    with Desk() as desk:
        desk.start()
        client = connect(desk)
        desk.process.terminate()
        assert client.next_notification()[1]["code"] == "shutting_down"
        assert client.receive_object() is None  # the close record, not a torn stream
        client.close()
        assert desk.process.wait(PATIENCE) == 0
        desk.process = None
