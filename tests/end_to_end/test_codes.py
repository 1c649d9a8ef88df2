"""One-time codes: how people get in without an admin ever knowing a password."""

import os
import re
import signal

import pytest

from desk import PASSWORD, Desk, operation
from encrypted import EncryptedClient
from person import Person

CHOSEN = "nine quiet kettles"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout
        assert CHOSEN not in desk.log() and PASSWORD not in desk.log()


@pytest.fixture(params=["unix", "tcp"], name="way")
def fixture_way(request, desk):
    if request.param == "unix":
        return desk.connect
    return lambda: EncryptedClient(("localhost", desk.port), desk.fingerprint)


@pytest.fixture(name="boss")
def fixture_boss(way):
    with way() as client:
        client.login("boss")
        client.elevate()
        yield client
        client.call("account.logout")


def create(boss, name, role="user"):
    return boss.do("admin.account_create", name=name, email=f"{name}@example.org", role=role)


def use(client, name, code, password=CHOSEN):
    return client.do("account.use_code", name=name, code=code, password=password)


def test_admin_makes_an_account_and_its_person_sets_the_password(way, boss):
    name = f"new{id(way)}"[:20]
    made = create(boss, name, "staff")
    assert made["name"] == name and len(made["code"]) == 19 and made["expires"] > 0
    client = way()
    assert client.refusal("account.login", name=name, password=CHOSEN)["code"] == "auth_failed"
    use(client, name, made["code"].lower().replace("-", " "))
    assert client.refusal("account.get")["code"] == "not_signed_in"
    client.login(name, CHOSEN)
    assert client.call("account.get")["account"]["role"] == "staff"
    assert way().refusal_of("account.use_code", name=name, code=made["code"],
                            password=CHOSEN)["code"] == "auth_failed"


def test_admin_gives_no_password(way, boss):
    error = boss.refusal_of("admin.account_create", name="given", email="given@example.org",
                            role="user", password=PASSWORD)
    assert (error["code"], error["field"]) == ("forbidden", "password")
    assert way().refusal("account.login", name="given", password=PASSWORD)["code"] == "auth_failed"


def test_reset_ends_sign_ins_and_the_password(desk, way, boss):
    name = f"old{id(way)}"[:20]
    person = desk.user(name, way())
    token = person.login(name)["token"]
    code = boss.do("admin.account_reset", name=name)["code"]
    assert person.note("bye")["code"] == "not_signed_in"
    assert way().refusal("account.resume", token=token)["code"] == "auth_failed"
    assert way().refusal("account.login", name=name, password=PASSWORD)["code"] == "auth_failed"
    use(way(), name, code)
    way().login(name, CHOSEN)


def test_answer_that_was_lost_has_no_second_code(boss):
    """Only a hash is kept; whoever asks again is told to reset, not a code that never was."""
    fields = {"operation": operation(), "name": f"lost{id(boss)}"[:20], "role": "user"}
    fields["email"] = fields["name"] + "@example.org"
    first = boss.call("admin.account_create", **fields)
    again = boss.call("admin.account_create", **fields)
    assert "code" in first and "code" not in again
    assert again["sequence"] == first["sequence"]


def test_failures_do_not_tell_names_from_codes(desk, way, boss):
    """Unknown, without a code, wrong, used and disabled: byte for byte the same."""
    suffix = str(id(way))[-8:]
    names = {kind: kind + suffix for kind in ("plain", "wrong", "used", "off")}
    desk.user(names["plain"], way()).close()
    codes = {kind: create(boss, names[kind])["code"] for kind in ("wrong", "used", "off")}
    use(way(), names["used"], codes["used"])
    boss.do("admin.account_disable", name=names["off"])
    tries = [("unknown" + suffix, codes["off"]), (names["plain"], codes["off"]),
             (names["wrong"], codes["off"]), (names["used"], codes["used"]),
             (names["off"], codes["off"]), (names["wrong"], "no code at all")]
    answers = [way().refusal_of("account.use_code", name=name, code=code, password=CHOSEN)
               for name, code in tries]
    assert answers[0]["code"] == "auth_failed"
    assert all(answer == answers[0] for answer in answers)


def test_new_password_is_judged_before_anything_else(way, boss):
    """A weak one neither spends the code nor tells whether it was right."""
    name = f"weak{id(way)}"[:20]
    code = create(boss, name)["code"]
    for tried in (code, "0123-4567-89AB-CDEF"):
        error = way().refusal_of("account.use_code", name=name, code=tried, password="short")
        assert (error["code"], error["field"]) == ("password_weak", "password")
    error = way().refusal_of("account.use_code", name=name, code=code, password=CHOSEN,
                             password_again=PASSWORD)
    assert error["code"] == "password_mismatch"
    use(way(), name, code)


