"""A ledger of changes: what clients asked for, what was acknowledged, and whether the desk has each
acknowledged change exactly once. Writers go on through crashes of the daemon: they come back, sign
in with their token and repeat what was not acknowledged under the same operation id."""

import collections
import threading

from desk import PATIENCE, Closed, Refused, operation

CREATE, REPLY, UPDATE = "ticket.create", "ticket.reply", "ticket.update"
Found = collections.namedtuple("Found", "method number sequence")


class Entry:
    """One change somebody asked for. `text` is in no other one, so that it can be found again."""

    def __init__(self, method, text, fields):
        self.method = method
        self.text = text
        self.fields = {"operation": operation(), **fields}
        self.result = None  # of the acknowledgement


def check(entries, found):
    """Compares acknowledged entries with what the desk has: text -> list of Found. Gives complaints;
    none means that every acknowledged change is there exactly once, and nothing else."""
    complaints = []
    known = {entry.text: entry for entry in entries}
    for text, entry in known.items():
        places = found.get(text, [])
        if len(places) > 1:
            complaints.append(f"doubled: {entry.method} {text}: {places}")
        if entry.result is None:
            continue
        right = Found(entry.method, entry.result["number"], entry.result["sequence"])
        if not places:
            complaints.append(f"lost: {entry.method} {text}")
        elif right not in places:
            complaints.append(f"moved: {text} was {right}, is {places}")
    complaints += [f"nobody asked for: {text}" for text in found if text not in known]
    return complaints


def pages(client, method, key, **fields):
    """All items of a list that continues after the sequence of the last one."""
    while True:
        page = client.call(method, limit=200, **fields)
        yield from page[key]
        if not page["more"]:
            return
        fields["after"] = page[key][-1]["sequence"]


def look(client, tickets):
    """What the desk has, as `check` wants it; `client` sees all."""
    found = collections.defaultdict(list)
    for number in tickets:
        for message in pages(client, "ticket.messages", "messages", number=number):
            found[message["text"]].append(Found(REPLY, number, message["sequence"]))
        for entry in pages(client, "ticket.history", "entries", number=number):
            for change in entry["changes"]:
                if change["field"] == "title" and entry["what"] in (CREATE, UPDATE):
                    found[change["new"]].append(Found(entry["what"], number, entry["sequence"]))
    return found


def all_tickets(client):
    """Numbers of all tickets, found by paging through the list."""
    fields, numbers = {}, []
    while True:
        page = client.call("ticket.list", limit=200, **fields)
        numbers += [ticket["number"] for ticket in page["tickets"]]
        if not page["more"]:
            return numbers
        fields = {"cursor": page["cursor"]}


class Gate:
    """Open while the daemon serves."""

    def __init__(self):
        self.event = threading.Event()
        self.over = threading.Event()  # nothing new is begun any more

    def wait(self):
        assert self.event.wait(PATIENCE), "the daemon did not come back"


class Writer(threading.Thread):
    """One account that writes until the gate says it is over and everything is acknowledged."""

    def __init__(self, name, connect, gate, random):
        super().__init__(name=name, daemon=True)
        self.connect = connect
        self.gate = gate
        self.random = random
        self.entries = []
        self.tickets = {}  # number -> newest version
        self.tokens = []   # newest last; the one before lasts until the newest is used
        self.resumed = 0
        self.repeated = 0
        self.failure = None

    def begin(self, desk):
        """Opens the account; the daemon is serving."""
        desk.user(self.name).close()
        with self.connect() as client:
            self.tokens = [client.login(self.name)["token"]]

    # What to write

    def _text(self, what):
        return f"{self.name} {what} {len(self.entries)}"

    def _entry(self, free):
        """A new entry; `free` are tickets nothing else is about at the moment."""
        kind = self.random.choice([CREATE, REPLY, UPDATE]) if free else CREATE
        if kind == CREATE:
            fields = {"title": self._text("creates"), "problem": "p" * self.random.randrange(1, 900),
                      "kind": "software"}
            entry = Entry(kind, fields["title"], fields)
        else:
            number = free.pop(self.random.randrange(len(free)))
            fields = {"number": number}
            if kind == REPLY:
                fields["text"] = self._text("replies")
            else:
                fields.update(title=self._text("renames"), version=self.tickets[number])
            entry = Entry(kind, fields.get("text") or fields["title"], fields)
        self.entries.append(entry)
        return entry

    def _batch(self):
        free = list(self.tickets)
        return [self._entry(free) for _ in range(self.random.randint(1, 4))]

    # Writing it

    def _come_back(self):
        """A connection that is signed in; the daemon may die at any point of this."""
        client = self.connect()
        for token in reversed(self.tokens):
            try:
                self.tokens = [token, client.resume(token)["token"]]
                self.resumed += 1
                return client
            except Refused as refused:
                assert refused.code == "auth_failed", refused
        raise AssertionError("no token is good any more")

    def _send(self, client, batch):
        """Returns when all of the batch is acknowledged."""
        waiting = [(entry, client.send(entry.method, **entry.fields))
                   for entry in batch if entry.result is None]
        for entry, number in waiting:
            entry.result = client.wait(number)
            self.tickets[entry.result["number"]] = entry.result["version"]

    def _write(self, client, batch):
        """Writes on until the line is lost; gives what was not acknowledged."""
        while batch or not self.gate.over.is_set():
            batch = batch or self._batch()
            try:
                self._send(client, batch)
            except (Closed, OSError):
                left = [entry for entry in batch if entry.result is None]
                self.repeated += len(left)
                return left
            batch = []
        return []

    def _run(self):
        left = []
        while left or not self.gate.over.is_set():
            self.gate.wait()
            try:
                client = self._come_back()
            except (Closed, OSError):
                continue
            left = self._write(client, left)
            client.close()

    def run(self):
        try:
            self._run()
        except BaseException as error:  # pylint: disable=broad-except
            self.failure = error
