"""Personal data, through real clients: what somebody gets of it, what is left of them once they were
made unknown, and what goes by its age. What is erased is looked for in every byte of the file."""

import json
import os
import stat
import time

import pytest

from desk import PASSWORD, PATIENCE, Desk, Refused
from encrypted import connect
from person import Person

NAME, SHOWN, ADDRESS = "canaryname", "Canary Of Persons", "canary@mail.example"
NOTE, DRAFT, ANSWER = "canary-note for the staff", "canary-draft", "canary-answer of the staff"


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(name="stage")
def fixture_stage(desk):
    return Stage(desk)


class Stage:
    """Somebody with a ticket, a draft, a request for a role; somebody of the staff who answers."""

    def __init__(self, desk):
        self.desk = desk
        self.client = connect(desk)
        self.client.do("account.register", name=NAME, email=ADDRESS, display_name=SHOWN,
                       password=PASSWORD)
        self.client.login(NAME)
        self.staff = desk.staff("sam")
        self.client.do("account.request_role", role="staff", reason="canary-reason")
        self.number = self.client.ticket("The canary is dead", problem="It was alive before.")
        self.client.do("ticket.reply", number=self.number, text="Still dead.")
        self.client.call("draft.save", what="reply", number=self.number, text=DRAFT)
        self.staff.do("ticket.note", number=self.number, text=NOTE)
        self.staff.do("ticket.reply", number=self.number, text=ANSWER)

    def others_ticket(self):
        """Somebody else's, to which they reply because they are in copy."""
        with self.desk.user("ann") as ann:
            number = ann.ticket("Not theirs", problem="canary-of-ann")
            ann.do("ticket.cc_add", number=number, name=NAME)
            self.client.do("ticket.reply", number=number, text="I saw that too.")
        return number


def pages(client, method, **fields):
    """Everything, however small the pages are."""
    items, reply = [], {"more": True}
    while reply["more"]:
        more = {name: reply[name] for name in ("cursor", "within") if name in reply}
        reply = client.call(method, **fields, **more)
        items += reply["items"]
    return items


def of(items, what):
    return [item for item in items if item["what"] == what]


def bytes_of_a_backup(desk, name):
    """A copy without what LMDB has let go of."""
    path = os.path.join(desk.folder, name)
    desk.run("backup", path)
    with open(path, "rb") as file:
        return file.read()


def wait_until(finished):
    end = time.monotonic() + PATIENCE
    while not finished():
        assert time.monotonic() < end
        time.sleep(0.05)


# --- Export --------------------------------------------------------------------------------------


def test_people_get_what_is_theirs_and_no_private_note(stage):
    number = stage.others_ticket()
    items = pages(stage.client, "account.export")
    account = of(items, "account")[0]
    assert (account["name"], account["email"], account["display_name"]) == (NAME, ADDRESS, SHOWN)
    assert [item["title"] for item in of(items, "ticket")] == ["The canary is dead"]
    assert [(item["number"], item["name"], item["text"]) for item in of(items, "message")] == [
        (stage.number, NAME, "Still dead."), (stage.number, "sam", ANSWER),
        (number, NAME, "I saw that too.")]
    assert [item["text"] for item in of(items, "draft")] == [DRAFT]
    assert [item["text"] for item in of(items, "role_request")] == ["canary-reason"]
    assert [item["number"] for item in of(items, "copy")] == [number]
    assert len(of(items, "sign_in")) == 1 and of(items, "sign_in")[0]["source"]
    acts = [item["act"] for item in of(items, "act")]
    assert acts.count("ticket.reply") == 2 and "account.request_role" in acts
    said = json.dumps(items)
    for secret in (NOTE, "canary-of-ann", "argon2", "token", "hash"):
        assert secret not in said, secret
    assert b"canary-note" not in stage.client.received


def test_an_admin_gets_the_same_of_them_and_no_private_note(stage):
    stage.others_ticket()
    with stage.desk.connect() as console:
        theirs = pages(stage.client, "account.export")
        assert pages(console, "admin.account_export", name=NAME) == theirs
        error = console.refusal("admin.account_export", name="nobody")
        assert (error["code"], error["field"]) == ("not_found", "name")
    assert stage.staff.refusal("admin.account_export", name=NAME)["code"] == "forbidden"


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_page_can_end_anywhere_and_the_next_goes_on(stage, limit):
    stage.others_ticket()
    assert pages(stage.client, "account.export", limit=limit) == \
        pages(stage.client, "account.export", limit=200)


def test_verbs_write_it_to_a_file_of_ones_own_that_was_not_there(stage):
    person = Person(stage.desk).sign_in(NAME)
    path = os.path.join(person.home, "mine")
    status, output, said = person.run("account", "export", "--output", path)
    assert (status, output, said) == (0, "", f"Saved to {path}\n")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path, encoding="utf-8") as file:
        kept = [json.loads(line) for line in file]
    assert of(kept, "ticket")[0]["title"] == "The canary is dead"
    status, _, said = person.run("account", "export", "--output", path)
    assert status == 1 and "is there already" in said
    printed = [json.loads(line) for line in person.do("account", "export").splitlines()]
    assert of(printed, "draft") == of(kept, "draft")
    lines = stage.desk.run("account", "export", NAME).stdout.splitlines()
    assert of([json.loads(line) for line in lines], "ticket") == of(kept, "ticket")
    stage.desk.stop()
    assert stage.desk.run("account", "export", NAME).stdout.splitlines()[0] == lines[0]
    stage.desk.start()


# --- Making somebody unknown ---------------------------------------------------------------------