def test_guessing_is_slowed_down_and_keeps_nobody_from_their_code(desk, way, boss):
    """From one address; the code's owner, at another, does not notice."""
    name = f"guess{id(way)}"[:20]
    code = create(boss, name)["code"]
    seen = []
    for index in range(8):
        tried = f"0123-4567-89AB-00{index:02d}"
        seen.append(way().refusal_of("account.use_code", name=name, code=tried,
                                     password=CHOSEN)["code"])
    assert seen[:3] == ["auth_failed"] * 3 and "throttled" in seen
    assert way().refusal_of("account.use_code", name=name, code=code,
                            password=CHOSEN)["code"] == "throttled"
    owner = EncryptedClient(("localhost", desk.port), desk.fingerprint) \
        if way == desk.connect else desk.connect()
    use(owner, name, code)
    owner.login(name, CHOSEN)


def test_code_survives_a_killed_daemon_and_is_nowhere_in_its_files():
    with Desk() as desk:
        desk.admin()
        desk.start()
        console = desk.connect()
        code = create(console, "kept")["code"]
        assert desk.stop(signal.SIGKILL) != 0
        desk.start()
        use(desk.connect(), "kept", code)
        desk.connect().login("kept", CHOSEN)
        assert desk.stop() == 0
        assert code not in desk.log()
        for spelling in (code.encode(), code.replace("-", "").encode()):
            with open(f"{desk.data}/desk.mdb", "rb") as file:
                assert spelling not in file.read()


def test_last_admin_is_reset_from_the_console_and_stays_admin():
    with Desk() as desk:
        desk.admin()
        desk.start()
        with desk.connect() as console:
            code = console.do("admin.account_reset", name="boss")["code"]
            assert console.refusal_of("admin.account_disable", name="boss")["code"] == "last_admin"
            assert console.refusal_of("admin.account_role", name="boss",
                                      role="staff")["code"] == "last_admin"
        use(desk.connect(), "boss", code)
        client = desk.connect()
        client.login("boss", CHOSEN)
        client.elevate(CHOSEN)
        assert client.refusal_of("admin.account_reset", name="boss")["code"] == "not_on_self"
        assert desk.stop() == 0


def test_operator_gives_a_code_and_the_person_uses_it_by_verb(desk):
    """`ttydeskd account` and `ttydesk account` from end to end, on a real home folder."""
    said = desk.run("account", "create", "verba", "--role", "staff").stdout
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", said).group()
    person = Person(desk)
    status, _, complaint = person.run("account", "use-code", "verba", "--password-stdin",
                                      text=f"0000-0000-0000-0000\n{CHOSEN}\n")
    assert status == 1 and "an admin can give another one" in complaint
    assert "login verba" in person.do("account", "use-code", "verba", "--password-stdin",
                                      text=f"{code}\n{CHOSEN}\n")
    assert person.run("account", "sign-ins")[0] == 4
    person.sign_in("verba", CHOSEN)
    assert [one["current"] for one in person.json("account", "sign-ins")] == [True]
    assert [one["current"] for one in person.json("account", "devices")] == [True]
    person.sign_in("verba", CHOSEN)
    assert len(person.json("account", "devices")) == 1, "the token of the device is kept and shown"
    other = Person(desk).sign_in("verba", CHOSEN)
    assert "New device" in person.do("login", "verba", "--password-stdin", text=CHOSEN + "\n")
    ids = [one["id"] for one in person.json("account", "sign-ins") if not one["current"]]
    person.do("account", "end-sign-in", str(ids[-1]))
    person.do("account", "end-others")
    assert other.run("whoami")[0] == 4
    assert "verba\tstaff\tactive" in desk.run("account", "list").stdout
    assert len(desk.run("account", "sign-ins", "verba").stdout.splitlines()) == 1
    desk.run("account", "end-sign-ins", "verba")
    assert person.run("whoami")[0] == 4
    desk.run("account", "disable", "verba")
    desk.run("account", "enable", "verba")
    desk.run("account", "role", "verba", "user")
    refused = desk.run("account", "unlock", "verba", check=False)
    assert refused.returncode == 1 and "No wrong passwords" in refused.stderr
    assert desk.run("account", "locks").returncode == 0
    for part in ("sign-ins", "devices"):
        folder = os.path.join(person.home, ".local/state/ttydesk", part)
        assert os.stat(folder).st_mode & 0o777 == 0o700
        assert all(os.stat(os.path.join(folder, name)).st_mode & 0o777 == 0o600
                   for name in os.listdir(folder))
