"""Passwords, tokens and how sign-ins end."""

import os

import pytest

from desk import NOBODY, PASSWORD, Desk, Refused

OTHER_PASSWORD = "seven purple lamps"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        log = desk.log()
        assert PASSWORD not in log and OTHER_PASSWORD not in log


def test_unknown_name_and_wrong_password_answer_alike(desk):
    desk.user("known").close()
    unknown = desk.connect().refusal("account.login", name="unknown", password=OTHER_PASSWORD)
    wrong = desk.connect().refusal("account.login", name="known", password=OTHER_PASSWORD)
    assert unknown == wrong and unknown["code"] == "auth_failed"


def test_wrong_passwords_are_logged_without_what_was_typed(desk):
    """A name that is no account's may be a password typed into the wrong line."""
    desk.user("logged").close()
    desk.connect().refusal("account.login", name="logged", password=OTHER_PASSWORD)
    desk.connect().refusal("account.login", name="MyS3cretInTheWrongLine", password="x")
    log = desk.log()
    assert "unix:0: wrong password for logged" in log or os.geteuid() != 0
    assert "wrong password for an unknown name" in log and "S3cret" not in log


def test_connection_ends_after_four_wrong_passwords(desk):
    client = desk.connect()
    for index in range(4):
        assert client.refusal("account.login", name=f"guess{index}",
                              password=OTHER_PASSWORD)["code"] == "auth_failed"
    assert client.note("bye")["code"] == "auth_failed"
    client.wait_closed()


def test_guessing_one_account_is_slowed_down(desk):
    """From the fourth failure on; the same wrong password again does not count."""
    desk.user("target").close()
    client = desk.connect()
    for _ in range(3):
        client.refusal("account.login", name="target", password="the same wrong one")
    for index in range(3):
        client = desk.connect()
        client.refusal("account.login", name="target", password=f"another wrong one {index}")
    error = desk.connect().refusal("account.login", name="target", password=PASSWORD)
    assert error["code"] == "throttled" and 0 < error["retry_after"] <= 2000
    assert desk.user("untouched").call("account.get")


def test_token_resumes_and_rotates(desk):
    """The token that was used stays good until the one given for it is used."""
    client = desk.user("resumer")
    first = client.login("resumer")["token"]
    second = desk.connect().call("account.resume", token=first)["token"]
    again = desk.connect().call("account.resume", token=first)["token"]
    assert len({first, second, again}) == 3
    resumed = desk.connect()
    resumed.call("account.resume", token=again)
    assert resumed.call("account.get")["account"]["name"] == "resumer"
    assert desk.connect().refusal("account.resume", token=first)["code"] == "auth_failed"
    assert desk.connect().refusal("account.resume", token=bytes(32))["code"] == "auth_failed"


def test_signing_out_ends_the_token(desk):
    client = desk.user("leaver")
    token = client.login("leaver")["token"]
    client.call("account.logout")
    with pytest.raises(Refused, match="not_signed_in"):
        client.call("account.get")
    assert desk.connect().refusal("account.resume", token=token)["code"] == "auth_failed"


def test_sign_in_outlives_the_daemon():
    with Desk() as desk:
        desk.start()
        token = desk.user("survivor").login("survivor")["token"]
        assert desk.stop() == 0
        desk.start()
        assert desk.connect().call("account.resume", token=token)["account"]["name"] == "survivor"
        assert desk.stop() == 0


def test_new_password_ends_all_other_sign_ins(desk):
    client, other = desk.user("changer"), desk.connect()
    other.login("changer")
    assert client.refusal_of("account.set_password", old_password=OTHER_PASSWORD,
                             password=OTHER_PASSWORD)["code"] == "auth_failed"
    client.do("account.set_password", old_password=PASSWORD, password=OTHER_PASSWORD)
    assert other.note("bye")["code"] == "not_signed_in"
    other.wait_closed()
    assert client.call("account.get")
    assert desk.connect().refusal("account.login", name="changer",
                                  password=PASSWORD)["code"] == "auth_failed"
    assert desk.connect().login("changer", OTHER_PASSWORD)


def test_disabled_account_is_out_at_once(desk):
    client = desk.user("banned")
    token = client.login("banned")["token"]
    boss = desk.connect()
    boss.login("boss")
    boss.elevate()
    boss.do("admin.account_disable", name="banned")
    assert client.note("bye")["code"] == "not_signed_in"
    assert desk.connect().refusal("account.resume", token=token)["code"] == "auth_failed"
    assert desk.connect().refusal("account.login", name="banned",
                                  password=PASSWORD)["code"] == "auth_failed"


