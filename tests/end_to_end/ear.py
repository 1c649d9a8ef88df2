"""Stands between a verb and the desk and hears everything the desk says in clear, also over TCP: it
has the desk's own key and so may stand in for it. The daemon behind it may die and come back."""

import os
import socket
import threading

from desk import PATIENCE
from noise_client import DATA, Channel, Plain, SocketStream


class Ear:
    """Listens at `address`; every line is passed on to the desk by the same way."""

    def __init__(self, desk, way):
        self.desk = desk
        self.heard = bytearray()  # what the desk said, without its envelopes
        self.said = bytearray()   # what the client said
        if way == "tcp":
            with open(os.path.join(desk.data, "host.key"), "rb") as file:
                self.key = file.read()
            self.listener = socket.create_server(("127.0.0.1", 0))
            port = self.listener.getsockname()[1]
            self.address = f"ttydesk://127.0.0.1:{port}#{desk.fingerprint}"
        else:
            self.key = None
            path = os.path.join(desk.folder, f"ear{self.listeners()}")
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(path)
            self.listener.listen()
            self.address = f"unix:{path}"
        threading.Thread(target=self._accept, daemon=True).start()

    def listeners(self):
        """How many ears have a path in the desk's folder already."""
        return sum(name.startswith("ear") for name in os.listdir(self.desk.folder))

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _ends(self, client):
        """Both sides of a line: (towards the client, towards the desk)."""
        client.settimeout(PATIENCE)
        if self.key is None:
            desk = socket.socket(socket.AF_UNIX)
            desk.settimeout(PATIENCE)
            desk.connect(self.desk.socket)
            return Plain(SocketStream(client)), Plain(SocketStream(desk))
        desk = socket.create_connection(("127.0.0.1", self.desk.port), PATIENCE)
        return (Channel.server(SocketStream(client), self.key),
                Channel.client(SocketStream(desk), self.desk.fingerprint))

    def _serve(self, client):
        try:
            near, far = self._ends(client)
        except (OSError, ValueError):  # no daemon there at the moment
            client.close()
            return
        other = threading.Thread(target=self._pass_on, args=(near, far, self.said), daemon=True)
        other.start()
        self._pass_on(far, near, self.heard)
        other.join()
        client.close()
        far.stream.close()

    @staticmethod
    def _pass_on(source, target, recording):
        """Until one of the sides ends; the other one then learns of it."""
        try:
            while True:
                kind, data = source.receive()
                if kind == DATA:
                    recording += data
                target.send(kind, data)
        except (OSError, ValueError):
            pass
        for end in (source, target):
            try:
                end.stream.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
