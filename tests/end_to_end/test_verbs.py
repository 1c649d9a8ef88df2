"""Every verb of `ttydesk` against a daemon: what it prints for people, for pipes and as JSON, and
how it fails. Exit codes are a promise to scripts: 0 done, 1 failed, 2 cancelled, 4 sign-in needed."""

import os
import re

import pytest

from desk import PASSWORD, Desk
from person import Person


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def tcp(desk):
    return f"ttydesk://127.0.0.1:{desk.port}#{desk.fingerprint}"


@pytest.fixture(scope="module", name="ann", params=["unix", "tcp"])
def fixture_ann(desk, request):
    """A requester, on either way in."""
    person = Person(desk, tcp(desk) if request.param == "tcp" else None)
    name = f"ann-{request.param}"
    said = person.do("register", name, "--email", f"{name}@example.org", "--display-name",
                     "Ann", "--password-stdin", text=PASSWORD + "\n")
    assert said == f"Registered {name}. Sign in with: ttydesk login NAME\n"
    person.name = name
    return person.sign_in(name)


@pytest.fixture(scope="module", name="sam")
def fixture_sam(desk):
    """Staff."""
    desk.staff("sam").close()
    return Person(desk, tcp(desk)).sign_in("sam")


@pytest.fixture(scope="module", name="boss")
def fixture_boss(desk):
    return Person(desk).sign_in("boss")


def fails(person, status, words, *arguments, text=""):
    """The verb ends with that status, says why on standard error and prints nothing."""
    found, output, complaints = person.run(*arguments, text=text)
    assert found == status and words in complaints, (found, output, complaints)
    assert complaints.startswith("ttydesk"), complaints
    assert "--json" in arguments or output == ""


def new(person, title="Printer jam", *more):
    return person.json("new", "--title", title, "--kind", "hardware", "--body", "It jams.",
                       *more)["number"]


def test_new_opens_a_ticket_from_options_file_and_input(ann):
    said = ann.do("new", "--title", "Screen", "--kind", "hardware", "--status", "critical",
                  "--body", "It is black.")
    number = re.fullmatch(r"#(\d+) opened\n", said).group(1)
    shown = ann.json("show", number)["ticket"]
    assert (shown["ticket"]["status"], shown["problem"]) == ("CRITICAL", "It is black.")

    path = os.path.join(ann.home, "problem")
    with open(path, "w", encoding="utf-8") as file:
        file.write("one\r\ntwo\n\n")
    number = ann.json("new", "--title", "T", "--kind", "SOFTWARE", "--body-file", path)["number"]
    assert ann.json("show", str(number))["ticket"]["problem"] == "one\ntwo"
    number = ann.json("new", "--title", "T", "--kind", "software", text="from a pipe\n")["number"]
    assert ann.json("show", f"#{number}")["ticket"]["problem"] == "from a pipe"


def test_new_says_what_is_missing_or_wrong(ann):
    fails(ann, 1, "give it with --title", "new", "--kind", "hardware")
    fails(ann, 1, "--kind hardware or --kind software", "new", "--title", "x")
    fails(ann, 1, 'is not one of: hardware software', "new", "--title", "x", "--kind", "chair")
    fails(ann, 1, "status", "new", "--title", "x", "--kind", "hardware", "--body", "x",
          "--status", "RESOLVED")
    fails(ann, 1, "cannot both be given", "new", "--title", "x", "--kind", "hardware",
          "--body", "a", "--body-file", "b")
    fails(ann, 1, "cannot open", "new", "--title", "x", "--kind", "hardware", "--body-file",
          "/nonexistent")
    fails(ann, 1, "", "new", "--title", "x" * 251, "--kind", "hardware", "--body", "a")
    fails(ann, 1, "", "new", "--title", "", "--kind", "hardware", "--body", "a")
    fails(ann, 1, "", "new", "--title", "x", "--kind", "hardware", "--body", "")


