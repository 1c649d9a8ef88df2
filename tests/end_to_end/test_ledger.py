"""Nothing acknowledged is lost and nothing is done twice, whenever the daemon is killed.

LEDGER_CYCLES: how often it is killed; LEDGER_SEED: repeats the random choices of a run.
"""

import os
import random
import shutil
import signal

import pytest

from desk import Desk
from encrypted import WAYS
from ledger import CREATE, REPLY, Entry, Found, Gate, Writer, all_tickets, check, look

CYCLES = int(os.environ.get("LEDGER_CYCLES", "20"))
SEED = int(os.environ.get("LEDGER_SEED", str(random.randrange(2**32))))
WRITERS = 8


def kill_again_and_again(desk, gate, chance):
    """Kills the daemon up to half a second after it serves; what is left has to be whole."""
    for cycle in range(CYCLES):
        gate.event.set()
        gate.over.wait(chance.uniform(0, 0.5))
        gate.event.clear()
        assert desk.stop(signal.SIGKILL) == -signal.SIGKILL
        verdict = desk.run("verify", check=False)
        assert verdict.returncode == 0, (cycle, verdict.stderr)
        desk.start()


def test_acknowledged_changes_survive_kills_exactly_once(capsys):
    chance = random.Random(SEED)
    gate = Gate()
    ways = list(WAYS.values())
    with capsys.disabled():
        print(f"seed {SEED}, {CYCLES} kills")
    with Desk(log={"level": "info"}) as desk:
        desk.start()
        writers = [Writer(f"writer{index}", lambda way=ways[index % 2]: way(desk), gate,
                          random.Random(chance.random())) for index in range(WRITERS)]
        for writer in writers:
            writer.begin(desk)
        reader = desk.staff("reader", role="staff")
        reader.close()
        for writer in writers:
            writer.start()
        kill_again_and_again(desk, gate, chance)
        gate.over.set()
        gate.event.set()
        for writer in writers:
            writer.join(120)
            assert not writer.is_alive() and writer.failure is None, writer.failure

        entries = [entry for writer in writers for entry in writer.entries]
        assert all(entry.result is not None for entry in entries)
        reader = desk.connect()
        reader.login("reader")
        assert check(entries, look(reader, all_tickets(reader))) == []
        repeat_some(desk, writers, chance)
        assert check(entries, look(reader, all_tickets(reader))) == []
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout
        with capsys.disabled():
            print(f"{len(entries)} changes, {sum(one.repeated for one in writers)} repeated, "
                  f"{sum(one.resumed for one in writers)} sign-ins resumed")
        assert len(entries) > CYCLES * WRITERS
        assert sum(one.repeated for one in writers) > 0, "no kill ever hit a request"


def repeat_some(desk, writers, chance):
    """An old operation that comes again is answered as it was and changes nothing."""
    for writer in writers:
        with desk.connect() as client:
            client.login(writer.name)
            for entry in chance.sample(writer.entries, min(10, len(writer.entries))):
                assert client.call(entry.method, **entry.fields) == entry.result


# The checker itself: one that has never complained proves nothing.

def planted():
    """Three acknowledged changes and one that was not, all as they should be."""
    entries = [Entry(CREATE, "a", {}), Entry(REPLY, "b", {}), Entry(REPLY, "c", {}),
               Entry(CREATE, "never acknowledged", {})]
    for sequence, entry in enumerate(entries[:3], start=5):
        entry.result = {"number": 1, "sequence": sequence, "version": 1}
    found = {"a": [Found(CREATE, 1, 5)], "b": [Found(REPLY, 1, 6)], "c": [Found(REPLY, 1, 7)]}
    return entries, found


def test_checker_accepts_a_right_ledger():
    """Whether an unacknowledged change was made is open: both are right."""
    entries, found = planted()
    assert check(entries, found) == []
    found["never acknowledged"] = [Found(CREATE, 2, 8)]
    assert check(entries, found) == []


def test_checker_complains_about_what_was_planted():
    entries, found = planted()
    del found["a"]
    found["b"].append(Found(REPLY, 1, 9))
    found["c"] = [Found(REPLY, 2, 7)]
    found["never acknowledged"] = [Found(CREATE, 2, 10), Found(CREATE, 3, 11)]
    found["strange"] = [Found(CREATE, 4, 12)]
    words = sorted(complaint.split(":")[0] for complaint in check(entries, found))
    assert words == ["doubled", "doubled", "lost", "moved", "nobody asked for"]


def test_look_finds_a_change_that_was_made_twice():
    """The other half of the checker: a real desk on which one text stands twice."""
    with Desk() as desk:
        desk.start()
        client = desk.staff("twice")
        number = client.ticket("doubled title")
        entry = Entry(REPLY, "said twice", {"number": number, "text": "said twice"})
        entry.result = client.call(REPLY, **entry.fields)
        client.do(REPLY, number=number, text="said twice")  # as if it had been applied again
        made = Entry(CREATE, "doubled title", {})
        made.result = {"number": number, "sequence": entry.result["sequence"] - 1}
        complaints = check([made, entry], look(client, all_tickets(client)))
        assert len(complaints) == 1 and complaints[0].startswith("doubled: ticket.reply")


def test_desk_that_forgot_an_acknowledged_change_is_found_out():
    """As if the daemon had acknowledged before writing: the desk is put back to a moment before."""
    with Desk() as desk:
        desk.start()
        client = desk.staff("forgotten")
        number = client.ticket("kept")
        desk.stop(signal.SIGKILL)
        shutil.copytree(desk.data, desk.data + ".before")
        desk.start()
        client = desk.connect()
        client.login("forgotten")
        entry = Entry(REPLY, "acknowledged", {"number": number, "text": "acknowledged"})
        entry.result = client.call(REPLY, **entry.fields)
        desk.stop(signal.SIGKILL)
        shutil.rmtree(desk.data)
        os.rename(desk.data + ".before", desk.data)
        desk.start()
        client = desk.connect()
        client.login("forgotten")
        complaints = check([entry], look(client, [number]))
        assert "lost: ticket.reply acknowledged" in complaints


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
