"""Garbage and crowds: wrong bytes end their own connection and nothing else, and the desk needs no
more memory than its limits say."""

import os
import random
import socket
import struct

import msgpack
import pytest

from desk import NOBODY, Closed, Desk, Refused
from encrypted import connect
from noise_client import PREAMBLE, generate_private, public_key

SEED = int(os.environ.get("GARBAGE_SEED", str(random.randrange(2**32))))
MEMORY_GROWTH_KIB = 64 * 1024
BIG = 2**32 - 1
BOMBS = {
    "array of 2^32": b"\xdd" + struct.pack(">I", BIG),
    "map of 2^32": b"\xdf" + struct.pack(">I", BIG),
    "string of 2^32": b"\xdb" + struct.pack(">I", BIG) + b"x" * 1000,
    "bytes of 2^32": b"\xc6" + struct.pack(">I", BIG) + b"x" * 1000,
    "arrays in arrays": b"\x91" * 100000,
    "maps in maps": b"\x81\xa1a" * 100000,
    "many small values": b"\xdd" + struct.pack(">I", 100000) + b"\xc0" * 100000,
    "wide arrays inside each other": (b"\xdd" + struct.pack(">I", BIG)) * 1000,
    "many pairs": msgpack.packb([0, 1, "hello", [{str(n): 1 for n in range(300)}]]),
    "a megabyte": msgpack.packb([0, 1, "hello", [{"client": "x" * 1000000}]]),
    "extension": msgpack.packb([0, 1, "hello", [{"protocol": msgpack.ExtType(5, b"x")}]]),
    "timestamp": msgpack.packb([0, 1, "hello", [{"protocol": msgpack.Timestamp(1)}]]),
    "number as key": msgpack.packb([0, 1, "hello", [{1: 2}]]),
    "never used byte": b"\xc1",
}


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.start()
        desk.user("mallory").close()
        desk.memory_kib = memory_kib(desk)
        yield desk
        desk.connect().call("api")
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(scope="module", name="witness")
def fixture_witness(desk):
    """Somebody who only wants to work."""
    client = connect(desk)
    desk.user("witness", client)
    return client