def test_list_is_tab_separated_in_a_pipe_and_escapes_what_would_break_a_row(ann):
    """One ticket, one line, seven fields, whatever somebody writes into a title."""
    title = "back\\slash and Ünïcode"
    number = new(ann, title)
    rows = [line.split("\t") for line in ann.do("list").splitlines()]
    assert all(len(row) == 7 for row in rows)
    row = next(row for row in rows if row[0] == str(number))
    assert row[1:3] == ["MINOR", "hardware"] and row[4:6] == [ann.name, "-"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row[3])
    assert row[6] == title.replace("\\", "\\\\")


def test_list_filters_and_limits(ann):
    first = new(ann, "Needle one", "--status", "MAJOR")
    second = new(ann, "nEEDLE two")
    found = ann.json("list", "--title", "needle")
    assert [one["number"] for one in found] == [second, first]
    assert [one["number"] for one in ann.json("list", "--title", "needle", "--limit", "1")] == \
        [second]
    assert [one["number"] for one in ann.json("list", "--title", "needle", "--status", "major")] \
        == [first]
    assert ann.json("list", "--title", "needle", "--kind", "software") == []
    assert ann.do("list", "--title", "not there") == ""
    fails(ann, 1, "not one of", "list", "--status", "URGENT")
    fails(ann, 1, "not a number", "list", "--limit", "many")
    fails(ann, 1, "", "list", "--requester", "sam")


def test_list_shows_all_pages(desk, ann):
    """More than one page comes without asking for it."""
    client = desk.connect()
    client.login(ann.name)
    for index in range(205):
        client.ticket(f"Many {index}")
    client.close()
    found = ann.json("list", "--title", "many ")
    assert len(found) == 205
    assert len({one["number"] for one in found}) == 205


def test_take_steal_give_and_untake_tell_who_owns_it(ann, sam):
    number = str(new(ann, "Whose is it"))
    assert sam.do("take", number) == f"#{number} is yours\n"
    fails(sam, 1, "You own this ticket already", "take", number)
    fails(sam, 1, "You own this ticket already", "steal", number)
    assert sam.json("list", "--owner", "me", "--limit", "1")[0]["number"] == int(number)
    assert sam.json("list", "--owner", "sam", "--limit", "1")[0]["owner"] == "sam"
    assert sam.json("untake", number)["number"] == int(number)
    fails(sam, 1, "Nobody owns this ticket", "steal", number)
    assert sam.json("list", "--owner", "-", "--limit", "1")[0]["number"] == int(number)
    fails(sam, 1, "A user can't own tickets", "give", number, ann.name)
    assert sam.do("give", number, "sam") == f"#{number} given to sam\n"
    fails(ann, 1, "does not allow", "take", number)
    history = ann.do("show", number, "--history")
    assert "sam took it" in history and "sam gave it up" in history


def test_pend_resolve_and_open(ann, sam):
    number = str(new(ann, "Where does it stand"))
    assert sam.do("pend", number, "--until", "tomorrow") == \
        f"#{number} is pending until then, or until the requester answers\n"
    assert "Pending until 20" in ann.do("show", number)
    fails(sam, 1, "is no time; write 30m, 2h", "pend", number, "--until", "soon")
    fails(sam, 1, "at most two years", "pend", number, "--until", "2001-01-01")
    fails(ann, 1, "does not allow", "pend", number)
    assert sam.json("pend", number)["version"] == 3
    assert "Pending until the requester answers" in ann.do("show", number)
    assert ann.do("reply", number, "--body", "Here.") == f"#{number} replied to\n"
    assert ann.json("show", number)["ticket"]["ticket"]["state"] == "open"
    fails(sam, 1, "open already", "open", number)
    assert sam.do("resolve", number) == f"#{number} is resolved\n"
    fails(sam, 1, "open it again first", "pend", number)
    assert ann.do("reopen", number) == f"#{number} is open again\n"
    fails(sam, 1, "changed this meanwhile", "open", number, "--version", "1")
    history = ann.do("show", number, "--history")
    assert "sam set it pending until " in history
    assert f"{ann.name} replied and opened it again" in history
    assert f"{ann.name} reopened it" in history


