"""A whole day at a desk: five users, three of the staff and an admin do about two hundred acts, by
verbs and over connections, on both ways in, and twice the daemon is killed under them. In the end
every acknowledged act is there once, histories read as what was done, nobody ever received a byte
that was not for them, and the journal replays to the same digest.

DAY_SEED: repeats the random choices of a day.
"""

import os
import random
import re

import pytest

import day_scenes
from day import BYTES_MARK, Day
from day_record import ADMIN, MARK, PEOPLE, USERS
from desk import Desk

SEED = int(os.environ.get("DAY_SEED", str(random.randrange(2**32))))

# How often each kind of act is wanted. What needs something that is not there yet waits for it.
WANTED = {
    "file": 26, "file_for": 5, "reply": 16, "thanks": 2, "answer": 12, "answer_and_resolve": 3,
    "answer_and_pend": 3, "send_now": 8, "withdraw": 4, "note": 12, "note_and_resolve": 3,
    "correct": 5, "retract": 3, "take": 8, "untake": 3, "steal": 3, "give": 4, "copy": 6,
    "leave": 2, "watch": 4, "unwatch": 2, "pend": 4, "pend_long": 3, "resolve": 6, "reopen": 4,
    "change": 6, "rename": 4, "move": 6, "tag": 6, "untag": 2, "link": 4, "merge": 4,
    "unmerge": 2, "split": 4, "attach": 7,
}
SCENES = {
    "bulk": 2, "undo": 4, "undo_bulk": 1, "canned": 2, "read": 3, "save": 2, "act_as": 2,
    "delete": 2, "restore": 1, "purge": 1, "late": 1, "refused": 4, "reset": 1,
}


def do(day, kind):
    """True when there was something of the kind to do."""
    if kind in SCENES:
        return getattr(day_scenes, kind)(day)
    return day_scenes.perform(day, day.act(kind))


# What has to be done first when nothing fits.
NEEDS = {"unwatch": "watch", "unmerge": "merge", "untag": "tag", "send_now": "answer",
         "withdraw": "answer", "steal": "take", "untake": "take", "thanks": "resolve",
         "reopen": "resolve", "leave": "copy", "restore": "delete", "purge": "delete",
         "save": "attach", "correct": "reply", "retract": "reply", "split": "reply"}


def work(day, kinds):
    """All of them; one that does not fit yet comes later, after something that it needs."""
    waiting, tries = list(kinds), 20 * len(kinds)
    while waiting:
        kind = waiting.pop(0)
        tries -= 1
        assert tries > 0, f"never fitted: {kind} {waiting}"
        if do(day, kind):
            day.done[kind] += 1
        else:
            waiting.insert(5, kind)
            do(day, NEEDS.get(kind, "file"))
        if tries % 10 == 0:
            day.hear_all()


def plan(day):
    """A third of the day each: the first begins with tickets, since all else is about those."""
    kinds = [kind for kind, count in {**WANTED, **SCENES}.items() for _ in range(count)]
    day.chance.shuffle(kinds)
    for _ in range(10):
        kinds.remove("file")
    third = len(kinds) // 3
    return ["file"] * 10 + kinds[:third], kinds[third:2 * third], kinds[2 * third:]


# --- What the desk says in the end ---


def check_lists(day, name):
    """Exactly the tickets that are theirs, by request and by verb."""
    found, cursor = set(), {}
    while True:
        page = day.people[name].client.call("ticket.list", limit=20, **cursor)
        found |= {one["number"] for one in page["tickets"]}
        if not page["more"]:
            break
        cursor = {"cursor": page["cursor"]}
    assert found == day.record.list_of(name)
    assert {one["number"] for one in day.people[name].json("list")} == found


def check_ticket(day, name, ticket):
    """A ticket as somebody who sees it is shown it."""
    record, client = day.record, day.people[name].client
    got = client.call("ticket.get", number=ticket.number)
    shown, inside = got["ticket"], record.looks_inside(name, ticket)
    plain = ("number", "version", "title", "kind", "severity", "state", "status", "requester")
    assert {key: shown[key] for key in plain} == {key: getattr(ticket, key) for key in plain}
    assert got["problem"] == ticket.problem
    assert (shown.get("owner"), shown.get("opened_by")) == (ticket.owner, ticket.opened_by)
    assert shown.get("queue") == (ticket.queue if inside else None)
    assert set(shown.get("tags", "").split()) == (ticket.tags if inside else set())
    where = name, ticket.number
    assert (where, shown["reply_count"]) == (where, sum(
        one.kind == "reply" and one.state != "held" for one in ticket.messages))
    said = client.call("ticket.messages", number=ticket.number, limit=200)["messages"]
    assert [(one["author"], one["kind"], one["text"], one["state"]) for one in said] == \
        record.messages_for(name, ticket)
    files = client.call("attachment.list", number=ticket.number)["attachments"]
    assert {(one["id"], one["name"], one["author"]) for one in files} == \
        record.files_for(name, ticket)
    people = client.call("ticket.followers", number=ticket.number)["followers"]
    assert {one["name"] for one in people if one["cc"]} == ticket.cc
    if inside:
        assert {one["name"] for one in people if one.get("watching")} == ticket.watching
    links = client.call("ticket.links", number=ticket.number)["links"]
    visible = {one.number for one in record.linked(ticket) if record.sees(name, one)}
    assert {one["number"] for one in links} == visible, where


