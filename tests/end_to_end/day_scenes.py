"""Acts of a day that are more than one request, or that have to be refused; each does it at once
and says whether it could."""

import os
import re
import time

from day_acts import was_sent
from day_links import link_words
from day_record import ADMIN, PEOPLE, STAFF, USERS, Message, Ticket
from desk import PASSWORD, Refused
from encrypted import WAYS

NEW_PASSWORD = "quiet lantern harvest"


def perform(day, act):
    """True when there was something to do, and it was done."""
    if act is not None:
        day.perform(act)
    return act is not None


# --- Many at once, and taking back ---


def set_many(day):
    """Three tickets by one verb: (who, tickets, severities before, answer); None: too few fit."""
    who = day.chance.choice(["sam", "tom"])
    found = [one for one in day.free() if day.record.works(who, one) and one.state != "resolved"]
    status = day.chance.choice(["MINOR", "MAJOR", "CRITICAL"])
    found = [one for one in found if one.status != status]
    if len(found) < 3:
        return None
    tickets = day.chance.sample(found, 3)
    before = [one.severity for one in tickets]
    numbers = ",".join(str(one.number) for one in tickets)
    result, = day.people[who].json("set", numbers, "--status", status, "--yes")
    changed(day, who, "ticket.bulk", tickets, result)
    for ticket in tickets:
        ticket.severity = status.lower()
        day.record.line(ticket, result["sequence"], f"{who} set {status}")
    day.settle()
    return who, tickets, before, result


def changed(day, who, method, tickets, result):
    """The answer to an act on many: done on each."""
    day.record.acknowledged(who, method, result)
    assert {one["number"]: one["code"] for one in result["results"]} == \
        {one.number: "none" for one in tickets}
    for one in result["results"]:
        day.record.tickets[one["number"]].version = one["version"]


def bulk(day):
    return set_many(day) is not None


def undo_bulk(day):
    done = set_many(day)
    if done is None:
        return False
    who, tickets, before, _ = done
    result, = day.people[who].json("undo")
    changed(day, who, "ticket.undo", tickets, result)
    for ticket, severity in zip(tickets, before):
        ticket.severity = severity
        day.record.line(ticket, result["sequence"],
                        f"{who} took back what they did before and set {severity.upper()}")
    day.settle()
    return True


def undo(day):
    """Somebody's change, taken back at once."""
    kind = day.chance.choice(["change", "take", "tag"])
    act = day.act(kind)
    if act is None or act.who == ADMIN:
        return False
    ticket = day.record.tickets[act.fields["number"]]
    severity, tags = ticket.severity, set(ticket.tags)
    day.perform(act)
    result, = day.people[act.who].json("undo")
    changed(day, act.who, "ticket.undo", [ticket], result)
    ticket.owner = None if kind == "take" else ticket.owner
    ticket.severity = severity
    ticket.inside += sorted(ticket.tags - tags)
    words = {"change": f"set {severity.upper()}", "take": "gave it up",
             "tag": f"took the tag {act.fields.get('add')} off it"}[kind]
    ticket.tags = tags
    day.record.line(ticket, result["sequence"],
                    f"{act.who} took back what they did before and {words}",
                    None if kind == "tag" else "")
    day.settle()
    return True


# --- Conversation ---


def canned(day):
    """A reply that the staff has ready, filled in by the client."""
    act = day.act("answer")
    if act is None:
        return False
    ticket = day.record.tickets[act.fields["number"]]
    result = day.people[act.who].json("reply", str(ticket.number), "--canned", "restart")
    day.acknowledge(act, result)
    ticket.messages[-1].text = f"Dear {ticket.requester}, restart #{ticket.number}."
    return True


def act_as(day):
    """An admin writes in the name of a user; the history has both names."""
    found = day.pick(lambda ticket, who: ticket.requester == who and ticket.state == "open", USERS)
    if found is None:
        return False
    ticket, who = found
    text = f"Told by phone: {day.record.mark('reply')}"
    with WAYS["tcp"](day.desk) as client:
        client.login(ADMIN)
        client.elevate()
        client.call("account.act_as", name=who)
        result = client.do("ticket.reply", number=ticket.number, text=text)
        client.call("account.end_act_as")
        client.call("account.logout")
    day.record.acknowledged(ADMIN, "ticket.reply", result)
    day.record.say(ticket, Message(result["sequence"], who, "reply", text))
    ticket.version = result["version"]
    day.record.line(ticket, result["sequence"], f"{ADMIN}, acting as {who}, replied")
    day.settle()
    return True