def test_reply_and_note_set_the_status_in_one_act(ann, sam):
    number = str(new(ann, "Two in one"))
    sam.do("reply", number, "--body", "Done.", "--status", "resolved")
    assert "sam replied and resolved it" in ann.do("show", number, "--history")
    assert ann.json("reply", number, "--body", "Thanks!", "--keep-resolved")["version"] == 3
    assert ann.json("show", number)["ticket"]["ticket"]["status"] == "RESOLVED"
    sam.do("note", number, "--body", "It is not.", "--status", "MAJOR")
    history = ann.do("show", number, "--history")
    assert "sam set MAJOR and reopened it" in history and "note" not in history
    sam.do("reply", number, "--body", "Ordered.", "--pend", "2h")
    assert "pending_until" in sam.json("show", number)["ticket"]["ticket"]
    sam.do("reply", number, "--body", "Which one?", "--pend", "answer")
    assert "pending_until" not in sam.json("show", number)["ticket"]["ticket"]
    fails(ann, 1, "Only staff puts", "reply", number, "--body", "x", "--pend", "2h")


def test_staff_opens_a_ticket_for_somebody(ann, sam):
    number = str(new(sam, "By phone", "--for", ann.name))
    assert "Opened for the requester by sam" in ann.do("show", number)
    assert f"sam opened it for {ann.name} as MINOR" in ann.do("show", number, "--history")
    fails(ann, 1, "Only staff opens", "new", "--title", "x", "--kind", "hardware", "--body", "x",
          "--for", "sam")


def test_late_reply_says_which_ticket_it_opened(desk, ann, sam):
    with desk.connect() as console:
        before = console.call("admin.settings_get")
        console.do("admin.settings_update", version=before["version"], reopen_days=0)
        number = str(new(ann, "Too late"))
        sam.do("resolve", number)
        said = ann.do("reply", number, "--body", "Still.")
        console.do("admin.settings_update", version=before["version"] + 1,
                   reopen_days=before["reopen_days"])
    assert re.fullmatch(rf"#\d+ opened by your reply: #{number} was resolved too long ago to be "
                        r"opened again\n", said)
    fresh = said.split()[0][1:]
    assert f"Goes on from #{number}" in ann.do("show", fresh)


def test_cc_and_watch(ann, sam):
    number = str(new(ann, "In copy"))
    assert ann.do("cc", number, "--add", "sam") == f"#{number} now in copy: sam\n"
    fails(ann, 1, "in copy already", "cc", number, "--add", "sam")
    assert sam.do("watch", number) == f"#{number} is watched by you\n"
    assert sam.do("cc", number) == "sam  in copy, watching\n"
    assert ann.do("cc", number) == "sam  in copy\n"
    assert ann.json("cc", number)["followers"] == [{"name": "sam", "cc": True}]
    assert ann.do("cc", number, "--remove", "sam") == \
        f"#{number} no longer in copy: sam\n"
    assert sam.do("unwatch", number) == f"#{number} is no longer watched by you\n"
    assert sam.do("cc", number) == ""
    fails(ann, 1, "two acts", "cc", number, "--add", "a", "--remove", "b")


def test_show_prints_ticket_messages_and_history(ann, sam):
    number = str(new(ann, "Show me"))
    assert sam.do("reply", number, "--body", "Looking.\nStill looking.") == \
        f"#{number} replied to\n"
    shown = ann.do("show", number)
    assert shown.startswith(f"#{number}  Show me\nMINOR, hardware, version ")
    assert "  It jams.\n" in shown and "  Looking.\n  Still looking.\n" in shown
    assert f"Requester {ann.name}, owner -" in shown
    messages = ann.json("show", number)["messages"]
    assert [(one["author"], one["kind"]) for one in messages] == [("sam", "reply")]
    history = ann.json("show", number, "--history")
    assert [one["what"] for one in history] == ["ticket.create", "ticket.reply"]
    lines = ann.do("show", number, "--history").splitlines()
    assert [line[len("2026-11-22 14:02  "):] for line in lines] == [
        f"{ann.name} opened it as MINOR, hardware", "sam replied"]
    fails(ann, 1, "nothing with this number", "show", "999999")
    fails(ann, 1, "is not a ticket number", "show", "twelve")
    fails(ann, 1, "is missing", "show")


