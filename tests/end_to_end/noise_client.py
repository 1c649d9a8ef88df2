"""A second implementation of ttydesk's transport, written from docs/protocol.md and the Noise
specification, revision 34, and from nothing else: Noise_NX_25519_ChaChaPoly_BLAKE2b, records, and
msgpack-RPC above them. Tests use it as a foreign client; it also plays the server.

    client = Client.connect("127.0.0.1", 7413)
    client.request("hello", {"protocol": 1, "client": "test"})
    client.close()
"""
import base64
import hashlib
import hmac
import os
import socket
import struct

import msgpack
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREAMBLE = b"TTYDESK\x01"
PROTOCOL_NAME = b"Noise_NX_25519_ChaChaPoly_BLAKE2b"
DATA, KEEPALIVE, CLOSE = 0, 1, 2
PADDING, PADDING_SECRET = 64, 512
PLAIN_MAX = 16384
REKEY_RECORDS = 1024


class Violation(Exception):
    """The other side does not follow the protocol, or somebody on the way changed its bytes."""


class RequestFailed(Exception):
    """The server's answer was an error."""

    def __init__(self, error):
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.error = error
        self.code = error.get("code")


# Noise, sections 4 and 12

def public_key(private):
    key = X25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def dh(private, public):
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise Violation("public key of low order") from error


def generate_private():
    return os.urandom(32)


def blake2b(data):
    return hashlib.blake2b(data).digest()


def hkdf(chaining_key, material):
    def code(key, data):
        return hmac.new(key, data, hashlib.blake2b).digest()

    temporary = code(chaining_key, material)
    first = code(temporary, b"\x01")
    return first, code(temporary, first + b"\x02")


def fingerprint(key):
    digest = hashlib.blake2b(key, digest_size=32).digest()
    return "TD1:" + base64.b64encode(digest).decode().rstrip("=")


class Cipher:
    """CipherState, section 5.1."""

    def __init__(self, key):
        self.key = key
        self.nonce = 0

    @staticmethod
    def _nonce(number):
        return bytes(4) + struct.pack("<Q", number)

    def encrypt(self, plain, ad=b""):
        sealed = ChaCha20Poly1305(self.key).encrypt(self._nonce(self.nonce), plain, ad)
        self.nonce += 1
        return sealed

    def decrypt(self, sealed, ad=b""):
        try:
            plain = ChaCha20Poly1305(self.key).decrypt(self._nonce(self.nonce), sealed, ad)
        except InvalidTag as error:
            raise Violation("forged") from error
        self.nonce += 1
        return plain

    def rekey(self):
        sealed = ChaCha20Poly1305(self.key).encrypt(self._nonce(2**64 - 1), bytes(32), b"")
        self.key = sealed[:32]


class Symmetric:
    """SymmetricState, section 5.2."""

    def __init__(self, prologue):
        self.hash = PROTOCOL_NAME.ljust(64, b"\0")
        self.chaining_key = self.hash
        self.cipher = None
        self.mix_hash(prologue)

    def mix_hash(self, data):
        self.hash = blake2b(self.hash + data)

    def mix_key(self, material):
        self.chaining_key, key = hkdf(self.chaining_key, material)
        self.cipher = Cipher(key[:32])

    def encrypt_and_hash(self, plain):
        sealed = plain if self.cipher is None else self.cipher.encrypt(plain, self.hash)
        self.mix_hash(sealed)
        return sealed

    def decrypt_and_hash(self, sealed):
        plain = sealed if self.cipher is None else self.cipher.decrypt(sealed, self.hash)
        self.mix_hash(sealed)
        return plain

    def split(self):
        first, second = hkdf(self.chaining_key, b"")
        return Cipher(first[:32]), Cipher(second[:32])


# The stream below: anything with read(n), which returns at most n bytes, and write(bytes)

