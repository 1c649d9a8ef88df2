"""Files that are not what they were: nothing is served from them and nothing put in their place."""

import os
import shutil
import time

import pytest

from desk import Desk

BEGINNING = "does not begin as a desk does"


@pytest.mark.parametrize("damage, words", [
    (lambda file, size: file.truncate(size // 2), "was cut off"),
    (lambda file, size: file.truncate(4096), BEGINNING),
    (lambda file, size: file.truncate(0), BEGINNING),
    (lambda file, size: (file.seek(0), file.write(bytes(8192))), BEGINNING),
    (lambda file, size: (file.seek(0), file.write(b"not a desk" * 1000)), BEGINNING),
], ids=["half", "a page", "empty", "zeroed", "another file"])
def test_damaged_file_is_not_served(damage, words):
    """Starting on it could make a small damage a large one."""
    with Desk() as desk:
        serve_damaged(desk, damage, words)


def serve_damaged(desk, damage, words):
    desk.start()
    client = desk.user("ann")
    for index in range(20):
        client.ticket(f"T{index}", problem="p" * 20000)
    assert desk.stop() == 0
    path = os.path.join(desk.data, "desk.mdb")
    with open(path, "r+b") as file:
        damage(file, os.stat(path).st_blocks * 512)  # the end of the file is a hole
    before = os.path.getsize(path)
    refused = desk.run("serve", check=False)
    assert refused.returncode == 1, refused
    assert refused.stderr.startswith("ttydeskd: ") and path in refused.stderr and \
        words in refused.stderr, refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert os.path.getsize(path) == before


def test_damaged_backup_is_not_restored():
    """And the desk that is there stays."""
    with Desk() as desk:
        desk.start()
        client = desk.user("ann")
        number = client.ticket("Stays", problem="p" * 20000)
        copy = os.path.join(desk.folder, "copy")
        desk.run("backup", copy)
        assert desk.stop() == 0
        size = os.path.getsize(copy)
        for damage in (lambda file: file.truncate(size // 2), lambda file: file.truncate(0),
                       lambda file: (file.seek(size // 2), file.write(b"\x55" * 4096)),
                       lambda file: (file.seek(0), file.write(bytes(8192)))):
            shutil.copy(copy, copy + ".bad")
            with open(copy + ".bad", "r+b") as file:
                damage(file)
            refused = desk.run("restore", copy + ".bad", check=False)
            assert refused.returncode == 1 and refused.stderr.startswith("ttydeskd: ")
        missing = desk.run("restore", copy + ".none", check=False)
        assert missing.returncode == 1 and ".none" in missing.stderr
        desk.start()
        client = desk.connect()
        client.login("ann")
        assert client.call("ticket.get", number=number)["ticket"]["title"] == "Stays"
        assert desk.stop() == 0


def test_a_damaged_ticket_holds_up_no_timer():
    """Its own timer is told of once and set aside; whoever waits behind it does not notice."""
    with Desk() as desk:
        desk.start()
        user = desk.user("ann")
        staff = desk.staff("sam")
        damaged = user.ticket("Rotten through and through")
        sound = user.ticket("Sound")
        until = int(time.time() * 1000) + 8000
        for wait_ms, number in enumerate((damaged, sound)):
            staff.do("ticket.pend", number=number, version=1, until=until + wait_ms)
        assert desk.stop() == 0
        path = os.path.join(desk.data, "desk.mdb")
        with open(path, "r+b") as file:
            content = file.read()
            place = content.find(b"Rotten through")
            while place >= 0:
                file.seek(place)
                file.write(b"r")
                place = content.find(b"Rotten through", place + 1)
        desk.start()
        user = desk.connect()
        user.login("ann")
        assert user.refusal("ticket.get", number=damaged)["code"] == "data_error"
        end = time.monotonic() + 60
        while user.call("ticket.get", number=sound)["ticket"]["state"] != "open":
            assert time.monotonic() < end, desk.log()
            time.sleep(0.1)
        time.sleep(2.5)  # two more tries, if there were any
        assert desk.log().count("it is set aside until the daemon starts again") == 1, desk.log()
        assert desk.log().count("timer.fire") == 0, desk.log()
        assert desk.stop() == 0
        told = desk.run("verify", check=False)
        assert told.returncode == 1 and "ticket" in told.stdout + told.stderr


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