def test_show_reads_and_list_finds_the_unread(ann, sam):
    number = new(ann, "Read me")

    def unread(person):
        return [one["unread"] for one in person.json("list", "--unread")
                if one["number"] == number]

    sam.do("reply", str(number), "--body", "First.")
    sam.do("note", str(number), text="Among us.\n")
    sam.do("reply", str(number), "--body", "Second.")
    assert unread(ann) == [2] and unread(sam) == []
    ann.do("show", str(number), "--keep-unread")
    ann.do("show", str(number), "--history")
    assert unread(ann) == [2]
    assert ann.json("show", str(number))["ticket"]["ticket"]["unread"] == 2
    assert unread(ann) == []
    ann.do("reply", str(number), "--body", "Thanks.")
    assert unread(ann) == [] and unread(sam) == [1]


def test_note_is_for_staff_and_stays_there(ann, sam):
    number = str(new(ann, "Note me"))
    assert sam.do("note", number, text="canary of a verb\n") == f"#{number} has a new staff note\n"
    assert "STAFF NOTE" in sam.do("show", number)
    for arguments in (["show", number], ["show", number, "--json"], ["list", "--json"],
                      ["show", number, "--history"]):
        assert "canary" not in ann.do(*arguments) and "note" not in ann.do(*arguments).lower() \
            .replace("note me", "")
    fails(ann, 1, "Your role does not allow this", "note", number, "--body", "x")
    fails(ann, 1, "nothing with this number", "reply", "999999", "--body", "x")
    fails(sam, 1, "", "reply", number, "--body", "")


def test_set_changes_fields_and_refuses_a_stale_version(ann, sam):
    number = str(new(ann, "Set me"))
    assert ann.do("set", number, "--status", "RESOLVED") == \
        f"#{number} changed, now version 2\n"
    assert ann.json("set", number, "--status", "MAJOR", "--title", "New title",
                    "--kind", "software", "--body", "New text")["version"] == 3
    shown = ann.json("show", number)["ticket"]
    assert (shown["ticket"]["title"], shown["ticket"]["kind"], shown["problem"]) == \
        ("New title", "software", "New text")
    fails(sam, 1, "changed this meanwhile; look at both", "set", number, "--version", "2",
          "--status", "CRITICAL")
    fails(ann, 1, "Nothing would change", "set", number, "--status", "MAJOR")
    fails(ann, 1, "nothing to change", "set", number)
    fails(ann, 1, "not a number", "set", number, "--version", "new", "--status", "MAJOR")
    sam.do("reply", number, "--body", "Mine now.")
    fails(ann, 1, "Staff has replied", "set", number, "--title", "Too late")


def test_tickets_are_linked_and_tagged(ann, sam):
    one, two = str(new(ann, "The whole")), str(new(sam, "A part"))
    assert sam.do("link", one, "PARENT", two) == f"#{one} linked\n"
    assert sam.do("links", two) == f"child\t{one}\tMINOR\tThe whole\n"
    assert sam.json("links", one)["links"][0]["kind"] == "parent"
    assert ann.json("links", one)["links"] == []
    fails(sam, 1, "linked already: parent of", "link", one, "relates", two)
    fails(sam, 1, "no kind of link", "link", one, "likes", two)
    fails(sam, 1, f"Not resolved yet: #{two}.", "set", one, "--status", "RESOLVED")
    sam.do("set", one, "--status", "RESOLVED", "--even-with-open-children")
    assert sam.do("unlink", two, one) == f"#{two} unlinked\n"
    assert sam.do("links", one) == ""

    assert sam.do("tag", one, "+VPN", "audio", "-none") == f"#{one} tagged\n"
    assert sam.json("show", one)["ticket"]["ticket"]["tags"] == "audio vpn"
    assert "tags" not in ann.json("show", one)["ticket"]["ticket"]
    assert int(one) in [ticket["number"] for ticket in sam.json("list", "--tag", "vpn")]
    assert sam.do("list", "--tag", "none") == ""
    fails(ann, 1, "role does not allow", "list", "--tag", "vpn")
    assert "vpn" in sam.do("tags").splitlines()
    assert f"sam tagged it audio and tagged it vpn" in sam.do("show", one, "--history")
    fails(sam, 1, "A tag is a letter or digit", "tag", one, "no,tag")


