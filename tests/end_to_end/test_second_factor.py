"""Codes beside the password: asked for after a right one and never after a wrong one, good once,
replaced by recovery codes, demanded of admins, and nowhere to be found on disk."""

import base64
import pathlib
import re
import time
import urllib.parse

import pytest

from desk import PASSWORD, PATIENCE, Desk, Refused, operation
from encrypted import connect
from person import Person
from totp import App, set_up

WRONG = "not the password at all"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def unlock(desk, name):
    """Wrong tries slow down the next; these tests are not about that."""
    with desk.connect() as console:
        try:
            console.do("admin.unlock", name=name)
        except Refused as refused:
            assert refused.code == "already_done"


def login(desk, name, password=PASSWORD, **fields):
    client = desk.connect()
    client.call("account.login", name=name, password=password, **fields)
    return client


def refusal(desk, name, password=PASSWORD, **fields):
    with desk.connect() as client:
        return client.refusal("account.login", name=name, password=password, **fields)


def wait_for_failures(console, name, count):
    """What was counted is kept a moment after the answer."""
    end = time.monotonic() + PATIENCE
    while not [one for one in console.call("admin.locks")["locks"]
               if one.get("name") == name and one["failures"] >= count]:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_setting_up_signing_in_and_giving_up(desk):
    client = desk.user("ann")
    assert client.call("account.get")["account"]["second_factor"] is False
    assert client.refusal("account.totp_begin", password=WRONG)["code"] == "auth_failed"
    begun = client.call("account.totp_begin", password=PASSWORD)
    assert re.fullmatch("[A-Z2-7]{32}", begun["secret"])
    uri = urllib.parse.urlsplit(begun["uri"])
    query = dict(urllib.parse.parse_qsl(uri.query))
    assert uri.scheme == "otpauth" and uri.netloc == "totp" and uri.path.endswith(":ann")
    assert query["secret"] == begun["secret"] and query["digits"] == "6"
    app = App(begun["secret"])
    # Until it is confirmed the password is enough.
    login(desk, "ann").close()
    wrong = client.refusal_of("account.totp_confirm", code=app.wrong())
    assert (wrong["code"], wrong["field"]) == ("auth_failed", "code")
    confirmed = client.do("account.totp_confirm", code=app.code())
    codes = [one["code"] for one in confirmed["codes"]]
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code) for code in codes)
    assert client.call("account.get")["account"]["second_factor"] is True

    asked = refusal(desk, "ann")
    assert (asked["code"], asked["field"]) == ("code_required", "code")
    # No code is good twice: not even the one it was confirmed with.
    used = refusal(desk, "ann", code=app.shown())
    assert used["code"] == "auth_failed"
    login(desk, "ann", code=app.code()).close()
    login(desk, "ann", code=codes[3].lower().replace("-", " ")).close()
    assert refusal(desk, "ann", code=codes[3])["code"] == "auth_failed"
    unlock(desk, "ann")

    assert client.refusal_of("account.totp_remove", password=WRONG,
                             code=codes[0])["code"] == "auth_failed"
    assert client.refusal_of("account.totp_remove", password=PASSWORD,
                             code=codes[3])["code"] == "auth_failed"
    client.do("account.totp_remove", password=PASSWORD, code=codes[0])
    login(desk, "ann").close()
    client.close()


def test_a_repeated_confirmation_does_not_tell_the_codes_again(desk):
    client = desk.user("berta")
    app = App(client.call("account.totp_begin", password=PASSWORD)["secret"])
    fields = {"operation": operation(), "code": app.code()}
    first = client.call("account.totp_confirm", **fields)
    again = client.call("account.totp_confirm", **fields)
    assert "codes" in first and "codes" not in again
    assert first["version"] == again["version"]
    client.close()


