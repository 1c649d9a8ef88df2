"""Two implementations that know nothing of each other must understand each other: the C link and
tests/end_to_end/noise_client.py, each once as client and once as server."""
import os
import pathlib
import socket
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "end_to_end"))
import noise_client  # noqa: E402
from noise_client import Channel, Client, Violation  # noqa: E402

PEER = os.environ["TTYDESK_LINK_PEER"]
HOST_KEY = bytes([0x77]) + bytes(31)
VECTORS = pathlib.Path(__file__).parent / "vectors" / "noise.txt"


class Peer:
    """link_peer at the other end of a socket."""

    def __init__(self, side):
        ours, theirs = socket.socketpair()
        ours.settimeout(60)
        self.stream = noise_client.SocketStream(ours)
        self.process = subprocess.Popen([PEER, side], stdin=theirs, stdout=theirs,
                                        stderr=subprocess.PIPE, text=True)
        theirs.close()

    def hello_line(self):
        """What it says of the handshake: hash, server's key."""
        return [bytes.fromhex(word) for word in self.process.stderr.readline().split()]

    def finish(self):
        self.stream.close()
        self.process.stderr.close()
        return self.process.wait(60)


@pytest.fixture(params=["server", "client"])
def peer(request):
    """A C peer, and our client object talking to it whatever its side is."""
    it = Peer(request.param)
    it.side = request.param
    if request.param == "server":
        it.channel = Channel.client(it.stream)
    else:
        it.channel = Channel.server(it.stream, HOST_KEY)
    it.client = Client(it.channel)
    yield it
    it.process.kill()
    it.finish()


def test_both_derive_the_same_hash_and_key(peer):
    """Channel binding works only if h is the same on both sides."""
    handshake_hash, server_key = peer.hello_line()
    assert peer.channel.handshake_hash == handshake_hash
    assert peer.channel.server_key == noise_client.public_key(HOST_KEY)
    assert peer.channel.payload == {"protocol": 1}
    if peer.side == "client":
        assert server_key == noise_client.public_key(HOST_KEY)


def test_objects_of_every_length_come_back(peer):
    """Lengths around the edges of padding and of records are where implementations differ."""
    for length in (0, 1, 55, 56, 57, 58, 59, 60, 500, 506, 507, 508, 509, 16370, 16378, 16379,
                   16380, 16381, 32762, 100_000):
        value = bytes(range(256)) * (length // 256 + 1)
        peer.client.send_object(value[:length])
        assert peer.client.receive_object() == value[:length]


def test_many_objects_pass_two_rekeyings(peer):
    """The vectors never rekey: here two implementations have to do it at the same record."""
    for number in range(2 * noise_client.REKEY_RECORDS + 10):
        peer.client.send_object(number)
        assert peer.client.receive_object() == number
    assert peer.channel.sending.nonce > 2 * noise_client.REKEY_RECORDS


def test_padding_narrows_after_sign_in(peer):
    """nil stands for the successful sign-in: its own record is still wide, the next is narrow."""
    peer.client.send_object(None)
    assert len(noise_client.read_exactly(peer.stream, 2 + 512 + 16)) == 530
    peer.channel.receiving.nonce += 1
    peer.client.send_object(7)
    sealed = noise_client.read_message(peer.stream)
    assert len(sealed) == 64 + 16
    assert peer.channel.receiving.decrypt(sealed) == b"\x00\x00\x01\x07" + bytes(60)


def test_keepalives_are_answered_by_a_server(peer):
    """A client's keepalive comes back; a server's does not, so the two never chase each other."""
    peer.client.keepalive()
    if peer.side == "server":
        assert peer.channel.receive() == (noise_client.KEEPALIVE, b"")
    peer.client.send_object("still there")
    assert peer.client.receive_object() == "still there"


def test_both_close_records_are_understood(peer):
    """After its close record a side says nothing; both ended means a clean end."""
    peer.client.send_object(True)
    assert peer.client.receive_object() is True
    assert peer.client.receive_object() is None
    peer.channel.send(noise_client.CLOSE)
    assert peer.finish() == 0


@pytest.mark.parametrize("plain", [
    b"\x03" + bytes(63),
    b"\x00\x00\x3e" + bytes(61),
    b"\x00\x00\x01\x05\x01" + bytes(59),
    bytes(65),
    b"",
])
def test_malformed_records_end_the_connection(peer, plain):
    """Well sealed but laid out wrongly: closed at once, without a word."""
    sealed = peer.channel.sending.encrypt(plain)
    noise_client.write_message(peer.stream, sealed)
    assert peer.process.wait(60) == 2


def test_forged_record_ends_the_connection(peer):
    """One bit is enough."""
    sealed = bytearray(peer.channel.sending.encrypt(bytes(64)))
    sealed[20] ^= 1
    noise_client.write_message(peer.stream, bytes(sealed))
    assert peer.process.wait(60) == 2


def test_another_preamble_is_answered_with_silence():
    """A later version's client must not be misunderstood."""
    peer = Peer("server")
    peer.stream.write(b"TTYDESK\x02")
    assert peer.stream.read(1) == b""
    assert peer.finish() == 2


def test_an_answer_without_protocol_number_is_refused():
    """The C client demands the payload it was promised."""
    peer = Peer("client")
    Channel.server(peer.stream, HOST_KEY, payload={"other": 1})
    assert peer.process.wait(60) == 2
    peer.finish()


def test_a_wrong_pin_is_noticed():
    """The second implementation checks its pin too: by key and by fingerprint."""
    peer = Peer("server")
    with pytest.raises(Violation):
        Channel.client(peer.stream, pin=bytes(32))
    peer.finish()
    peer = Peer("server")
    key = noise_client.public_key(HOST_KEY)
    assert Channel.client(peer.stream, pin=noise_client.fingerprint(key)).server_key == key
    peer.finish()


def test_the_second_implementation_reproduces_the_nx_vector():
    """Were it wrong in the same way as ours, both would agree; so it is held to the vectors too."""
    vector, messages = {}, []
    inside = False
    for line in VECTORS.read_text().splitlines():
        words = line.split()
        if words[0] == "protocol":
            inside = words[1].startswith("Noise_NX_")
        elif inside and words[0] == "message":
            messages.append(tuple(bytes.fromhex(word) for word in words[1:]))
        elif inside and len(words) == 2:
            vector[words[0]] = bytes.fromhex(words[1])
    e, s = vector["resp_ephemeral"], vector["resp_static"]
    state = noise_client.Symmetric(vector["resp_prologue"])
    re = messages[0][1][:32]
    assert re == noise_client.public_key(vector["init_ephemeral"])
    state.mix_hash(re)
    assert state.decrypt_and_hash(messages[0][1][32:]) == messages[0][0]
    answer = noise_client.public_key(e)
    state.mix_hash(answer)
    state.mix_key(noise_client.dh(e, re))
    answer += state.encrypt_and_hash(noise_client.public_key(s))
    state.mix_key(noise_client.dh(s, re))
    answer += state.encrypt_and_hash(messages[1][0])
    assert answer == messages[1][1]
    assert state.hash == vector["handshake_hash"]
    ciphers = state.split()
    for number, (payload, ciphertext) in enumerate(messages[2:]):
        assert ciphers[number % 2].encrypt(payload) == ciphertext