def test_what_is_left_of_somebody_who_was_made_unknown(stage):
    """Neither name nor address in any byte of the file; what they wrote stays."""
    desk = stage.desk
    before = bytes_of_a_backup(desk, "before")
    for trace in (NAME, SHOWN, ADDRESS, "canary-reason", DRAFT):
        assert trace.encode() in before, trace
    with desk.connect() as console:
        name = console.do("admin.account_anonymise", name=NAME)["name"]
        assert name.startswith("removed-")
        stage.client.wait_closed()
        wait_until(lambda: not [entry for entry in
                                console.call("admin.audit", actor=name)["entries"]
                                if "source" in entry])
        assert console.refusal_of("admin.account_enable", name=name)["code"] == "already_done"
    ticket = stage.staff.call("ticket.get", number=stage.number)["ticket"]
    assert (ticket["requester"], ticket["title"]) == (name, "The canary is dead")
    texts = [one["text"] for one in
             stage.staff.call("ticket.messages", number=stage.number)["messages"]]
    assert texts == ["Still dead.", NOTE, ANSWER]
    with pytest.raises(Refused):
        connect(desk).login(NAME)
    desk.stop()
    assert "whole" in desk.run("verify").stdout
    after = bytes_of_a_backup(desk, "after")
    for trace in (SHOWN, ADDRESS, "canary-reason", DRAFT):
        assert trace.encode() not in after, trace
    # The name itself may stand in the kept verdicts of their operations, for a day.
    assert after.count(NAME.encode()) < before.count(NAME.encode())
    desk.start()


def test_it_goes_on_where_a_killed_daemon_left_off(stage):
    for _ in range(30):
        stage.client.ticket()
    with stage.desk.connect() as console:
        name = console.do("admin.account_anonymise", name=NAME)["name"]
    stage.desk.stop(9)
    stage.desk.start()
    with stage.desk.connect() as console:
        wait_until(lambda: not [entry for entry in
                                console.call("admin.audit", actor=name)["entries"]
                                if "source" in entry])


def test_the_verb_wants_the_name_once_more(stage):
    desk = stage.desk
    wrong = desk.run("account", "anonymise", NAME, password="another", check=False)
    assert wrong.returncode == 1 and "nothing was changed" in wrong.stderr
    assert NAME in desk.run("account", "list").stdout
    assert "removed-" in desk.run("account", "anonymise", NAME, password=NAME).stdout
    assert NAME not in desk.run("account", "list").stdout
    assert SHOWN not in desk.run("audit", "--json").stdout
    refused = desk.run("account", "anonymise", "boss", password="boss", check=False)
    assert refused.returncode == 1 and refused.stderr


# --- Retention -----------------------------------------------------------------------------------


def test_a_dry_run_names_what_a_run_then_purges(stage):
    """Nothing is a day old here, so both find nothing; ages are the business of the core's test."""
    desk = stage.desk
    stage.client.do("ticket.update", number=stage.number, version=1 + 2, status="RESOLVED")
    off = desk.run("retention", "--dry-run")
    assert "for ever" in off.stderr and off.stdout == ""
    assert desk.run("retention", "--run", check=False).returncode == 1
    desk.run("settings", "retention_days=1")
    assert "0 would be purged" in desk.run("retention", "--dry-run").stderr
    assert desk.run("retention", "--run").stdout == "0 purged\n"
    assert desk.run("retention", check=False).returncode == 2
    with desk.connect() as console:
        preview = console.call("admin.retention_preview")
        assert (preview["days"], preview["tickets"], preview["more"]) == (1, [], False)


# --- What a purge leaves -------------------------------------------------------------------------


def test_nothing_of_a_purged_ticket_is_in_any_byte_of_the_file(desk):
    """With files, followers, drafts, former versions and messages that came by a merge."""
    traces = ["canary-title", "canary-problem", "canary-new-title", "canary-reply", "canary-first",
              "canary-second", "canary-note", "canary-merged-title", "canary-merged", "canary-file",
              "canary-content", "canary-draft"]
    with desk.user("ann") as ann, desk.staff("sam") as sam:
        kept = ann.ticket("kept-title", problem="kept-problem")
        number = ann.ticket("canary-title", problem="canary-problem")
        ann.do("ticket.update", number=number, version=1, title="canary-new-title")
        ann.do("ticket.reply", number=number, text="canary-reply")
        said = sam.do("ticket.reply", number=number, text="canary-first")["sequence"]
        sam.do("message.edit", number=number, message=said, text="canary-second")
        sam.do("ticket.note", number=number, text="canary-note")
        ann.do("ticket.cc_add", number=number, name="sam")
        sam.do("ticket.watch", number=number)
        other = ann.ticket("canary-merged-title", problem="canary-merged")
        ann.do("ticket.reply", number=other, text="canary-merged")
        version = sam.call("ticket.get", number=other)["ticket"]["version"]
        sam.do("ticket.merge", number=other, version=version, into=number)
        with open(os.path.join(desk.folder, "canary-file"), "w", encoding="utf-8") as file:
            file.write("canary-content\n")
        Person(desk).sign_in("ann").do("attach", str(number),
                                       os.path.join(desk.folder, "canary-file"))
        ann.call("draft.save", what="reply", number=number, text="canary-draft of ann")
        sam.call("draft.save", what="note", number=other, text="canary-draft of sam")
        before = bytes_of_a_backup(desk, "before")
        assert [trace for trace in traces if trace.encode() not in before] == []
        with desk.connect() as console:
            console.do("admin.ticket_delete", number=number)
            console.do("admin.ticket_purge", number=number)
        assert ann.call("ticket.get", number=kept)["ticket"]["title"] == "kept-title"
    after = bytes_of_a_backup(desk, "after")
    assert [trace for trace in traces if trace.encode() in after] == []
    assert b"kept-title" in after


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