def test_after_a_wrong_password_nothing_tells_of_a_second_factor(desk):
    """The same bytes for who has one, who has none and who is nobody; with a code and without."""
    with desk.user("carl") as client:
        app, _ = set_up(client, PASSWORD)
    desk.user("dora").close()
    for fields in ({}, {"code": app.wrong()}):
        said = [refusal(desk, name, WRONG, **fields) for name in ("carl", "dora", "nobody-here")]
        assert said[0] == said[1] == said[2]
        assert said[0]["code"] == "auth_failed"
    # A right password with a wrong code reads like a wrong password with one.
    assert refusal(desk, "carl", code=app.wrong()) == said[0]
    for name in ("carl", "dora"):
        unlock(desk, name)


def test_wrong_codes_count_as_wrong_passwords_do(desk):
    """Also the same code over and over: it may be right a minute later. And that the password was
    right takes nothing back."""
    with desk.user("emil") as client:
        app, _ = set_up(client, PASSWORD)
    wrong = app.wrong()
    for _ in range(3):
        assert refusal(desk, "emil", code=wrong)["code"] == "auth_failed"
        assert refusal(desk, "emil")["code"] == "code_required"
    assert refusal(desk, "emil", code=wrong)["code"] == "auth_failed"
    throttled = refusal(desk, "emil", code=wrong)
    assert throttled["code"] == "throttled" and throttled["retry_after"] > 0
    with desk.connect() as console:
        wait_for_failures(console, "emil", 4)
    unlock(desk, "emil")
    assert "wrong second factor for emil" in desk.log()


def test_a_right_password_takes_no_wrong_code_back_in_admin_mode(desk):
    """Who has found the password out must not guess at codes for ever by showing none between."""
    desk.staff("nora", role="admin").close()
    with connect(desk) as admin:
        token = admin.login("nora")["token"]
        app, _ = set_up(admin, PASSWORD)
    codes = []
    for _ in range(6):  # each on a connection of its own: that has a limit of its own
        with connect(desk) as admin:
            token = admin.resume(token)["token"]
            codes.append(admin.refusal("account.elevate", password=PASSWORD,
                                       code=app.wrong())["code"])
            admin.refusal("account.elevate", password=PASSWORD)
    assert codes[:3] == ["auth_failed"] * 3
    assert "throttled" in codes


def test_no_other_use_of_the_password_takes_a_wrong_code_back(desk):
    """Beginning another second factor takes the password alone: who found a screen unlocked and
    knows the password must not do that between any two guesses at a code."""
    desk.user("olga").close()
    with connect(desk) as client:
        token = client.login("olga")["token"]
        app, _ = set_up(client, PASSWORD)
    codes = []
    for _ in range(6):  # each on a connection of its own: that has a limit of its own
        with connect(desk) as client:
            token = client.resume(token)["token"]
            codes.append(client.refusal_of("account.totp_remove", password=PASSWORD,
                                           code=app.wrong())["code"])
            client.refusal("account.totp_begin", password=PASSWORD)
    assert codes[:3] == ["auth_failed"] * 3
    assert "throttled" in codes


def test_another_password_takes_the_code_too(desk):
    """It ends the other sign-ins: whoever found a screen unlocked and knows the password would be
    the only one left."""
    desk.user("paula").close()
    there = desk.connect()
    there.login("paula")
    here = desk.connect()
    here.login("paula")
    app, codes = set_up(here, PASSWORD)
    change = {"old_password": PASSWORD, "password": PASSWORD + " 2"}
    asked = here.refusal_of("account.set_password", **change)
    assert (asked["code"], asked["field"]) == ("code_required", "code")
    wrong = here.refusal_of("account.set_password", code=app.wrong(), **change)
    assert (wrong["code"], wrong["field"]) == ("auth_failed", "code")
    # A wrong password tells nothing of codes.
    assert here.refusal_of("account.set_password", code=codes[0], old_password=WRONG,
                           password=PASSWORD + " 2").get("field") != "code"
    assert there.call("account.get")["account"]["name"] == "paula"
    here.do("account.set_password", code=codes[0], **change)
    there.wait_closed()
    assert refusal(desk, "paula", PASSWORD + " 2", code=codes[0])["code"] == "auth_failed"
    login(desk, "paula", PASSWORD + " 2", code=codes[1]).close()
    here.close()