class SocketStream:
    def __init__(self, sock):
        self.socket = sock

    def read(self, length):
        return self.socket.recv(length)

    def write(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()

    def finish(self):
        """Half-closes and drains: a reset could destroy what the other side has not read yet."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(2)
            while self.socket.recv(65536):
                pass
        except OSError:
            pass
        self.socket.close()


def read_exactly(stream, length):
    data = b""
    while len(data) < length:
        part = stream.read(length - len(data))
        if not part:
            raise ConnectionError("the stream ended without a close record")
        data += part
    return data


def write_message(stream, message):
    stream.write(struct.pack(">H", len(message)) + message)


def read_message(stream):
    return read_exactly(stream, struct.unpack(">H", read_exactly(stream, 2))[0])


class Channel:
    """Records over a stream, after the handshake of either side."""

    def __init__(self, stream, sending, receiving, handshake_hash, server_key, payload):
        self.stream = stream
        self.sending = sending
        self.receiving = receiving
        self.handshake_hash = handshake_hash
        self.server_key = server_key
        self.payload = payload
        self.signed_in = False  # ends the wide padding

    @classmethod
    def client(cls, stream, pin=None, ephemeral=None):
        """-> e, then <- e, ee, s, es. `pin` is the server's key or its fingerprint."""
        e = ephemeral or generate_private()
        state = Symmetric(PREAMBLE)
        state.mix_hash(public_key(e))
        stream.write(PREAMBLE)
        write_message(stream, public_key(e) + state.encrypt_and_hash(b""))

        message = read_message(stream)
        if not 96 <= len(message) <= 96 + 512:
            raise Violation(f"an answer of {len(message)} bytes")
        re = message[:32]
        state.mix_hash(re)
        state.mix_key(dh(e, re))
        rs = state.decrypt_and_hash(message[32:80])
        state.mix_key(dh(e, rs))
        payload = state.decrypt_and_hash(message[80:])
        if pin is not None and pin not in (rs, fingerprint(rs)):
            raise Violation(f"another host key: {fingerprint(rs)}")
        sending, receiving = state.split()
        return cls(stream, sending, receiving, state.hash, rs, msgpack.unpackb(payload))

    @classmethod
    def server(cls, stream, s, payload=None, ephemeral=None):
        """The other side of the same."""
        e = ephemeral or generate_private()
        if read_exactly(stream, len(PREAMBLE)) != PREAMBLE:
            raise Violation("another preamble")
        message = read_message(stream)
        if len(message) != 32:
            raise Violation(f"a greeting of {len(message)} bytes")
        state = Symmetric(PREAMBLE)
        re = message
        state.mix_hash(re)
        state.decrypt_and_hash(b"")

        payload = {"protocol": 1} if payload is None else payload
        state.mix_hash(public_key(e))
        state.mix_key(dh(e, re))
        sealed_s = state.encrypt_and_hash(public_key(s))
        state.mix_key(dh(s, re))
        sealed_payload = state.encrypt_and_hash(msgpack.packb(payload))
        write_message(stream, public_key(e) + sealed_s + sealed_payload)
        receiving, sending = state.split()
        return cls(stream, sending, receiving, state.hash, public_key(s), payload)

    def send(self, kind, data=b"", secret=False):
        """One record; `data` is at most 16,381 bytes."""
        padding = PADDING_SECRET if secret or not self.signed_in else PADDING
        plain = struct.pack(">BH", kind, len(data)) + data
        plain += bytes(-len(plain) % padding)
        if len(plain) > PLAIN_MAX:
            raise ValueError("too long for one record")
        if self.sending.nonce and self.sending.nonce % REKEY_RECORDS == 0:
            self.sending.rekey()
        write_message(self.stream, self.sending.encrypt(plain))

    def receive(self):
        """The next record: (kind, data)."""
        sealed = read_message(self.stream)
        if not 80 <= len(sealed) <= PLAIN_MAX + 16 or (len(sealed) - 16) % 64:
            raise Violation(f"a record of {len(sealed)} bytes")
        if self.receiving.nonce and self.receiving.nonce % REKEY_RECORDS == 0:
            self.receiving.rekey()
        plain = self.receiving.decrypt(sealed)
        kind, length = struct.unpack(">BH", plain[:3])
        if kind > CLOSE or length > len(plain) - 3 or any(plain[3 + length:]):
            raise Violation("a malformed record")
        return kind, plain[3:3 + length]


class Plain:
    """The Unix socket: the same objects without records; its end is never clean."""

    def __init__(self, stream):
        self.stream = stream
        self.signed_in = False

    def send(self, kind, data=b"", secret=False):
        del secret  # nothing is padded here
        if kind == DATA:
            self.stream.write(data)

    def receive(self):
        data = self.stream.read(65536)
        if not data:
            raise ConnectionError("the stream ended")
        return DATA, data


class Client:
    """msgpack-RPC over a channel: requests are answered one at a time, notifications collected."""

    def __init__(self, channel):
        self.channel = channel
        self.unpacker = msgpack.Unpacker(max_buffer_size=64 * 1024 * 1024)
        self.notifications = []
        self.peer_closed = False
        self.next_id = 0

    @classmethod
    def connect(cls, host, port, pin=None, timeout_s=30):
        sock = socket.create_connection((host, port), timeout=timeout_s)
        return cls(Channel.client(SocketStream(sock), pin))

    @classmethod
    def connect_unix(cls, path, timeout_s=30):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(timeout_s)
        sock.connect(str(path))
        return cls(Plain(SocketStream(sock)))

    def send_object(self, value, secret=False):
        data = msgpack.packb(value)
        part = PLAIN_MAX - 3
        for start in range(0, len(data), part):
            self.channel.send(DATA, data[start:start + part], secret)

    def receive_object(self):
        """The next object; None once the other side has closed."""
        while True:
            try:
                return self.unpacker.unpack()
            except msgpack.OutOfData:
                pass
            kind, data = self.channel.receive()
            if kind == CLOSE:
                self.peer_closed = True
                return None
            if kind == DATA:
                self.unpacker.feed(data)

    def request(self, method, params=None, secret=False):
        """The result; an error is raised as RequestFailed."""
        self.next_id += 1
        self.send_object([0, self.next_id, method, [params or {}]], secret)
        while True:
            value = self.receive_object()
            if value is None:
                raise ConnectionError("closed before the reply")
            if value[0] == 2:
                self.notifications.append((value[1], value[2][0]))
                continue
            if value[0] != 1 or value[1] != self.next_id:
                raise Violation(f"an unexpected message: {value!r}")
            if value[2] is not None:
                raise RequestFailed(value[2])
            return value[3]

    def sign_in(self, method, params):
        """A request whose success signs in: from then on records are padded to 64."""
        result = self.request(method, params, secret=True)
        self.channel.signed_in = True
        return result

    def next_notification(self):
        """(method, params) of the next one; waits for it."""
        while not self.notifications:
            value = self.receive_object()
            if value is None:
                raise ConnectionError("closed")
            if value[0] != 2:
                raise Violation(f"an unexpected message: {value!r}")
            self.notifications.append((value[1], value[2][0]))
        return self.notifications.pop(0)

    def keepalive(self):
        self.channel.send(KEEPALIVE)

    def close(self):
        """Says goodbye and ends the stream."""
        try:
            self.channel.send(CLOSE)
        except OSError:
            pass
        self.channel.stream.finish()
