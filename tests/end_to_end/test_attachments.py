"""Files on tickets over both ways in: whole, hidden when internal."""

import os

import pytest

from desk import PASSWORD, Desk
from person import Person


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        desk.user("bob").close()
        desk.staff("sam").close()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_a_file_comes_back_as_it_went(desk, way, tmp_path):
    address = f"ttydesk://127.0.0.1:{desk.port}#{desk.fingerprint}" if way == "tcp" else None
    ann = Person(desk, address).sign_in("ann")
    number = str(ann.json("new", "--title", "Log", "--kind", "software", "--body", "See.")["number"])
    content = os.urandom(3 << 20)
    (tmp_path / "log.bin").write_bytes(content)
    ann.do("attach", number, str(tmp_path / "log.bin"))
    one = ann.json("attachments", number)["attachments"][0]
    assert one["name"] == "log.bin" and one["size"] == len(content) and "internal" not in one
    target = str(tmp_path / "back")
    ann.do("save", number, str(one["id"]), "--to", target)
    assert open(target, "rb").read() == content
    status, _, why = ann.run("save", number, str(one["id"]), "--to", target)
    assert status == 1 and "there already" in why
    bob = Person(desk, address).sign_in("bob")
    assert bob.run("attachments", number)[0] == 1
    sam = Person(desk, address).sign_in("sam")
    sam.do("attach", number, str(tmp_path / "log.bin"), "--internal")
    assert len(sam.json("attachments", number)["attachments"]) == 2
    assert len(ann.json("attachments", number)["attachments"]) == 1


def test_an_admin_removes_a_file_for_good(desk, tmp_path):
    """In admin mode alone, after its id was typed; its name stays in the history."""
    ann = Person(desk).sign_in("ann")
    boss = Person(desk).sign_in("boss")
    number = str(ann.json("new", "--title", "Key", "--kind", "software", "--body", "x")["number"])
    (tmp_path / "id_rsa").write_bytes(b"secret")
    ann.do("attach", number, str(tmp_path / "id_rsa"))
    one = str(ann.json("attachments", number)["attachments"][0]["id"])
    secret = PASSWORD + "\n"
    remove = ["attachments", number, "--remove", one]
    assert ann.run(*remove, "--yes", "--password-stdin", text=secret)[0] == 1
    status, _, why = boss.run(*remove, "--password-stdin", text=secret)
    assert status == 1 and "use --yes" in why
    status, _, why = boss.run("attachments", number, "--remove", "999", "--yes",
                              "--password-stdin", text=secret)
    assert status == 1 and "999" in why
    status, screen = boss.type(remove, [("Your password: ", PASSWORD + "\n"),
                                        ("to remove it: ", "no\n")])
    assert status == 2 and "Kept." in screen and "id_rsa" in screen
    assert boss.do(*remove, "--yes", "--password-stdin", text=secret) == \
        f"#{number} has the file no more\n"
    assert ann.run("save", number, one, "--to", str(tmp_path / "back"))[0] == 1
