"""A request that does not come to its end holds memory: it has a deadline of its own."""

import select

import msgpack
import pytest

from desk import Desk

REQUEST = msgpack.packb([0, 7, "account.get", [{}]])

# The beginning of a request with a text of 16,384 bytes, and none of them.
LONG_REQUEST = (b"\x94" + msgpack.packb(0) + msgpack.packb(7) + msgpack.packb("account.update") +
                b"\x91\x81" + msgpack.packb("display_name") + b"\xda\x40\x00")


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk(limits={"request_timeout": "1s"}) as desk:
        desk.start()
        yield desk
        assert desk.stop() == 0


def assert_given_up(client):
    bye = client.note("bye")
    assert bye["code"] == "protocol_violation" and "took too long" in bye["message"]
    client.wait_closed()


def test_half_a_request_is_given_up(desk):
    with desk.user("ann") as client:
        client.send_bytes(REQUEST[:-1])
        assert_given_up(client)


def test_one_byte_now_and_then_does_not_extend_the_time(desk):
    with desk.user("bob") as client, desk.connect() as other:
        client.send_bytes(LONG_REQUEST)
        while not select.select([client.socket], [], [], 0.1)[0]:
            client.send_bytes(b"a")
            assert "protocol" in other.call("api"), "nobody else waits for it"
        assert_given_up(client)


def test_a_request_in_pieces_is_answered(desk):
    """What has come in whole has no deadline any more."""
    with desk.user("cid") as client:
        for _ in range(3):
            for index in range(len(REQUEST)):
                client.send_bytes(REQUEST[index:index + 1])
            client.wait(7)
        # Longer than the deadline, without a request on its way.
        assert not select.select([client.socket], [], [], 1.5)[0]
        assert client.call("account.get")["account"]["name"] == "cid"
