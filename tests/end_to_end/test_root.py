"""Root works with a desk that belongs to the daemon's own account: nothing may be left behind that
the daemon can't open, and nothing in its folder may turn root's power against the machine."""

import os
import socket

import pytest

from desk import NOBODY, PASSWORD, Desk

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk(server={"user": "nobody", "allow_root": "no"}) as desk:
        os.chown(desk.folder, NOBODY, -1)  # where its socket will be
        yield desk


def serves(desk):
    desk.start()
    with desk.connect() as client:
        found = client.call("admin.account_list")["accounts"]
    assert desk.stop() == 0
    return [account["name"] for account in found]


def owners(desk):
    return {os.lstat(os.path.join(desk.data, name)).st_uid for name in os.listdir(desk.data)}


def test_first_admin_before_the_first_start(desk):
    """In the order that `init` tells."""
    desk.admin()
    assert owners(desk) == {NOBODY}
    assert serves(desk) == ["boss"]


def test_check_and_backup_before_the_first_start(desk):
    desk.run("verify")
    desk.run("backup", os.path.join(desk.folder, "copy"))
    assert os.stat(os.path.join(desk.folder, "copy")).st_uid == 0
    assert owners(desk) == {NOBODY}
    assert serves(desk) == []


def test_restored_desk_belongs_to_the_daemon_too(desk):
    """Though the backup is root's and nobody else may read it."""
    desk.admin()
    copy = os.path.join(desk.folder, "copy")
    desk.run("backup", copy)
    desk.run("restore", copy)
    assert owners(desk) == {NOBODY}
    assert serves(desk) == ["boss"]


def test_links_in_the_folder_lead_root_nowhere(desk):
    """Whoever has taken over the daemon's account must not have root delete files for it."""
    copy = os.path.join(desk.folder, "copy")
    desk.run("backup", copy)
    precious = os.path.join(desk.folder, "precious", "inside")
    os.makedirs(precious)
    with open(os.path.join(precious, "file"), "w", encoding="utf-8") as file:
        file.write("still here")
    os.symlink(os.path.dirname(precious), os.path.join(desk.data, "desk.new"))
    os.unlink(os.path.join(desk.data, "desk.mdb-lock"))
    os.symlink(precious, os.path.join(desk.data, "desk.mdb-lock"))
    desk.run("restore", copy)
    assert os.listdir(precious) == ["file"]
    assert serves(desk) == []


def test_password_is_not_told_to_whoever_listens(desk):
    """While the daemon is away somebody else may have put a socket at its place."""
    folder = os.path.join(desk.folder, "open")
    os.mkdir(folder)
    os.chmod(folder, 0o777)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trap:
        os.seteuid(NOBODY - 1)
        try:
            trap.bind(os.path.join(folder, "s"))
            trap.listen()
        finally:
            os.seteuid(0)
        os.chmod(os.path.join(folder, "s"), 0o777)
        desk.config["listen"]["socket"] = os.path.join(folder, "s")
        desk.write_config()
        result = desk.run("admin", "create", "boss", "--password-stdin", password=PASSWORD,
                          check=False)
        assert result.returncode == 1 and "another account" in result.stderr
        connection, _ = trap.accept()
        with connection:
            assert connection.recv(4096) == b""
