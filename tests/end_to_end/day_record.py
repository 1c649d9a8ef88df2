"""What was acknowledged on a day at the desk, as plain Python: tickets with their messages, who may
see what, the lines their histories should have, and which marks may have been told to whom."""

import itertools
import re

USERS = ["ann", "bob", "cat", "dan", "eve"]
STAFF = ["sam", "sue", "tom"]
ADMIN = "boss"
PEOPLE = USERS + STAFF + [ADMIN]

# Who may do what in a queue, beside the admin, who may do everything. Users may file into all.
ALL = {"read", "create", "change", "own"}
RIGHTS = {
    "general": {"sam": ALL, "sue": ALL, "tom": ALL},
    "paper": {"sam": ALL, "sue": {"read"}, "tom": ALL},
    "vault": {"sue": ALL, "tom": ALL},
}
MARK = re.compile(r"mk[a-z]+\d{4}x[0-9a-f]{8}z")


class Message:
    """A reply or a note; `state` as the desk says it, `old` what it said before."""

    def __init__(self, sequence, author, kind, text, state="sent"):
        self.sequence, self.author, self.kind, self.text = sequence, author, kind, text
        self.state = state
        self.old = []
        self.origin = None


class Ticket:
    """One ticket, as acknowledged."""

    def __init__(self, number, **fields):
        self.number = number
        self.version = 1
        self.title = self.problem = self.kind = self.requester = self.opened_by = self.owner = None
        self.severity, self.state, self.queue = "minor", "open", "general"
        self.answered = False  # by staff: text fields are no longer the requester's
        self.follows = self.merged_into = None
        self.tags, self.cc, self.watching = set(), set(), set()
        self.files = {}        # id -> (name, author, internal)
        self.messages, self.links = [], set()
        self.deleted = self.purged = False
        self.until = False     # pending until a time, not only until an answer
        self.of_note = False   # made of a private note: nobody else is let in
        self.members = set()   # numbers merged into it
        self.cc_by_merge, self.watching_by_merge, self.tags_by_merge = set(), set(), set()
        self.moved_files = {}  # merged: its files, which the survivor has
        self.history = []      # (sequence, words for the staff, words for others or None)
        self.public, self.inside = [], []  # texts that were ever on it
        self.__dict__.update(fields)

    @property
    def status(self):
        return "RESOLVED" if self.state == "resolved" else self.severity.upper()


class Record:
    """Everything that was acknowledged. `role` is what somebody is at the moment."""

    def __init__(self, chance):
        self.chance = chance
        self.tickets = {}
        self.role = {**{name: "user" for name in USERS}, **{name: "staff" for name in STAFF},
                     ADMIN: "admin"}
        self.serial = itertools.count(1)
        self.told = {}        # mark -> who may have received it
        self.sequences = {}   # of every acknowledged act -> (who, method)

    def mark(self, kind):
        """A word that stands in one text only."""
        mark = f"mk{kind}{next(self.serial):04d}x{self.chance.getrandbits(32):08x}z"
        self.told[mark] = set()
        return mark

    # Who may

    def rights(self, name, queue):
        if self.role[name] == "admin":
            return ALL
        return RIGHTS[queue].get(name, set()) if self.role[name] == "staff" else set()

    def looks_inside(self, name, ticket):
        return "read" in self.rights(name, ticket.queue)

    def works(self, name, ticket):
        return "change" in self.rights(name, ticket.queue)

    def sees(self, name, ticket):
        if ticket.deleted:
            return False
        return self.looks_inside(name, ticket) or ticket.requester == name or name in ticket.cc

    def survivor(self, ticket):
        while ticket.merged_into is not None:
            ticket = self.tickets[ticket.merged_into]
        return ticket

    def linked(self, ticket):
        """Tickets at the other ends of its links and of those of what was merged into it."""
        numbers = set(ticket.links).union(*(self.tickets[one].links for one in ticket.members))
        return {self.survivor(self.tickets[number]) for number in numbers} - {ticket}

    def left_with(self, survivor, source):
        """Whom and what a merge brought that nothing else brings: (cc, watching, tags)."""
        others = [self.tickets[number] for number in survivor.members if number != source.number]
        copies = {source.requester} | source.cc
        kept = set().union(*({one.requester} | one.cc for one in others))
        return (survivor.cc_by_merge & copies - kept,
                survivor.watching_by_merge & source.watching - set().union(
                    *(one.watching for one in others)),
                survivor.tags_by_merge & source.tags - set().union(*(one.tags for one in others)))

    def standing(self):
        """Tickets that acts can be about."""
        return [one for one in self.tickets.values()
                if not one.deleted and one.merged_into is None]

    # What was acknowledged

    def acknowledged(self, who, method, result):
        sequence = result["sequence"]
        assert sequence not in self.sequences, \
            f"{who}'s {method} got sequence {sequence} of {self.sequences[sequence]}"
        self.sequences[sequence] = who, method

    def add(self, ticket):
        assert ticket.number not in self.tickets, f"#{ticket.number} was given twice"
        self.tickets[ticket.number] = ticket
        ticket.public += [ticket.title, ticket.problem]
        return ticket

    def say(self, ticket, message):
        message.origin = message.origin or ticket.number
        ticket.messages.append(message)

    def line(self, ticket, sequence, words, others=""):
        """A line of its history; `others`: what it says to who sees no notes, None: nothing."""
        ticket.history.append((sequence, words, words if others == "" else others))

    def widen(self):
        """Whoever sees a text now may have received it."""
        for ticket in self.tickets.values():
            holder = self.survivor(ticket)
            if holder.purged:
                continue
            inside = {name for name in PEOPLE if self.looks_inside(name, holder)}
            sees = {name for name in PEOPLE if self.sees(name, holder)}
            if holder.deleted:
                sees, inside = {ADMIN}, {ADMIN}
            public, private = list(ticket.public), list(ticket.inside) + sorted(ticket.tags)
            for message in ticket.messages:
                shown = message.kind == "reply" and message.state == "sent"
                (public if shown else private).append(message.text)
                private += message.old
            for name, _, internal in ticket.files.values():
                (private if internal else public).append(name)
            self._tell(public, sees)
            self._tell(private, inside)

    def _tell(self, texts, names):
        for text in texts:
            for mark in MARK.findall(text):
                self.told[mark] |= names

    # What somebody should be shown

    def list_of(self, name):
        return {one.number for one in self.standing() if self.sees(name, one)}

    def messages_for(self, name, ticket):
        inside = self.looks_inside(name, ticket)
        return [(one.author, one.kind, "" if one.state == "retracted" else one.text, one.state)
                for one in sorted(ticket.messages, key=lambda one: one.sequence)
                if inside or (one.kind == "reply" and one.state != "held")]

    def files_for(self, name, ticket):
        inside = self.looks_inside(name, ticket)
        return {(number, file, author) for number, (file, author, internal) in ticket.files.items()
                if inside or not internal}

    def history_for(self, name, ticket):
        inside = self.looks_inside(name, ticket)
        lines = [(sequence, words if inside else others)
                 for sequence, words, others in ticket.history]
        return [words for _, words in sorted(lines, key=lambda line: line[0])
                if words is not None]
