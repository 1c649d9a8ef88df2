"""The drill every operator should do: a backup while people write, restored on another machine, has
everything that was acknowledged before it began, and is the same desk, ticket by ticket."""

import os
import random

import pytest

from desk import Desk
from encrypted import WAYS
from ledger import Gate, Writer, all_tickets, check, look

SEED = int(os.environ.get("BACKUP_SEED", str(random.randrange(2**32))))
BACKUPS = 4


def begin_writing(desk, gate, chance):
    ways = list(WAYS.values())
    writers = [Writer(f"writer{index}", lambda way=ways[index % 2]: way(desk), gate,
                      random.Random(chance.random())) for index in range(4)]
    for writer in writers:
        writer.begin(desk)
    gate.event.set()
    for writer in writers:
        writer.start()
    return writers


def acknowledged(writers):
    return [entry for writer in writers for entry in list(writer.entries) if entry.result]


def back_up(desk, writers, index):
    """(file, what was acknowledged before it was begun)."""
    enough = 50 * (index + 1)
    while len(acknowledged(writers)) < enough:
        assert all(writer.is_alive() for writer in writers)
    before = acknowledged(writers)
    path = os.path.join(desk.folder, f"backup{index}")
    assert "copied" in desk.run("backup", path).stdout
    return path, before


def whole_desk(client):
    """Everything about every ticket, but not how many seconds later it was asked for."""
    found = {}
    for number in all_tickets(client):
        shown = client.call("ticket.get", number=number)
        found[number] = (shown["ticket"], shown["problem"],
                         client.call("ticket.messages", number=number, limit=200)["messages"],
                         client.call("ticket.history", number=number, limit=200)["entries"])
    return found


def reader(desk):
    client = desk.connect()
    client.login("reader")
    return client


def test_backups_under_load_have_what_was_acknowledged(capsys):
    chance = random.Random(SEED)
    with capsys.disabled():
        print(f"seed {SEED}")
    gate = Gate()
    with Desk() as desk:
        desk.start()
        desk.staff("reader").close()
        writers = begin_writing(desk, gate, chance)
        copies = [back_up(desk, writers, index) for index in range(BACKUPS)]
        gate.over.set()
        for writer in writers:
            writer.join(60)
            assert writer.failure is None, writer.failure
        everything = [entry for writer in writers for entry in writer.entries]
        for path, before in copies:
            with Desk() as other:
                other.run("restore", path)
                assert "whole" in other.run("verify").stdout
                other.start()
                client = reader(other)
                found = look(client, all_tickets(client))
                late = [entry for entry in everything if entry not in before]
                for entry in late:
                    entry.result = None  # may be in it or not
                assert check(before + late, found) == []
                assert len(found) >= len(before)
                assert other.stop() == 0
        assert desk.stop() == 0


def test_restored_desk_is_the_same_ticket_by_ticket():
    with Desk() as desk, Desk() as other:
        desk.start()
        user, staff = desk.user("ann"), desk.staff("reader")
        for index in range(5):
            number = user.ticket(f"Ticket {index}", problem="p" * 1000 * index + "q")
            staff.do("ticket.note", number=number, text="For staff.")
            staff.do("ticket.reply", number=number, text="For all.")
        desk.run("backup", os.path.join(desk.folder, "copy"))
        before = whole_desk(staff)
        digests = desk.run("verify").stdout
        assert desk.stop() == 0

        other.run("restore", os.path.join(desk.folder, "copy"))
        assert other.run("verify").stdout == digests
        other.start()
        assert whole_desk(reader(other)) == before
        # The key is no part of a backup: clients notice that this is another machine.
        assert other.fingerprint != desk.fingerprint
        assert other.stop() == 0


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
