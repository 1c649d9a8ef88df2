"""A disk that is really full: a small file system in memory. Nothing half is written, reading goes
on, and once there is room again the desk works as before, without a restart."""

import os
import subprocess
import tempfile

import pytest

from desk import Desk, Refused, operation

SIZE = "12M"
BALLAST = 5 * 1024 * 1024


@pytest.fixture(name="disk")
def fixture_disk():
    """A file system of 12 MiB, 5 of which are taken by a file that can be removed."""
    folder = tempfile.mkdtemp(prefix="ttydesk-disk-")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", folder],
                          capture_output=True, text=True, check=False)
    if made.returncode != 0:
        os.rmdir(folder)
        pytest.skip("a small file system can't be mounted here: " + made.stderr.strip())
    with open(os.path.join(folder, "ballast"), "wb") as file:
        file.write(bytes(BALLAST))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    os.rmdir(folder)


@pytest.fixture(name="desk")
def fixture_desk(disk):
    with Desk(server={"data": os.path.join(disk, "desk")}) as desk:
        desk.disk = disk
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify", "--scratch", desk.folder).stdout


def fill(client):
    """Opens tickets until the disk is full: (numbers of those acknowledged, the refused request)."""
    numbers = []
    while True:
        request = {"operation": operation(), "title": f"Ticket {len(numbers)}",
                   "problem": os.urandom(30000).hex(), "kind": "hardware"}
        try:
            numbers.append(client.call("ticket.create", **request)["number"])
        except Refused as refused:
            assert refused.code == "disk_full", refused
            return numbers, request


def kept(client):
    found, fields = [], {}
    while True:
        page = client.call("ticket.list", limit=200, **fields)
        found += [ticket["number"] for ticket in page["tickets"]]
        if not page["more"]:
            return found[::-1]
        fields = {"cursor": page["cursor"]}


def test_full_disk_refuses_writes_serves_reads_and_recovers(desk):
    client = desk.user("filler")
    numbers, refused = fill(client)
    assert len(numbers) > 10
    # Every kind of change is refused in plain words, everything can be read.
    ticket = client.call("ticket.get", number=numbers[-1])["ticket"]
    refusals = [client.refusal_of("ticket.update", number=numbers[-1], version=1,
                                  problem=os.urandom(32000).hex()) for _ in range(5)]
    assert {one["code"] for one in refusals} == {"disk_full"}
    assert kept(client) == numbers
    assert len(client.call("ticket.history", number=numbers[0])["entries"]) == 1
    assert ticket["title"] == f"Ticket {len(numbers) - 1}"

    os.unlink(os.path.join(desk.disk, "ballast"))
    # The refusal was no verdict: the same request under the same id is done now, once.
    number = client.call("ticket.create", **refused)["number"]
    assert client.call("ticket.create", **refused)["number"] == number
    assert kept(client) == numbers + [number]
    client.do("ticket.reply", number=numbers[0], text="There is room again.")


def test_full_disk_loses_nothing_that_was_acknowledged(desk):
    """Also not when the daemon is stopped while there is no room."""
    client = desk.user("filler")
    numbers, _ = fill(client)
    assert desk.stop() == 0
    os.unlink(os.path.join(desk.disk, "ballast"))
    desk.start()
    client = desk.connect()
    client.login("filler")
    assert kept(client) == numbers


def test_sign_in_on_a_full_disk_is_refused_in_plain_words(desk):
    client = desk.user("filler")
    fill(client)
    other = desk.connect()
    codes = set()
    for _ in range(10):  # a few still fit into pages that are free
        try:
            other.login("filler")
        except Refused as refused:
            codes.add(refused.code)
    assert codes <= {"disk_full"}
    assert client.call("ticket.list")["tickets"]


def test_desk_on_a_full_disk_is_not_half_made(disk):
    more = os.open(os.path.join(disk, "more"), os.O_WRONLY | os.O_CREAT)
    with pytest.raises(OSError):
        while os.write(more, bytes(4096)):
            pass
    os.close(more)
    with Desk() as desk:
        desk.config["server"]["data"] = os.path.join(disk, "new")
        desk.write_config()
        made = desk.run("init", check=False)
        assert made.returncode == 1 and "No space left" in made.stderr, made.stderr
        os.unlink(os.path.join(disk, "ballast"))
        assert "fingerprint" in desk.run("init").stdout
        assert "whole" in desk.run("verify", "--scratch", desk.folder).stdout


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