def check_everything(day, name):
    """What somebody sees is what was acknowledged; what they do not see is not there."""
    for ticket in day.record.tickets.values():
        holder = day.record.survivor(ticket)
        if not day.record.sees(name, holder):
            there = day.people[name].client.refusal("ticket.get", number=ticket.number)
            assert there == day.people[name].client.refusal("ticket.get", number=999999)
        elif holder is ticket:
            check_ticket(day, name, ticket)
        else:
            got = day.people[name].client.call("ticket.get", number=ticket.number)
            assert (got["ticket"]["number"], got["merged_from"], got["merged_problem"]) == \
                (holder.number, ticket.number, ticket.problem)


LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d  (.+)")
# What a line of history never has in it: names of fields and methods, arrows, gaps.
CODE = re.compile(r"[a-z]_[a-z]|(ticket|message|admin|timer)\.[a-z]|->|changed [a-z]+:| - |“-”|"
                  r"[{}]")
DATE = re.compile(r"(?<=pending until )(?!the requester).*?\d\d:\d\d")


def check_history(day, name, ticket):
    """Every line, as the verb prints it, says what was done; none has a name of the code in it."""
    lines = day.people[name].do("show", str(ticket.number), "--history").splitlines()
    said = [DATE.sub("<date>", LINE.fullmatch(line).group(1)) for line in lines]
    wanted = [words(name) if callable(words) else words
              for words in day.record.history_for(name, ticket)]
    assert said == wanted, (name, ticket.number)
    for line in said:
        assert not CODE.search(MARK.sub("", line)), line


def check_journal(day):
    """Every acknowledged act has its entry, by who did it; of what people do to tickets there is
    nothing else."""
    client = day.people[ADMIN].client
    client.elevate()
    entries, cursor = [], {}
    while True:
        page = client.call("admin.audit", limit=200, **cursor)
        entries += page["entries"]
        if not page["more"]:
            break
        cursor = {"cursor": page["cursor"]}
    client.call("account.end_elevation")
    assert len({one["sequence"] for one in entries}) == len(entries)
    found = {one["sequence"]: one["actor"] for one in entries
             if one["what"].startswith(("ticket.", "message.", "admin.ticket_"))}
    assert found == {sequence: who for sequence, (who, _) in day.record.sequences.items()
                     if who is not None}


def check_bytes(day):
    """Nobody got a mark that was not for them, and no user an event of a foreign ticket."""
    day.hear_all()
    for name in PEOPLE:
        assert day.leaked(name) == set(), name
        told = {fields["number"] for method, fields in day.people[name].events()
                if method in ("feed.event", "ticket.gone")}
        assert told <= day.seen[name]
    for name in USERS:
        received = day.people[name].received()
        for trace in (b"note_count", b"ticket.note", b"ticket.withdraw", b"mknote", b"mktag"):
            assert trace not in received, (name, trace)


def check_ears(day):
    """Ears that heard nothing would prove nothing: what somebody may see they were shown, and with
    one of those marks taken off the list of what was theirs there would be a complaint."""
    for name in PEOPLE:
        titles = {mark for number in day.record.list_of(name)
                  for mark in MARK.findall(day.record.tickets[number].title)}
        assert titles <= {mark.decode() for mark in BYTES_MARK.findall(day.people[name].ear.heard)}
        for mark in sorted(titles)[:1]:
            day.record.told[mark].remove(name)
            assert day.leaked(name) == {mark}


def test_a_day_of_many_people_with_two_kills(capsys):
    with capsys.disabled():
        print(f"seed {SEED}")
    with Desk() as desk:
        desk.admin()
        desk.start()
        day = Day(desk, SEED)
        day.open()
        morning, noon, evening = plan(day)
        work(day, morning)
        assert day_scenes.pend_timer(day)
        day.kill()
        day.promote()
        day.wait_for_time()
        work(day, noon)
        assert day_scenes.timed_reply(day)
        day.kill()
        day.wait_for_time()
        work(day, evening)
        for name in PEOPLE:
            check_lists(day, name)
            check_everything(day, name)
        for ticket in day.record.standing():
            for name in {ADMIN, "sue", ticket.requester, *sorted(ticket.cc)[:1]}:
                if day.record.sees(name, ticket):
                    check_history(day, name, ticket)
        check_journal(day)
        check_bytes(day)
        check_ears(day)
        with capsys.disabled():
            print(f"{len(day.record.sequences)} acts of {len(day.done)} kinds on "
                  f"{len(day.record.tickets)} tickets")
        assert desk.stop() == 0
        day.verify()


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