def test_a_desk_can_demand_one_for_admin_mode(desk):
    """The setting is about admin mode alone; the refusal says what to do."""
    with desk.connect() as console:
        version = console.call("admin.settings_get")["version"]
        console.do("admin.settings_update", version=version, admin_second_factor=1)
    boss = connect(desk)
    boss.login("boss")
    refused = boss.refusal("account.elevate", password=PASSWORD)
    assert refused["code"] == "second_factor_required"
    assert "ttydesk account totp begin" in refused["message"]
    assert boss.refusal("account.elevate", password=WRONG)["code"] == "auth_failed"
    assert boss.refusal("admin.account_list")["code"] == "elevation_required"
    app, codes = set_up(boss, PASSWORD)
    assert boss.refusal("account.elevate", password=PASSWORD)["code"] == "code_required"
    wrong = boss.refusal("account.elevate", password=PASSWORD, code=app.wrong())
    assert (wrong["code"], wrong["field"]) == ("auth_failed", "code")
    boss.call("account.elevate", password=PASSWORD, code=app.code())
    accounts = {one["name"]: one for one in boss.call("admin.account_list")["accounts"]}
    assert accounts["boss"]["second_factor"] is True
    boss.call("account.elevate", password=PASSWORD, code=codes[0])
    with desk.connect() as console:
        version = console.call("admin.settings_get")["version"]
        console.do("admin.settings_update", version=version, admin_second_factor=0)
    # Who has one is asked for it all the same.
    assert boss.refusal("account.elevate", password=PASSWORD)["code"] == "code_required"
    boss.close()


class NewDesk(Desk):
    """As an operator makes it who says nothing about it."""

    init = ["init"]


def test_a_new_desk_demands_one_and_the_operator_may_say_no():
    """From the first admin to admin mode; and the way back for a desk that wants none."""
    with NewDesk() as desk:
        settings = desk.run("settings").stdout
        assert re.search(r"admin_second_factor\W+1", settings), settings
        desk.admin()
        desk.start()
        with connect(desk) as boss:
            boss.login("boss")
            assert boss.refusal("account.elevate",
                                password=PASSWORD)["code"] == "second_factor_required"
            app, _ = set_up(boss, PASSWORD)
            boss.call("account.elevate", password=PASSWORD, code=app.code())
            assert boss.call("admin.settings_get")["admin_second_factor"] == 1
        desk.run("account", "totp-reset", "boss")
        desk.run("settings", "admin_second_factor=0")
        with connect(desk) as boss:
            boss.login("boss")
            boss.elevate()
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def test_the_console_helps_who_has_lost_it(desk):
    client = desk.user("frieda")
    set_up(client, PASSWORD)
    assert refusal(desk, "frieda")["code"] == "code_required"
    assert desk.run("account", "totp-reset", "nobody-here", check=False).returncode != 0
    desk.run("account", "totp-reset", "frieda")
    client.wait_closed()
    login(desk, "frieda").close()
    again = desk.run("account", "totp-reset", "frieda", check=False)
    assert again.returncode != 0 and "has no second factor" in again.stderr


def test_a_one_time_code_is_no_way_around_it(desk):
    with desk.user("gustav") as client:
        _, codes = set_up(client, PASSWORD)
    said = desk.run("account", "reset", "gustav").stdout
    code = re.search("([0-9A-Z]{4}-){3}[0-9A-Z]{4}", said).group()
    with desk.connect() as client:
        client.do("account.use_code", name="gustav", code=code, password=PASSWORD + " 2")
    assert refusal(desk, "gustav", PASSWORD + " 2")["code"] == "code_required"
    login(desk, "gustav", PASSWORD + " 2", code=codes[0]).close()