def read(day):
    """Opening a ticket reads it."""
    found = day.pick(lambda ticket, who: day.record.sees(who, ticket) and ticket.messages,
                     USERS + STAFF)
    if found is None:
        return False
    ticket, who = found
    number = str(ticket.number)
    day.people[who].do("show", number)
    shown = day.people[who].json("show", number, "--keep-unread")["ticket"]["ticket"]
    assert shown.get("unread", 0) == 0
    assert ticket.number not in [one["number"] for one in day.people[who].json("list", "--unread")]
    return True


def save(day):
    """A file comes back as it went, and only to who may have it."""
    found = [(ticket, number) for ticket in day.free() for number in ticket.files]
    if not found:
        return False
    ticket, number = day.chance.choice(found)
    name, _, _ = ticket.files[number]
    for who in PEOPLE:
        member = day.people[who]
        path = os.path.join(member.home, f"saved-{number}")
        status, _, _ = member.run("save", str(ticket.number), str(number), "--to", path)
        shown = {one for one, _, _ in day.record.files_for(who, ticket)} \
            if day.record.sees(who, ticket) else set()
        assert (status == 0) == (number in shown), (who, name)
        if status == 0:
            with open(path, "rb") as file:
                assert file.read() == day.contents[name]
            day.may_have(who, day.contents[name].decode())
            os.unlink(path)
    return True


# --- Rare things ---


def rest(day):
    """A ticket that can be deleted: nothing else hangs on it."""
    found = [one for one in day.free() if not one.members and not one.files]
    return day.chance.choice(found) if found else None


def delete(day):
    ticket = rest(day)
    if ticket is None:
        return False
    result = day.people[ADMIN].json("delete", str(ticket.number), "--yes", "--password-stdin",
                                    text=PASSWORD + "\n")
    day.record.acknowledged(ADMIN, "admin.ticket_delete", result)
    ticket.deleted, ticket.version = True, result["version"]
    day.record.line(ticket, result["sequence"], f"{ADMIN} deleted it")
    day.settle()
    return True


def gone(day):
    found = [one for one in day.record.tickets.values() if one.deleted and not one.purged]
    return day.chance.choice(found) if found else None


def restore(day):
    ticket = gone(day)
    if ticket is None:
        return False
    result = day.people[ADMIN].json("restore", str(ticket.number), "--password-stdin",
                                    text=PASSWORD + "\n")
    day.record.acknowledged(ADMIN, "admin.ticket_restore", result)
    ticket.deleted, ticket.version = False, result["version"]
    day.record.line(ticket, result["sequence"], f"{ADMIN} restored it")
    day.settle()
    return True


def purge(day):
    ticket = gone(day)
    if ticket is None:
        return False
    result = day.people[ADMIN].json("purge", str(ticket.number), "--yes", "--password-stdin",
                                    text=PASSWORD + "\n")
    day.record.acknowledged(ADMIN, "admin.ticket_purge", result)
    ticket.purged = True
    day.settle()
    return True


def late(day):
    """An answer after the days for it opens another ticket, which goes on from the old one."""
    record = day.record
    act = day.act("resolve")
    if act is None:
        return False
    ticket = record.tickets[act.fields["number"]]
    who = ticket.requester
    if record.role[who] != "user" or record.works(who, ticket):
        return False
    day.perform(act)
    client = day.people[who].client
    text = f"It is back: {record.mark('problem')}"
    with day.desk.connect() as console:
        settings = console.call("admin.settings_get")
        console.do("admin.settings_update", version=settings["version"], reopen_days=0)
        resolved = client.call("ticket.get", number=ticket.number)["ticket"]["resolved"]
        while int(time.time() * 1000) <= resolved + 1:
            pass
        result = day.people[who].json("reply", str(ticket.number), "--body", text)
        console.do("admin.settings_update", version=settings["version"] + 1,
                   reopen_days=settings["reopen_days"])
    record.acknowledged(who, "ticket.reply", result)
    fresh = Ticket(result["number"], title=ticket.title, problem=text, kind=ticket.kind,
                   severity=ticket.severity, queue=ticket.queue, requester=who,
                   follows=ticket.number)
    record.add(fresh)
    fresh.links.add(ticket.number)
    ticket.links.add(fresh.number)
    sequence = result["sequence"]
    plain = f"{who} opened it as {fresh.severity.upper()}, {fresh.kind}"
    record.line(fresh, sequence, link_words(
        record, who, plain[len(who) + 1:] + " and ", "linked it: related to", ticket), plain)
    record.line(ticket, sequence, link_words(
        record, who, "", "linked it: related to", fresh), None)
    day.settle()
    return True


