"""Files that are not what they were: nothing is served from them and nothing put in their place."""

import os
import shutil

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


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
