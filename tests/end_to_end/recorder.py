"""Stands between a client and the desk and writes down every byte of either direction."""

import base64
import os
import select
import socket
import threading


class Recorder:
    """Listens at an address of its own and passes everything on to `target`, which is a path or
    (host, port). Recordings are complete once the context is left."""

    def __init__(self, target, path=None):
        self.target = target
        self.sent = bytearray()      # by clients
        self.received = bytearray()  # by clients
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen()
        self.address = self.listener.getsockname()
        self.wake, self.waker = socket.socketpair()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _open(self):
        client, _ = self.listener.accept()
        desk = socket.socket(socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET)
        desk.connect(self.target)
        return client, desk

    def _run(self):
        """One thread for all lines; a side that ends is passed on as an end."""
        partners, recordings = {}, {}
        while True:
            for ready in select.select([self.listener, self.wake, *partners], [], [])[0]:
                if ready is self.wake:
                    return
                if ready is self.listener:
                    client, desk = self._open()
                    partners.update({client: desk, desk: client})
                    recordings.update({client: self.sent, desk: self.received})
                elif ready in partners:
                    self._pass_on(ready, partners, recordings)

    @staticmethod
    def _pass_on(ready, partners, recordings):
        try:
            data = ready.recv(65536)
            recordings[ready] += data
            if data:
                partners[ready].sendall(data)
                return
            partners[ready].shutdown(socket.SHUT_WR)
        except OSError:
            pass
        del partners[ready]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.waker.send(b"x")
        self.thread.join()
        self.listener.close()
        if isinstance(self.address, str):
            os.unlink(self.address)

    def finds(self, secret):
        """In how many ways the secret stands in what was recorded."""
        both = bytes(self.sent) + b"|" + bytes(self.received)
        lower = both.lower()
        return [form for form in forms(secret) if form in both or form.lower() in lower]


def forms(secret):
    """The bytes themselves, backwards, as hex, in UTF-16, and as base64 wherever it begins."""
    secret = secret.encode() if isinstance(secret, str) else bytes(secret)
    found = [secret, secret[::-1], secret.hex().encode(), b"\0".join(bytes([b]) for b in secret)]
    for before in range(3):  # bytes in front that share a group of three with it
        text = base64.b64encode(bytes(before) + secret)
        whole = text[-(-before * 8 // 6):len(text) - (4 if (before + len(secret)) % 3 else 0)]
        found += [whole, whole.replace(b"+", b"-").replace(b"/", b"_")]
    return found


def records(recording, greeting):
    """Lengths of the records in one direction of an encrypted line, after `greeting` bytes."""
    lengths, place = [], greeting
    while place + 2 <= len(recording):
        lengths.append(int.from_bytes(recording[place:place + 2], "big"))
        place += 2 + lengths[-1]
    assert place == len(recording), "the recording does not end with a record"
    return lengths
