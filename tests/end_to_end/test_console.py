"""The operator's verbs about health, settings, canned replies, accounts and queues: on a desk that is
served, and, where no daemon is needed, on one that is not."""

import json
import os

import pytest

from desk import Desk


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        yield desk


def values(output):
    return dict(line.split("\t", 1) for line in output.splitlines())


def test_health_tells_numbers_and_no_names(desk):
    """An operator sees at a glance how the desk is, and nothing of what people wrote."""
    desk.admin("boss")
    desk.start()
    ann = desk.user("ann")
    number = ann.ticket("canary-title")
    with desk.connect() as console:
        console.do("admin.ticket_delete", number=number)
        told = desk.run("health")
        health = values(told.stdout)
        assert (health["tickets"], health["deleted"], health["accounts"]) == ("1", "1", "2")
        assert (health["connections"], health["signed_in"]) == ("3", "1")  # the verb's own too
        assert int(health["sequence"]) == console.call("admin.health")["sequence"]
        assert int(health["batches"]) > 0 and int(health["map_bytes"]) == 256 << 20
        assert 0 < int(health["used_bytes"]) <= int(health["map_bytes"])
        assert health["backup"] == "-" and "problem" not in health
        answer = console.call("admin.health")
        assert answer["problems"] == [] and "backup" not in answer and answer["readers"] >= 1
    for secret in ("canary", "ann", "boss", desk.folder):
        assert secret not in told.stdout
    assert desk.stop() == 0


def test_health_is_for_checks(desk):
    """Exit status 1 when nobody serves, JSON for programs, and the last backup is known."""
    refused = desk.run("health", check=False)
    assert refused.returncode == 1 and "ttydeskd serve" in refused.stderr
    desk.start()
    desk.run("backup", os.path.join(desk.folder, "copy"))
    health = json.loads(desk.run("health", "--json").stdout)
    assert health["time"] - 600000 < health["backup"] <= health["time"] + 600000
    assert health["problems"] == []
    assert desk.stop() == 0


def test_health_is_not_for_users_and_staff(desk):
    desk.admin("boss")
    desk.start()
    sam = desk.staff("sam")
    assert sam.refusal("admin.health")["code"] == "forbidden"
    boss = desk.connect()
    boss.login("boss")
    assert boss.refusal("admin.health")["code"] == "elevation_required"
    boss.elevate()
    assert boss.call("admin.health")["accounts"] == 2
    assert desk.stop() == 0


def check_settings(desk):
    shown = desk.run("settings").stdout.splitlines()
    names = {line.split("\t")[0]: line.split("\t")[1:] for line in shown}
    assert names["reopen_days"][:2] == ["14", "0 to 3650"] and "reopen" in names["reopen_days"][2]
    assert names["registration"][:2] == ["open", "open, approval, closed"]
    changed = desk.run("settings", "reopen_days=3", "registration=approval", "--json")
    settings = json.loads(changed.stdout)
    assert (settings["reopen_days"], settings["registration"]) == (3, "approval")
    for wrong, said in (("reopen_days=3651", "0 to 3650"), ("reopen_days=-1", "0 to 3650"),
                        ("reopen_days=many", "0 to 3650"), ("registration=maybe", "approval"),
                        ("colour=red", "ttydeskd settings"), ("version=9", "ttydeskd settings"),
                        ("reopen_days", "NAME=VALUE")):
        refused = desk.run("settings", "edit_minutes=1", wrong, check=False)
        assert refused.returncode == 1 and said in refused.stderr, refused.stderr
    # What is refused in part is refused as a whole.
    assert json.loads(desk.run("settings", "--json").stdout)["edit_minutes"] == 15


def check_canned(desk):
    desk.run("canned", "create", "greet", "--title", "Hello", password="Dear {requester},\n\nhello.")
    desk.run("canned", "create", "bye", "--text", "Good bye.")
    assert desk.run("canned", "list").stdout == "greet\tHello\nbye\t\n"
    assert desk.run("canned", "show", "greet").stdout == "Dear {requester},\n\nhello.\n"
    desk.run("canned", "update", "bye", "--name", "farewell", "--title", "Done")
    desk.run("canned", "update", "farewell", "--text", "-", password="See you.")
    assert desk.run("canned", "show", "farewell").stdout == "See you.\n"
    taken = desk.run("canned", "create", "greet", "--text", "x", check=False)
    assert taken.returncode == 1 and "already" in taken.stderr
    bad = desk.run("canned", "create", "Big Letters", "--text", "x", check=False)
    assert bad.returncode == 1 and "a-z" in bad.stderr
    empty = desk.run("canned", "create", "empty", "--text", "", check=False)
    assert empty.returncode == 1 and "text" in empty.stderr
    desk.run("canned", "remove", "farewell")
    gone = desk.run("canned", "show", "farewell", check=False)
    assert gone.returncode == 1 and "no canned reply" in gone.stderr