def refused(day):
    """What somebody may not do is refused, also by verb, and changes nothing."""
    record, chance = day.record, day.chance
    who = chance.choice(USERS + ["sam"])
    member = day.people[who]
    foreign = [one for one in record.tickets.values()
               if not record.sees(who, record.survivor(one))]
    if foreign:
        number = str(chance.choice(foreign).number)
        for words in (["show"], ["show", "--history"], ["reply", "--body", "x"], ["take"],
                      ["attachments"], ["links"], ["watch"]):
            answers = [member.run(words[0], one, *words[1:]) for one in (number, "999999")]
            assert answers[0][0] == 1
            assert answers[0] == answers[1], "a foreign ticket answers as a missing one"
    if record.role[who] == "user":
        own = [one for one in day.free() if one.requester == who]
        number = str(chance.choice(own).number) if own else "999999"
        for words in (["note", "--body", "x"], ["take"], ["tag", "+x"], ["move", "paper"],
                      ["delete", "--yes", "--password-stdin"]):
            assert member.run(words[0], number, *words[1:], text=member.password + "\n")[0] == 1
    return True


def reset(day):
    """An admin takes a password away; the person sets another one with the code."""
    eve = day.people["eve"]
    said = day.desk.run("account", "reset", "eve").stdout
    eve.client.wait_closed()
    assert eve.run("list")[0] == 4
    day.use_code("eve", re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", said).group(), NEW_PASSWORD)
    eve.sign_in_anew("own")
    return True


# --- Time ---


def pend_timer(day):
    """Put aside for a moment; the desk brings it back, whoever is connected then."""
    act = day.act("pend")
    if act is None:
        return False
    ticket = day.record.tickets[act.fields["number"]]
    for milliseconds in (1500, 5000, 20000):
        until = int(time.time() * 1000) + milliseconds
        try:
            result = day.people[act.who].client.do("ticket.pend", **act.fields, until=until)
            break
        except Refused as refused_one:  # a slow machine: that was over already
            assert refused_one.error["field"] == "until"
    day.record.acknowledged(act.who, "ticket.pend", result)
    ticket.state, ticket.version = "pending", result["version"]
    day.record.line(ticket, result["sequence"], f"{act.who} set it pending until <date>")
    day.busy.add(ticket.number)

    def came():
        shown = day.people[ADMIN].client.call("ticket.get", number=ticket.number)["ticket"]
        if shown["state"] == "pending":
            return False
        ticket.state, ticket.version = "open", None
        day.record.line(ticket, result["sequence"] + 0.5,
                        "The desk opened it again: the time had come")
        return True
    day.expected.append((ticket.number, came))
    day.settle()
    return True


def timed_reply(day):
    """A reply that nobody sends: its time does."""
    act = day.act("answer")
    if act is None:
        return False
    ticket = day.record.tickets[act.fields["number"]]
    day.set_hold(1)
    result = day.people[act.who].client.do(act.method, **act.fields)
    day.set_hold(day.hold_seconds)
    day.acknowledge(act, result)
    message = ticket.messages[-1]
    day.busy.add(ticket.number)

    def came():
        messages = day.people[ADMIN].client.call("ticket.messages", number=ticket.number)
        shown, = [one for one in messages["messages"] if one["text"] == message.text]
        if shown["state"] == "held":
            return False
        was_sent(day.record, ticket, message, shown["sequence"])
        ticket.version = None
        return True
    day.expected.append((ticket.number, came))
    return True
