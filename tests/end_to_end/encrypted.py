"""The client of desk.py over TCP: the same objects inside the channel of noise_client.py, which is
written from docs/protocol.md and the Noise specification alone."""

import socket

from desk import PASSWORD, PATIENCE, Client
from noise_client import CLOSE, DATA, PADDING_SECRET, PLAIN_MAX, Channel, SocketStream

SECRETS = {"password", "password_again", "old_password", "token", "code", "device_token"}


class EncryptedClient(Client):
    """One connection to (host, port); `pin` is the desk's fingerprint, None takes any key."""

    def __init__(self, address, pin=None, hello=True):
        self.pin = pin
        self.channel = None
        self.secret = False
        super().__init__(address, hello=hello)

    def _connect(self, path, user):
        sock = socket.create_connection(path, timeout=PATIENCE)
        self.channel = Channel.client(SocketStream(sock), self.pin)
        return sock

    def send_bytes(self, data):
        part = PLAIN_MAX - 3
        part -= part % PADDING_SECRET  # padded it still fits
        for start in range(0, len(data), part):
            self.channel.send(DATA, data[start:start + part], self.secret)

    def send(self, method, **fields):
        self.secret = bool(SECRETS & set(fields))
        try:
            return super().send(method, **fields)
        finally:
            self.secret = False

    def receive_bytes(self):
        while True:
            kind, data = self.channel.receive()
            if kind == CLOSE:
                return b""
            if kind == DATA:
                return data

    def wait_closed(self):
        """Also a lost line is an end; True when the desk said goodbye first."""
        try:
            super().wait_closed()
            return True
        except ConnectionError:
            return False

    def login(self, name, password=PASSWORD):
        result = super().login(name, password)
        self.channel.signed_in = True
        return result

    def resume(self, token):
        result = super().resume(token)
        self.channel.signed_in = True
        return result


def connect(desk, pin=True, hello=True):
    """To the desk's TCP port, with its key pinned."""
    return EncryptedClient(("127.0.0.1", desk.port), desk.fingerprint if pin else None, hello)


# How to get in, by name: for tests that have to hold on both ways.
WAYS = {"unix": lambda desk: desk.connect(), "tcp": connect}
