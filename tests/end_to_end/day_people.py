"""The people of a day at the desk: verbs through an ear, and a connection that listens all day."""

from desk import PASSWORD
from ear import Ear
from encrypted import WAYS
from person import Person

OVER_TCP = {"bob", "dan", "eve", "sam", "sue"}


class Member(Person):
    """One of the people: verbs through an ear, and a connection that listens all day."""

    def __init__(self, desk, name):
        self.name = name
        self.way = "tcp" if name in OVER_TCP else "unix"
        self.ear = Ear(desk, self.way)
        super().__init__(desk, self.ear.address)
        self.desk, self.password = desk, PASSWORD
        self.client, self.over = None, []  # the connection, and what former ones received
        self.token = None

    def listen(self, feed):
        """Signs in on a connection; with the saved token after the daemon was killed."""
        if self.client is not None:
            self.over.append(self.client)
        self.client = WAYS[self.way](self.desk)
        if self.token is None:
            self.token = self.client.login(self.name, self.password)["token"]
        else:
            self.token = self.client.resume(self.token)["token"]
        self.client.call("feed.subscribe", feed=feed)

    def sign_in_anew(self, feed):
        self.token = None
        self.listen(feed)
        self.sign_in(self.name, self.password)

    def received(self):
        clients = self.over + ([self.client] if self.client else [])
        return bytes(self.ear.heard) + b"".join(bytes(client.received) for client in clients)

    def events(self):
        """Of all connections, everything the feed told."""
        clients = self.over + ([self.client] if self.client else [])
        return [note for client in clients for note in client.notes]
