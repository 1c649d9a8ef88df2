"""The audit through all rooms: what admins and the operator are told of who did what, and that
nothing can be taken out of the record or altered in it without being found."""

import csv
import io
import json
import os
import re

import pytest

from desk import PASSWORD, Desk
from person import Person

SECRET = "quite private words"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        desk.staff("sam").close()
        with desk.connect() as ann, desk.connect() as sam:
            ann.login("ann")
            sam.login("sam")
            number = ann.ticket("=cmd()")
            sam.do("ticket.take", number=number)
            sam.do("ticket.update", number=number, version=2, status="RESOLVED")
            sam.do("ticket.note", number=number, text=SECRET)
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("audit", "verify").stdout


def entries(desk, *filters):
    lines = desk.run("audit", "--json", *filters).stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_every_entry_says_who_what_when_and_from_where(desk):
    found = entries(desk)
    assert [one["sequence"] for one in found] == list(range(len(found), 0, -1))
    resolved = next(one for one in found if one["what"] == "ticket.update")
    assert resolved["actor"] == "sam" and resolved["tickets"] == [1]
    assert resolved["source"].startswith("unix:") and not resolved["gateway"]
    changes = {one["field"]: (one.get("old"), one.get("new")) for one in resolved["changes"]}
    assert changes["state"] == ("open", "resolved") and changes["version"] == ("2", "3")
    taken = next(one for one in found if one["what"] == "ticket.take")
    assert [one["new"] for one in taken["changes"] if one.get("field") == "owner"] == ["sam"]


def test_private_notes_are_told_without_their_words(desk):
    output = desk.run("audit", "--json").stdout + desk.run("audit").stdout
    assert "ticket.note" in output and SECRET not in output


def test_filters_narrow_it_down(desk):
    assert {one["actor"] for one in entries(desk, "--actor", "sam")} == {"sam"}
    assert {one["actor"] for one in entries(desk, "--actor", "console")} == {"console"}
    assert entries(desk, "--actor", "nobody-of-that-name") == []
    about = entries(desk, "--ticket", "1")
    assert [one["what"] for one in about] == [
        "ticket.note", "ticket.update", "ticket.take", "ticket.create"]
    assert {one["what"] for one in entries(desk, "--account", "ann")} == {"account.register"}
    everything = entries(desk)
    middle = everything[2]["time"]
    assert entries(desk, "--since", str(middle)) == [
        one for one in everything if one["time"] >= middle]
    assert entries(desk, "--until", str(middle)) == [
        one for one in everything if one["time"] < middle]
    assert entries(desk, "--since", "2999-01-01") == []
    assert entries(desk, "--until", "1999-12-31") == []
    assert len(entries(desk, "--limit", "3")) == 3


def test_a_spreadsheet_gets_one_line_for_each_change_and_nothing_it_would_run(desk):
    rows = list(csv.DictReader(io.StringIO(desk.run("audit", "--csv").stdout)))
    title = next(row for row in rows if row["field"] == "title")
    assert title["new"] == "'=cmd()" and title["method"] == "ticket.create"
    assert len(rows) == sum(len(one["changes"]) for one in entries(desk))


@pytest.mark.parametrize("arguments", [
    ("--json", "--csv"), ("--ticket", "x"), ("--since", "yesterday"), ("--limit", "-1")])
def test_bad_options_are_refused(desk, arguments):
    refused = desk.run("audit", *arguments, check=False)
    assert refused.returncode == 2 and refused.stderr.startswith("ttydeskd: ")


def test_admins_read_it_in_admin_mode_alone(desk):
    boss = Person(desk).sign_in("boss")
    said = boss.do("audit", "--ticket", "1", "--password-stdin", text=PASSWORD + "\n")
    assert "sam  ticket.take  from unix:" in said and SECRET not in said
    found = json.loads(boss.do("audit", "--actor", "sam", "--json", "--password-stdin",
                               text=PASSWORD + "\n"))
    assert {one["actor"] for one in found} == {"sam"}
    for name, code in (("ann", "forbidden"), ("sam", "forbidden"), ("boss", "elevation_required")):
        with desk.connect() as client:
            client.login(name)
            assert client.refusal("admin.audit")["code"] == code


def test_admins_narrow_it_down_by_time(desk):
    boss = Person(desk).sign_in("boss")
    secret = PASSWORD + "\n"

    def listed(*options):
        return boss.json("audit", *options, "--password-stdin", text=secret)

    assert len(listed("--limit", "200", "--since", "1h")) > 5
    assert listed("--until", "1h") == []
    assert listed("--since", "2100-01-01") == []
    assert len(listed("--since", "2020-01-01", "--until", "2100-01-01 10:00")) > 5
    status, _, why = boss.run("audit", "--since", "soon", "--password-stdin", text=secret)
    assert status == 1 and "is no time" in why


def test_pages_follow_one_another_without_gaps(desk):
    with desk.connect() as boss:
        boss.login("boss")
        boss.elevate()
        whole, fields = [], {"limit": 2}
        while True:
            page = boss.call("admin.audit", **fields)
            whole += [one["sequence"] for one in page["entries"]]
            if not page["more"]:
                break
            fields["cursor"] = page["cursor"]
    assert whole == list(range(whole[0], 0, -1))


def heads(desk):
    return re.findall(r"stands at sequence (\d+), digest ([0-9a-f]{64})", desk.log())


def test_an_altered_record_is_found():
    """Whoever can write the file can change what was said, but not unnoticed."""
    with Desk() as desk:
        desk.start()
        client = desk.user("ann")
        client.ticket("Nothing to see here")
        assert desk.stop() == 0
        head = ":".join(heads(desk)[-1])
        assert "stood at sequence" in desk.run("audit", "verify", "--head", head).stdout
        path = os.path.join(desk.data, "desk.mdb")
        with open(path, "r+b") as file:
            content = file.read()
            altered = content.replace(b"Nothing to see here", b"Nothing to see herE")
            assert altered != content
            file.seek(0)
            file.write(altered)
        for arguments in ((), ("--head", head)):
            found = desk.run("audit", "verify", *arguments, check=False)
            assert found.returncode == 1 and "whole" not in found.stdout, found


def test_a_journal_cut_off_at_its_end_is_found_by_what_the_log_says():
    """A desk put back to an earlier state is whole in itself; only the log knows of what is gone."""
    with Desk() as desk:
        desk.start()
        client = desk.user("ann")
        client.ticket()
        assert desk.stop() == 0
        path = os.path.join(desk.data, "desk.mdb")
        with open(path, "rb") as file:
            earlier = file.read()
        desk.start()
        client = desk.connect()
        client.login("ann")
        client.ticket()
        assert desk.stop() == 0
        before, after = (":".join(head) for head in (heads(desk)[0], heads(desk)[-1]))
        assert "stood at sequence" in desk.run("audit", "verify", "--head", after).stdout
        assert "stood at sequence" in desk.run("audit", "verify", "--head", before).stdout
        with open(path, "wb") as file:
            file.write(earlier)
        assert "whole" in desk.run("audit", "verify").stdout
        assert "stood at sequence" in desk.run("audit", "verify", "--head", before).stdout
        found = desk.run("audit", "verify", "--head", after, check=False)
        assert found.returncode == 1 and "what came after was removed" in found.stderr
        other = before.split(":")[0] + ":" + "0" * 64
        found = desk.run("audit", "verify", "--head", other, check=False)
        assert found.returncode == 1 and "is not what it was" in found.stderr