def test_an_old_number_leads_to_what_it_was_merged_into(ann, sam):
    """By list, show and reply, and from then on; unmerging gives each its own again."""
    one, two = str(new(ann, "Old number")), str(new(sam, "Survivor"))
    ann.do("reply", one, "--body", "Said on the old one.")
    fails(sam, 1, "--into is missing", "merge", one)
    assert sam.do("merge", one, "--into", "#" + two) == f"#{one} merged into #{two}\n"
    fails(sam, 1, f"merged into #{two} already", "merge", one, "--into", two)
    shown = ann.json("show", one)
    assert shown["ticket"]["ticket"]["number"] == int(two)
    assert shown["ticket"]["merged_from"] == int(one)
    assert shown["ticket"]["merged_problem"] == "It jams."
    assert [(said["text"], said["origin"]) for said in shown["messages"]] == \
        [("Said on the old one.", int(one))]
    listed = [ticket["number"] for ticket in ann.json("list")]
    assert int(two) in listed and int(one) not in listed
    assert ann.do("reply", one, "--body", "And on.") == f"#{two} replied to\n"
    assert f"#{one} was merged into it: Old number" in ann.do("show", two)
    assert f"sam merged #{one} into it" in ann.do("show", one, "--history")
    assert sam.do("unmerge", one) == f"#{one} stands by itself again\n"
    fails(sam, 1, "not merged", "unmerge", one)
    fails(ann, 1, "nothing with this number", "show", two)
    assert [said["text"] for said in ann.json("show", one)["messages"]] == \
        ["Said on the old one."]
    assert [said["text"] for said in sam.json("show", two)["messages"]] == ["And on."]


def test_a_message_is_split_into_a_ticket_of_its_own(ann, sam):
    number = str(new(ann, "Two things"))
    ann.do("reply", number, "--body", "The other thing.")
    said = str(ann.json("show", number)["messages"][0]["sequence"])
    fails(sam, 1, "--title is missing", "split", number, said)
    opened = sam.json("split", number, said, "--title", "The other")["number"]
    shown = ann.json("show", str(opened))["ticket"]
    assert (shown["ticket"]["title"], shown["problem"]) == ("The other", "The other thing.")
    assert sam.do("links", number) == f"relates\t{opened}\tMINOR\tThe other\n"
    fails(sam, 1, "no such message", "split", number, "1", "--title", "x")
    assert f"made a new ticket of a message and linked it: related to #{opened}" in \
        sam.do("show", number, "--history")


def test_delete_and_restore_need_an_admin_and_the_password(ann, boss):
    number = str(new(ann, "Delete me"))
    secret = PASSWORD + "\n"
    fails(ann, 1, "Your role does not allow this", "delete", number, "--yes", "--password-stdin",
          text=secret)
    fails(boss, 1, "use --yes", "delete", number, "--password-stdin", text=secret)
    fails(boss, 4, "password", "delete", number, "--yes", "--password-stdin", text="wrong one x\n")
    fails(boss, 4, "use --password-stdin", "delete", number, "--yes")
    assert boss.do("delete", number, "--yes", "--password-stdin", text=secret) == \
        f"#{number} deleted\n"
    fails(ann, 1, "nothing with this number", "show", number)
    deleted = boss.json("list", "--deleted", "--password-stdin", text=secret)
    assert int(number) in [one["number"] for one in deleted]
    fails(ann, 1, "", "list", "--deleted", "--password-stdin", text=secret)
    assert boss.do("restore", number, "--password-stdin", text=secret) == f"#{number} restored\n"
    assert ann.json("show", number)["ticket"]["ticket"]["title"] == "Delete me"
    fails(boss, 1, "", "restore", number, "--password-stdin", text=secret)