def check_accounts_and_queues(desk):
    made = desk.run("account", "create", "sam", "--role", "staff", "--display-name", "Sam").stdout
    assert "One-time code for sam: " in made
    assert "One-time code for sam: " in desk.run("account", "reset", "sam").stdout
    desk.run("account", "role", "sam", "user")
    desk.run("account", "disable", "sam")
    assert "sam\tuser\tdisabled\tsam@localhost\tSam\n" in desk.run("account", "list").stdout
    desk.run("account", "enable", "sam")
    desk.run("account", "role", "sam", "staff")
    for words, said in ((["create", "sam"], "taken"), (["disable", "nobody"], "no"),
                        (["role", "boss", "user"], "last"), (["create", "a" * 33], "32")):
        refused = desk.run("account", *words, check=False)
        assert refused.returncode == 1 and said in refused.stderr, refused.stderr
    desk.run("account", "unlock", "sam", check=False)
    assert desk.run("account", "locks").stdout == ""
    assert desk.run("account", "sign-ins", "sam").stdout == ""
    desk.run("queue", "create", "network", "--members-only", "yes")
    desk.run("queue", "update", "network", "--description", "Cables", "--closed", "yes")
    desk.run("queue", "rights", "network", "sam", "read change")
    assert desk.run("queue", "members", "network").stdout == "sam\tstaff\tread change\n"
    assert "network\tmembers-only closed \tCables\n" in desk.run("queue", "list").stdout


@pytest.mark.parametrize("served", [True, False])
def test_verbs_work_with_and_without_a_daemon(desk, served):
    """The same verbs, the same answers and the same refusals; and the record is whole afterwards."""
    desk.admin("boss")
    if served:
        desk.start()
    check_settings(desk)
    check_canned(desk)
    check_accounts_and_queues(desk)
    if served:
        assert desk.stop() == 0
    assert "whole" in desk.run("verify").stdout
    acts = [json.loads(line) for line in desk.run("audit", "--json").stdout.splitlines()]
    assert {act["actor"] for act in acts} == {"console"}
    assert {"admin.settings_update", "admin.canned_remove",
            "admin.queue_rights"} <= {act["what"] for act in acts}


def test_code_given_offline_works_online(desk):
    """An operator may reset a password before the daemon is started."""
    desk.admin("boss")
    said = desk.run("account", "create", "ann").stdout
    code = said.split("One-time code for ann: ")[1].split()[0]
    desk.start()
    with desk.connect() as client:
        client.do("account.use_code", name="ann", code=code, password="violet tractor umbrella")
        assert client.login("ann")["account"]["role"] == "user"
    assert desk.stop() == 0


def test_two_verbs_do_not_share_a_desk_that_nobody_can_ask(desk):
    """Without a socket a serving daemon holds the lock, and a verb says so."""
    desk.config["listen"]["socket"] = ""
    desk.write_config()
    desk.start()
    refused = desk.run("settings", "reopen_days=1", check=False)
    assert refused.returncode == 1 and refused.stderr.startswith("ttydeskd: ")
    assert desk.stop() == 0


def test_role_requests_are_answered_on_the_console(desk):
    """Who asks for a role need not wait for somebody who sits in the client."""
    desk.admin("boss")
    desk.start()
    for name in ("ann", "bob"):
        with desk.user(name) as client:
            client.do("account.request_role", role="staff", reason="I help")
    lines = desk.run("account", "requests").stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [["ann", "user", "staff"],
                                                        ["bob", "user", "staff"]]
    assert desk.stop() == 0
    wrong = desk.run("account", "grant", "ann", "admin", check=False)
    assert wrong.returncode == 1
    desk.run("account", "grant", "ann", "staff")
    desk.run("account", "decline", "bob")
    assert desk.run("account", "requests").stdout == ""
    assert "ann\tstaff\t" in desk.run("account", "list").stdout