def memory_kib(desk):
    with open(f"/proc/{desk.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def raw(desk):
    """A TCP connection that has said nothing."""
    return socket.create_connection(("127.0.0.1", desk.port), timeout=60)


def silence(sock):
    """Reads to the end: nothing is said to somebody who does not speak the protocol."""
    try:
        return sock.recv(4096)
    except ConnectionResetError:
        return b""


def send(client, data):
    """The desk may close while we still talk."""
    try:
        client.send_bytes(data)
        client.wait_closed()
    except (Closed, OSError):
        pass


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("way", ["unix", "tcp"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "signed in"])
def test_bomb_ends_only_its_own_connection(desk, witness, name, way, signed_in):
    """Also from somebody with a password."""
    client = connect(desk) if way == "tcp" else desk.connect(None if signed_in else NOBODY)
    if signed_in:
        client.login("mallory")
    send(client, BOMBS[name])
    client.close()
    assert witness.ticket()
    assert memory_kib(desk) < desk.memory_kib + MEMORY_GROWTH_KIB


def test_random_bytes_end_only_their_own_connection(desk, witness, capsys):
    with capsys.disabled():
        print(f"seed {SEED}")
    chance = random.Random(SEED)
    good = msgpack.packb([0, 1, "account.login", [{"name": "a", "password": "b"}]])
    for turn in range(300):
        data = bytearray(good) if turn % 2 else bytearray(chance.randbytes(chance.randrange(1, 99)))
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        client = desk.connect(hello=False)
        client.send_bytes(data)
        client.close()
        with raw(desk) as sock:
            sock.sendall(data)
    assert witness.ticket()


def test_text_that_could_reach_a_terminal_is_refused(witness):
    """Before it is stored, so that no client can be hurt by it."""
    payloads = ["\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\x07", "\x00", "a\u202eb", "a\u2066b",
                "\u2028", "\U000e0041", "\ufffe", "e" + "\u0301" * 9, "\x7f", "\x85"]
    for payload in payloads:
        for fields in ({"title": payload, "problem": "p"}, {"title": "t", "problem": payload}):
            error = witness.refusal_of("ticket.create", kind="hardware", **fields)
            assert error["code"] == "invalid_field", (payload, error)
    request = msgpack.packb([0, 7, "account.get", [{"name": "NAME"}]])
    for data in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xe2\x82"):
        witness.send_bytes(request.replace(b"\xa4NAME", bytes([0xa0 + len(data)]) + data))
        with pytest.raises(Refused, match="invalid_field"):
            witness.wait(7)


# The handshake

def test_wrong_greeting_is_closed_at_its_first_wrong_byte(desk, witness):
    """Other protocols' first words, and ours with one byte changed at every place that has only one
    right value: closed at once, without an answer, and before the rest came."""
    greeting = PREAMBLE + b"\x00\x20" + public_key(generate_private())
    for place in range(len(PREAMBLE) + 2):
        with raw(desk) as sock:
            sock.sendall(greeting[:place] + bytes([greeting[place] ^ 1]))
            assert silence(sock) == b""
    for words in (b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x02\x00\x01",
                  b"\0" * 50, b"TTYDESK\x02\x00\x20" + bytes(32)):
        with raw(desk) as sock:
            sock.sendall(words)
            assert silence(sock) == b""
    assert witness.ticket()


def test_public_keys_of_low_order_are_refused(desk):
    """With them an eavesdropper would know the keys."""
    p = 2**255 - 19
    points = [0, 1, p - 1, p, p + 1,
              325606250916557431795983626356110631294008115727848805560023387167927233504,
              39382357235489614581723060781553021112529911719440698176882885853963445705823]
    for point in points:
        with raw(desk) as sock:
            sock.sendall(PREAMBLE + b"\x00\x20" + point.to_bytes(32, "little"))
            assert silence(sock) == b"", point


def test_half_a_handshake_is_given_up_after_its_time():
    """Held open at every length from nothing to all but the last byte, while others work."""
    greeting = PREAMBLE + b"\x00\x20" + public_key(generate_private())
    with Desk(limits={"handshake_timeout": "1s", "unauthenticated_drop_from": 200}) as desk:
        desk.start()
        witness = connect(desk)
        desk.user("witness", witness)
        held = []
        for length in range(len(greeting)):
            held.append(raw(desk))
            held[-1].sendall(greeting[:length])
        assert witness.ticket()
        assert all(silence(sock) == b"" for sock in held)
        assert witness.ticket()
        assert connect(desk).call("api")["methods"]
        assert desk.stop() == 0


def test_record_that_was_tampered_with_ends_the_line(desk, witness):
    """One bit anywhere; what came before it was authentic and stays done."""
    for place in (0, 1, 2, 40, -1):
        client = connect(desk)
        client.login("mallory")
        sealed = []
        client.channel.stream.write, real = sealed.append, client.channel.stream.write
        client.send("ticket.create", operation=os.urandom(16), title="Forged", problem="p",
                    kind="software")
        data = bytearray(b"".join(sealed))
        data[place] ^= 1
        client.channel.stream.write = real
        client.socket.sendall(data)
        client.socket.shutdown(socket.SHUT_WR)
        assert not client.wait_closed(), "goodbye is said to friends"
        client.close()
    with desk.connect() as client:
        client.login("mallory")
        assert not client.call("ticket.list", title="Forged")["tickets"]
    assert witness.ticket()


# Many of them

def test_two_hundred_idle_strangers_keep_nobody_out(desk, witness):
    """Some are refused by chance, all in all there are never more than the limit, and whoever
    wants to work gets in."""
    held, refused = [], 0
    for _ in range(200):
        sock = raw(desk)
        sock.sendall(PREAMBLE)
        held.append(sock)
    for _ in range(40):
        assert witness.ticket()
        try:
            client = connect(desk)
            client.login("mallory")
            assert client.ticket()
            client.call("account.logout")
            client.close()
        except (Closed, OSError):
            refused += 1
    assert refused < 40
    for sock in held:
        sock.close()
    assert connect(desk).call("api")["methods"]


def test_flood_of_sign_ins_is_answered_or_put_off_while_others_work(desk, witness):
    """Argon2 is dear; it may not be made to cost everybody else's time."""
    strangers = [connect(desk) for _ in range(20)]
    waiting = [(client, client.send("account.login", name=f"nobody{index}", password="x" * 12))
               for index, client in enumerate(strangers) for _ in range(4)]
    assert witness.ticket()
    codes = set()
    for client, number in waiting:
        try:
            client.wait(number)
        except Closed:
            codes.add("closed")
        except Refused as refused:
            codes.add(refused.code)
    assert "auth_failed" in codes and codes <= {"auth_failed", "busy", "throttled", "closed"}
    assert witness.ticket()


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