def test_delete_at_a_terminal_wants_the_number_typed(ann, boss):
    """A slip of the finger deletes nothing; what is declined ends with 2."""
    number = str(new(ann, "Typed"))
    status, screen = boss.type(["delete", number], [("to delete it: ", "1\n")])
    assert status == 2 and "Kept." in screen and "Typed" in screen
    status, screen = boss.type(["delete", number], [
        ("to delete it: ", number + "\n"), ("Your password: ", PASSWORD + "\n")])
    assert status == 0 and f"#{number} deleted" in screen and PASSWORD not in screen


def test_purge_erases_what_is_deleted_for_good(ann, boss):
    """Only of what was deleted before, by an admin in admin mode, who types the number."""
    number, secret = str(new(ann, "Purge me")), PASSWORD + "\n"
    purge = ["purge", number, "--yes", "--password-stdin"]
    fails(boss, 1, "", *purge, text=secret)  # not deleted yet
    boss.do("delete", number, "--yes", "--password-stdin", text=secret)
    fails(ann, 1, "Your role does not allow this", *purge, text=secret)
    fails(boss, 1, "use --yes", "purge", number, "--password-stdin", text=secret)
    status, screen = boss.type(["purge", number], [("Your password: ", PASSWORD + "\n"),
                                                   ("to erase it: ", "1\n")])
    assert status == 2 and "Kept." in screen and "Purge me" in screen
    status, screen = boss.type(["purge", number], [("Your password: ", PASSWORD + "\n"),
                                                   ("to erase it: ", number + "\n")])
    assert status == 0 and f"#{number} erased" in screen
    fails(boss, 1, "", "restore", number, "--password-stdin", text=secret)
    listed = boss.json("list", "--deleted", "--password-stdin", text=secret)
    assert int(number) not in [one["number"] for one in listed]


def test_list_at_a_terminal_has_headings_and_no_tabs(ann):
    new(ann, "At a terminal")
    status, screen = ann.type(["list", "--title", "at a terminal"], [])
    assert status == 0 and "Requester" in screen and "\t" not in screen and "\x1b" not in screen


def test_whoami_and_api_tell_what_the_desk_says(ann, desk):
    assert ann.do("whoami") == f"{ann.name}\tuser\t{ann.name}@example.org\n"
    assert ann.json("whoami")["display_name"] == "Ann"
    methods = [line.split("\t")[0] for line in Person(desk).do("api").splitlines()]
    assert methods == [one["name"] for one in ann.json("api")["methods"]]
    assert "ticket.create" in methods


def test_register_says_what_is_wrong(desk, ann):
    person = Person(desk)

    def refused(words, *arguments, password=PASSWORD):
        fails(person, 1, words, "register", *arguments, "--password-stdin", text=password + "\n")

    refused("This user name is taken", ann.name, "--email", "other@example.org")
    refused("belongs to another account", "other", "--email", f"{ann.name}@example.org")
    refused("", "weak", "--email", "weak@example.org", password="short")
    refused("--email", "nomail")
    refused("ttydesk register NAME")
    fails(person, 4, "use --password-stdin", "register", "x1", "--email", "x1@example.org")


def test_wrong_usage_is_explained(ann):
    fails(ann, 1, 'did you mean "list"?', "lst")
    fails(ann, 1, "there is no verb", "frobnicate")
    fails(ann, 1, "there is no option --frob", "list", "--frob")
    fails(ann, 1, "needs a value", "list", "--title")
    fails(ann, 1, "is too much", "show", "1", "2")
    fails(ann, 1, "there is no option", "--frob", "list")
    assert "usage: ttydesk list" in ann.do("list", "--help")
    assert "Exit codes: 0 done, 1 failed, 2 cancelled, 4 sign-in needed." in ann.do("--help")
    assert re.match(r"ttydesk \d", ann.do("--version"))


