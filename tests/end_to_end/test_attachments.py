"""Files on tickets over both ways in: whole, hidden when internal."""

import hashlib
import os
import signal

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
    assert sorted(os.listdir(tmp_path)) == ["back", "log.bin"], "no part of a file beside them"
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


CHUNK = 128 * 1024


def hash_of(content):
    return hashlib.blake2b(content, digest_size=32).digest()


def begin(client, number, content, name="log.bin", **more):
    return client.do("attachment.begin", number=number, name=name, size=len(content),
                     hash=hash_of(content), **more)


def send_rest(client, begun, content):
    for offset in range(begun["received"], len(content), CHUNK):
        client.call("attachment.chunk", upload=begun["upload"], offset=offset,
                    data=content[offset:offset + CHUNK])
    return client.do("attachment.finish", upload=begun["upload"])


def attach(client, number, content, **more):
    return send_rest(client, begin(client, number, content, **more), content)["sequence"]


def read(client, number, one):
    content = b""
    while True:
        piece = client.call("attachment.read", number=number, id=one, offset=len(content))
        if not piece["data"]:
            assert len(content) == piece["size"]
            return content
        content += piece["data"]


def test_a_file_goes_on_where_it_stopped_when_the_daemon_was_killed():
    """What was acknowledged of it is there, and nothing of it is sent twice."""
    with Desk() as desk:
        desk.start()
        ann = desk.user("ann")
        number = ann.ticket("Log")
        content = os.urandom(3 * CHUNK + 17)
        begun = begin(ann, number, content)
        for offset in (0, CHUNK):
            ann.call("attachment.chunk", upload=begun["upload"], offset=offset,
                     data=content[offset:offset + CHUNK])
        desk.stop(signal.SIGKILL)
        desk.start()
        ann = desk.connect()
        ann.login("ann")
        again = begin(ann, number, content)
        assert again == {"upload": begun["upload"], "received": 2 * CHUNK}
        one = send_rest(ann, again, content)["sequence"]
        desk.stop(signal.SIGKILL)
        desk.start()
        ann = desk.connect()
        ann.login("ann")
        assert read(ann, number, one) == content
        assert len(ann.call("attachment.list", number=number)["attachments"]) == 1
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def test_the_same_content_is_stored_once(desk):
    """And the answers to who sends it again are those to who sent it first."""
    ann, bob = desk.connect(), desk.connect()
    ann.login("ann")
    bob.login("bob")
    content = os.urandom(CHUNK + 4000)
    begun = [begin(client, client.ticket("Same"), content) for client in (ann, bob)]
    assert [one["received"] for one in begun] == [0, 0]
    for client, one in zip((ann, bob), begun):
        send_rest(client, one, content)
    copy = os.path.join(desk.folder, "once")
    desk.run("backup", copy)
    with open(copy, "rb") as file:
        assert file.read().count(content[5000:5064]) == 1


def test_content_that_is_not_what_was_announced_is_dropped(desk):
    ann = desk.connect()
    ann.login("ann")
    number = ann.ticket("Changed")
    announced, sent = os.urandom(1000), os.urandom(1000)
    begun = begin(ann, number, announced)
    ann.call("attachment.chunk", upload=begun["upload"], offset=0, data=sent)
    refused = ann.refusal_of("attachment.finish", upload=begun["upload"])
    assert (refused["code"], refused["field"]) == ("invalid_field", "upload")
    assert ann.refusal_of("attachment.finish", upload=begun["upload"])["code"] == "not_found"
    assert begin(ann, number, announced)["received"] == 0


def test_internal_files_leave_no_trace_for_the_requester(desk):
    """Not their ids, names, number or room, in no byte that the requester got."""
    ann, sam = desk.connect(), desk.connect()
    ann.login("ann")
    sam.login("sam")
    number = ann.ticket("Inside")
    before = ann.call("ticket.get", number=number)["ticket"]
    ann.call("feed.subscribe", feed="own")
    one = attach(sam, number, b"canary inside", name="canary.txt", internal=True)
    assert read(sam, number, one) == b"canary inside"
    hidden = ann.refusal("attachment.read", number=number, id=one, offset=0)
    absent = ann.refusal("attachment.read", number=number, id=one + 100000, offset=0)
    assert hidden == absent and hidden["code"] == "not_found"
    assert ann.call("attachment.list", number=number)["attachments"] == []
    ann.call("ticket.history", number=number)
    assert ann.call("ticket.get", number=number)["ticket"] == before
    assert ann.quiet() and b"canary" not in ann.received


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "-rf", ".", "..", "a/b", "", "a\nb",
                                  "a\x1b]0;b", "x" * 129])
def test_hostile_names_are_refused(desk, name):
    """A name is never a path here; whoever saves it elsewhere must not be surprised either."""
    with desk.connect() as ann:
        ann.login("ann")
        number = ann.ticket("Names")
        refused = ann.refusal_of("attachment.begin", number=number, name=name, size=1,
                                 hash=hash_of(b"x"))
        assert (refused["code"], refused["field"]) == ("invalid_field", "name"), refused