def test_elevation_ends_with_the_connection(desk):
    boss = desk.connect()
    token = boss.login("boss")["token"]
    assert boss.refusal("account.elevate", password=OTHER_PASSWORD)["code"] == "auth_failed"
    boss.elevate()
    assert boss.call("admin.account_list")["accounts"]
    again = desk.connect()
    again.call("account.resume", token=token)
    assert again.refusal("admin.account_list")["code"] == "elevation_required"
    boss.call("account.end_elevation")
    assert boss.refusal("admin.account_list")["code"] == "elevation_required"


def test_users_have_no_admin_mode(desk):
    client = desk.user("hopeful")
    assert client.refusal("account.elevate", password=PASSWORD)["code"] == "forbidden"


@pytest.mark.parametrize("password, words", [
    ("short", "at least 12"), ("aaaaaaaaaaaaaaaa", "repeats"), ("abcdefghijklmno", "run"),
    ("password2024", "common"), ("picky.picky.1", "your user name"), ("ttydesk-ttydesk", "desk"),
])
def test_weak_passwords_are_refused_by_name_of_the_rule(desk, password, words):
    error = desk.connect().refusal_of("account.register", name="picky", email="p@example.org",
                                      password=password)
    assert (error["code"], error["field"]) == ("password_weak", "password")
    assert words in error["message"]


def test_site_may_ask_for_longer_passwords():
    with Desk(passwords={"minimum": 30}) as desk:
        weak = desk.run("admin", "create", "boss", "--password-stdin", password=PASSWORD,
                        check=False)
        assert weak.returncode == 1 and "at least 30" in weak.stderr
        desk.start()
        assert desk.connect().hello["limits"]["password_min"] == 30
        error = desk.connect().refusal_of("account.register", name="ann", email="a@example.org",
                                          password=PASSWORD)
        assert "at least 30" in error["message"]
        assert desk.stop() == 0


def test_passwords_typed_twice_have_to_agree(desk):
    error = desk.connect().refusal_of(
        "account.register", name="typo", email="t@example.org", password=PASSWORD,
        password_again=OTHER_PASSWORD)
    assert (error["code"], error["field"]) == ("password_mismatch", "password_again")


def test_closed_registration_is_refused_before_any_work(desk):
    with desk.connect() as console:
        settings = console.call("admin.settings_get")
        console.do("admin.settings_update", version=settings["version"], registration="closed")
        assert console.call("hello", protocol=1, client="t")["registration"] == "closed"
        error = console.refusal_of("account.register", name="late", email="l@example.org",
                                   password=PASSWORD)
        assert error["code"] == "registration_closed"
        settings = console.call("admin.settings_get")
        console.do("admin.settings_update", version=settings["version"], registration="open")


def test_connections_of_one_account_are_limited():
    with Desk(limits={"connections_per_account": 2}) as desk:
        desk.start()
        first, second = desk.user("many"), desk.connect()
        token = second.login("many")["token"]
        third = desk.connect()
        assert third.refusal("account.login", name="many", password=PASSWORD)["code"] == "too_many"
        assert third.refusal("account.resume", token=token)["code"] == "too_many"
        first.login("many")  # the same connection again is none more
        second.close()
        third.login("many")
        assert desk.stop() == 0


def test_registrations_are_limited():
    with Desk(limits={"registrations": 2}) as desk:
        desk.start()
        desk.user("one").close()
        desk.user("two").close()
        error = desk.connect(user=NOBODY).refusal_of(
            "account.register", name="three", email="three@example.org", password=PASSWORD)
        assert error["code"] == "throttled" and error["retry_after"] > 0
        assert desk.stop() == 0


def test_queue_of_passwords_is_bounded():
    """Whoever finds it full is told to come back, and nobody waits for ever."""
    with Desk(passwords={"opslimit": 3, "memlimit": "64M", "parallel": 1, "queued": 1}) as desk:
        desk.start()
        clients = [desk.connect() for _ in range(8)]
        waiting = [client.send("account.login", name=f"n{index}", password=PASSWORD)
                   for index, client in enumerate(clients)]
        codes = []
        for client, number in zip(clients, waiting):
            with pytest.raises(Refused) as refused:
                client.wait(number)
            codes.append(refused.value.code)
        assert set(codes) <= {"busy", "auth_failed"}
        assert codes.count("busy") >= 1 and codes.count("auth_failed") >= 1
        assert desk.stop() == 0