def test_text_of_others_reaches_no_terminal_as_control_bytes(desk, ann):
    """What the desk refuses in requests is refused by the verb too, before and after."""
    for title in ("\x1b]0;owned\x07", "bell\x07", "right\u202eleft", "line\nfeed", "tab\there"):
        fails(ann, 1, "", "new", "--title", title, "--kind", "hardware", "--body", "x")
    fails(ann, 1, "", "new", "--title", "ok", "--kind", "hardware", "--body", "\x1b[2J")
    fails(ann, 1, "", "new", "--title", b"\xff\xfe".decode("utf-8", "surrogateescape"), "--kind",
          "hardware", "--body", "x")


def test_a_script_is_slowed_down_and_not_refused():
    """What the desk puts off for a second or so is done then, not left to whoever calls the verb."""
    with Desk(limits={"change_rate": 1, "change_burst": 1}) as desk:
        desk.start()
        ann = Person(desk)
        ann.do("register", "ann", "--email", "ann@example.org", "--password-stdin",
               text=PASSWORD + "\n")
        ann.sign_in("ann")
        assert [new(ann) for _ in range(3)] == [1, 2, 3]
        assert desk.stop() == 0


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))


def test_one_changes_the_own_account_by_verb(desk):
    person = Person(desk, tcp(desk))
    person.do("register", "vera", "--email", "vera@example.org", "--password-stdin",
              text=PASSWORD + "\n")
    person.name = "vera"
    person.sign_in("vera")
    assert person.do("account", "update", "--email", "v@example.org", "--display-name",
                     "Vera V.") == "Your account is changed.\n"
    found = person.json("whoami")
    assert (found["email"], found["display_name"]) == ("v@example.org", "Vera V.")
    fails(person, 1, "--email ADDRESS or --display-name TEXT", "account", "update")
    fails(person, 1, "email", "account", "update", "--email", "nowhere")
    assert person.json("whoami")["email"] == "v@example.org"


def test_a_password_is_changed_by_who_knows_the_old_one(desk):
    person = Person(desk, tcp(desk))
    other = Person(desk)
    other_password = "seven slow trams"
    person.do("register", "willi", "--email", "willi@example.org", "--password-stdin",
              text=PASSWORD + "\n")
    person.sign_in("willi")
    other.sign_in("willi")
    fails(person, 1, "the password so far, or the code, is not right", "account", "password",
          "--password-stdin", text=f"not it at all\n{other_password}\n")
    fails(person, 1, "12", "account", "password", "--password-stdin", text=f"{PASSWORD}\nshort\n")
    said = person.do("account", "password", "--password-stdin",
                     text=f"{PASSWORD}\n{other_password}\n")
    assert said == "Your password is changed. All other sign-ins have ended.\n"
    assert person.json("whoami")["name"] == "willi"
    fails(other, 4, "login", "whoami")
    fails(other, 4, "", "login", "willi", "--password-stdin", text=PASSWORD + "\n")
    other.do("login", "willi", "--password-stdin", text=other_password + "\n")


def test_a_role_is_asked_for_and_decided_on_the_desks_machine(desk):
    person = Person(desk, tcp(desk))
    person.do("register", "xaver", "--email", "x@example.org", "--password-stdin",
              text=PASSWORD + "\n")
    person.sign_in("xaver")
    fails(person, 1, "ask-role staff", "account", "ask-role", "queen")
    fails(person, 1, "ask-role staff", "account", "ask-role")
    person.do("account", "ask-role", "staff", "--reason", "I answer the phone.")
    assert "I answer the phone." in desk.run("account", "requests").stdout
    desk.run("account", "grant", "xaver", "staff")
    person.sign_in("xaver")
    assert person.json("whoami")["role"] == "staff"