def test_others_are_not_told_who_has_one(desk):
    staff = desk.staff("hilda")
    with desk.user("ida") as client:
        set_up(client, PASSWORD)
    assert "second_factor" not in staff.call("account.get", name="ida")["account"]
    assert "second_factor" in staff.call("account.get")["account"]
    staff.close()


def test_the_verbs_ask_for_the_code_when_the_desk_does(desk):
    """At a terminal and from standard input; never as an argument, nor shown as it is typed."""
    desk.user("lena").close()
    lena = Person(desk).sign_in("lena")
    status, _, said = lena.run("account", "totp", "begin", "--password-stdin", text=WRONG + "\n")
    assert status != 0 and "not right" in said
    begun = lena.do("account", "totp", "begin", "--password-stdin", text=PASSWORD + "\n")
    secret = re.search("secret=([A-Z2-7]{32})", begun).group(1)
    assert secret in re.search("^Secret: (.*)$", begun, re.M).group(1).replace(" ", "")
    app = App(secret)
    status, _, said = lena.run("account", "totp", "confirm", "--password-stdin",
                               text=app.wrong() + "\n")
    assert status != 0 and "This code is not right" in said
    confirmed = lena.do("account", "totp", "confirm", "--password-stdin", text=app.code() + "\n")
    codes = re.findall("^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$", confirmed, re.M)
    assert len(codes) == 10

    status, _, said = lena.run("login", "lena", "--password-stdin", text=PASSWORD + "\n")
    assert status == 4 and "line after the password" in said
    lena.do("login", "lena", "--password-stdin", text=f"{PASSWORD}\n{codes[0]}\n")
    status, _, said = lena.run("login", "lena", "--password-stdin",
                               text=f"{PASSWORD}\n{codes[0]}\n")
    assert status != 0 and "code is not right" in said
    unlock(desk, "lena")
    status, screen = lena.type(["login", "lena"], [("Password: ", PASSWORD + "\n"),
                                                   ("Code of your", codes[1] + "\n")])
    assert status == 0 and "Signed in as lena" in screen
    assert codes[1] not in screen and PASSWORD not in screen
    assert "second_factor" in lena.json("whoami")
    lena.do("account", "totp", "remove", "--password-stdin", text=f"{PASSWORD}\n{codes[2]}\n")
    lena.do("login", "lena", "--password-stdin", text=PASSWORD + "\n")
    status, _, said = lena.run("account", "totp")
    assert status == 1 and "totp begin" in said


def test_verbs_of_admins_ask_for_the_code_too(desk):
    desk.staff("max", role="admin").close()
    admin = Person(desk).sign_in("max")
    begun = admin.json("account", "totp", "begin", "--password-stdin", text=PASSWORD + "\n")
    app = App(begun["secret"])
    reply = admin.json("account", "totp", "confirm", "--password-stdin", text=app.code() + "\n")
    codes = [one["code"] for one in reply["codes"]]
    status, _, said = admin.run("list", "--deleted", "--password-stdin", text=PASSWORD + "\n")
    assert status == 4 and "line after the password" in said
    admin.do("list", "--deleted", "--password-stdin", text=f"{PASSWORD}\n{codes[0]}\n")


def test_secrets_and_codes_are_nowhere_on_disk():
    """Neither in the database, of which backups are made, nor in the log."""
    with Desk() as desk:
        desk.admin()
        desk.start()
        with desk.user("kurt") as client:
            app, codes = set_up(client, PASSWORD)
        login(desk, "kurt", code=codes[0]).close()
        assert desk.stop() == 0
        # The secret may stand there in either form.
        secrets = [app.secret.encode(), base64.b32decode(app.secret)]
        secrets += [form for code in codes for form in (code.encode(),
                                                        code.replace("-", "").encode())]
        files = [path for path in pathlib.Path(desk.folder).rglob("*") if path.is_file()]
        assert any(path.name != "log" and path.stat().st_size > 10000 for path in files)
        for path in files:
            data = path.read_bytes()
            assert not [secret for secret in secrets if secret in data], path
