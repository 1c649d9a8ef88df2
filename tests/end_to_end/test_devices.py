"""Sign-ins, known devices, and guessing that is slowed down without locking anybody out."""

import time

import pytest

from desk import PASSWORD, PATIENCE, Desk
from encrypted import EncryptedClient


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(params=["unix", "tcp"], name="way")
def fixture_way(request, desk):
    if request.param == "unix":
        return desk.connect
    return lambda: EncryptedClient(("localhost", desk.port), desk.fingerprint)


def login(client, name, device, token=None):
    fields = {"name": name, "password": PASSWORD, "device": device}
    if token is not None:
        fields["device_token"] = token
    result = client.call("account.login", **fields)
    if hasattr(client, "channel"):
        client.channel.signed_in = True
    return result


def register(desk, name):
    with desk.connect() as client:
        client.do("account.register", name=name, email=f"{name}@example.org", password=PASSWORD)
    return name


def test_sign_ins_are_listed_and_ended_at_once(desk, way):
    name = register(desk, f"lister{id(way)}"[:20])
    one, two, three = way(), way(), way()
    login(one, name, "laptop")
    login(two, name, "phone")
    token = login(three, name, "tablet")["token"]
    found = one.call("account.sign_ins")["sign_ins"]
    assert [(item["device"], item["current"]) for item in found] == [
        ("laptop", True), ("phone", False), ("tablet", False)]
    one.call("account.end_sign_in", id=found[1]["id"])
    assert two.note("bye")["code"] == "not_signed_in"
    one.call("account.end_other_sign_ins")
    assert three.note("bye")["code"] == "not_signed_in"
    assert way().refusal("account.resume", token=token)["code"] == "auth_failed"
    assert len(one.call("account.sign_ins")["sign_ins"]) == 1


def test_sign_in_of_somebody_else_is_as_absent_as_none(desk, way):
    mine, theirs = (register(desk, f"{who}{id(way)}"[:20]) for who in ("mine", "theirs"))
    one, other = way(), way()
    login(one, mine, "a")
    login(other, theirs, "b")
    there = other.call("account.sign_ins")["sign_ins"][0]["id"]
    device = other.call("account.devices")["devices"][0]["id"]
    assert one.refusal("account.end_sign_in", id=there) == \
        one.refusal("account.end_sign_in", id=4711)
    assert one.refusal("account.forget_device", id=device) == \
        one.refusal("account.forget_device", id=4711)
    assert other.call("account.get")


def test_admin_lists_and_ends_sign_ins(desk, way):
    name = register(desk, f"watched{id(way)}"[:20])
    person = way()
    login(person, name, "laptop")
    with way() as boss:
        boss.login("boss")
        assert boss.refusal("admin.sign_ins", name=name)["code"] == "elevation_required"
        boss.elevate()
        assert [one["device"] for one in boss.call("admin.sign_ins", name=name)["sign_ins"]] == \
            ["laptop"]
        boss.do("admin.end_sign_ins", name=name)
        assert person.note("bye")["code"] == "not_signed_in"
        assert boss.call("admin.sign_ins", name=name)["sign_ins"] == []
        assert boss.refusal("admin.sign_ins", name="nobody")["code"] == "not_found"
        boss.call("account.logout")


def test_new_device_is_told_to_other_sessions_and_at_the_next_sign_in(desk, way):
    name = register(desk, f"owner{id(way)}"[:20])
    one, two = way(), way()
    known = login(one, name, "laptop")["device_token"]
    assert "device_token" in login(two, name, "stranger's")
    assert one.note("account.new_device")["name"] == "stranger's"
    again = login(way(), name, "laptop", known)
    assert "device_token" not in again and again["new_device"]["name"] == "stranger's"
    assert "new_device" not in login(way(), name, "laptop", known)
    devices = one.call("account.devices")["devices"]
    assert [(item["name"], item["current"]) for item in devices] == [
        ("laptop", True), ("stranger's", False)]
    one.call("account.forget_device", id=devices[0]["id"])
    assert "device_token" in login(way(), name, "laptop", known)


def test_guesses_of_strangers_do_not_slow_a_known_device(desk):
    name = register(desk, "guessed")
    known = login(desk.connect(), name, "laptop")["device_token"]
    for index in range(4):
        desk.connect().refusal("account.login", name=name, password=f"guess number {index}")
    assert desk.connect().refusal("account.login", name=name,
                                  password=PASSWORD)["code"] == "throttled"
    wrong = desk.connect().refusal("account.login", name=name, password=PASSWORD,
                                   device_token=bytes(32))
    assert wrong["code"] == "throttled"
    login(desk.connect(), name, "laptop", known)


def counted(client, name):
    """The lock of this account, once it is counted: that is a command of its own."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for one in client.call("admin.locks")["locks"]:
            if one.get("name") == name:
                return one
    raise AssertionError("never counted")


def test_count_survives_a_restart_and_an_admin_takes_it_away():
    with Desk() as desk:
        desk.admin()
        desk.start()
        name = register(desk, "target")
        console = desk.connect()
        for index in range(3):
            desk.connect().refusal("account.login", name=name, password=f"guess number {index}")
        while counted(console, name)["failures"] < 3:
            pass
        assert desk.stop() == 0
        desk.start()
        console = desk.connect()
        lock = counted(console, name)
        assert lock["failures"] == 3 and not lock["stopped"] and lock["source"].startswith("unix:")
        desk.connect().refusal("account.login", name=name, password="one more guess")
        assert desk.connect().refusal("account.login", name=name,
                                      password=PASSWORD)["code"] == "throttled"
        console.do("admin.unlock", name=name)
        login(desk.connect(), name, "laptop")
        assert console.call("admin.locks")["locks"] == []
        assert console.refusal_of("admin.unlock", name=name)["code"] == "already_done"
        assert "the console unlocks target" in desk.log()
        assert desk.stop() == 0


def test_password_is_hashed_anew_when_it_costs_more():
    """Without the person's doing, and only on a sign-in that was right."""
    with Desk() as desk:
        desk.start()
        name = register(desk, "older")
        assert desk.stop() == 0
        desk.config["passwords"]["memlimit"] = "24M"
        desk.write_config()
        desk.start()
        login(desk.connect(), name, "laptop")
        assert desk.stop() == 0
        with open(f"{desk.data}/desk.mdb", "rb") as file:
            assert b"m=24576,t=2" in file.read()
        desk.start()
        login(desk.connect(), name, "laptop")
        assert desk.stop() == 0
