"""What people do with tickets all day: owners, copies, states and files. As in day_acts.py each
function gives an Act, or None when nothing fits."""

import os

from day_acts import Act, reopened, simple
from day_record import PEOPLE, STAFF, USERS

# --- Owners, copies, watchers ---


def owns(record, who, ticket):
    return {"own", "change"} <= record.rights(who, ticket.queue)


def owning(day, verb, fits, words):
    """Take, untake, steal: afterwards the ticket is whoever's `words` say."""
    record = day.record
    found = day.pick(lambda ticket, who: owns(record, who, ticket) and fits(ticket, who), STAFF)

    def done(ticket, who, sequence):
        before, ticket.owner = ticket.owner, None if verb == "untake" else who
        record.line(ticket, sequence, f"{who} {words.format(before)}")
    return None if found is None else simple(day, found, verb, done)


def take(day):
    return owning(day, "take", lambda ticket, who: ticket.owner is None, "took it")


def untake(day):
    return owning(day, "untake", lambda ticket, who: ticket.owner == who, "gave it up")


def steal(day):
    return owning(day, "steal", lambda ticket, who: ticket.owner not in (None, who),
                  "took it from {}")


def give(day):
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket) and
                     ticket.owner in (None, who), STAFF)
    if found is None:
        return None
    others = [name for name in STAFF if name != found[1] and owns(record, name, found[0])]
    if not others:
        return None
    name = day.chance.choice(others)

    def done(ticket, who, sequence):
        ticket.owner = name
        record.line(ticket, sequence, f"{who} gave it to {name}")
    return simple(day, found, "give", done, [name], name=name)


def copy(day):
    record = day.record
    found = day.pick(lambda ticket, who: (record.works(who, ticket) or ticket.requester == who) and
                     not ticket.of_note, PEOPLE)
    if found is None:
        return None
    ticket = found[0]
    others = [name for name in USERS + STAFF if name != ticket.requester and name not in ticket.cc]
    if not others:
        return None
    name = day.chance.choice(others)

    def done(ticket, who, sequence):
        ticket.cc.add(name)
        record.line(ticket, sequence, f"{who} put {name} in copy")
    act = simple(day, found, "cc", done, ["--add", name], name=name)
    act.method = "ticket.cc_add"
    return act


def leave(day):
    """Somebody in copy takes themselves out of it."""
    found = day.pick(lambda ticket, who: who in ticket.cc, USERS + STAFF)

    def done(ticket, who, sequence):
        ticket.cc.discard(who)
        ticket.cc_by_merge.discard(who)
        if not day.record.sees(who, ticket):  # nobody watches what they do not see
            ticket.watching.discard(who)
        day.record.line(ticket, sequence, f"{who} left: no longer in copy")
    if found is None:
        return None
    act = simple(day, found, "cc", done, ["--remove", found[1]], name=found[1])
    act.method = "ticket.cc_remove"
    return act


def watch(day):
    found = day.pick(lambda ticket, who: day.record.sees(who, ticket) and
                     who not in ticket.watching, PEOPLE)

    def done(ticket, who, _):
        ticket.watching.add(who)
    return None if found is None else simple(day, found, "watch", done)


def unwatch(day):
    found = day.pick(lambda ticket, who: day.record.sees(who, ticket) and
                     who in ticket.watching, PEOPLE)

    def done(ticket, who, _):
        ticket.watching.discard(who)
        ticket.watching_by_merge.discard(who)
    return None if found is None else simple(day, found, "unwatch", done)


# --- Where it stands ---


def pend(day):
    found = day.pick(lambda ticket, who: day.record.works(who, ticket) and
                     ticket.state == "open", STAFF)

    def done(ticket, who, sequence):
        ticket.state = "pending"
        day.record.line(ticket, sequence, f"{who} set it pending until the requester answers")
    return None if found is None else simple(day, found, "pend", done, version=found[0].version)


def pend_long(day):
    """Until a time that does not come today; only by verb, which reads times as people say them."""
    act = pend(day)
    if act is not None:
        ticket = next(one for one in day.free() if str(one.number) == act.words[1])
        act.words += ["--until", "2d"]
        act.method = None

        def done(result):
            ticket.state, ticket.version, ticket.until = "pending", result["version"], True
            day.record.line(ticket, result["sequence"], f"{act.who} set it pending until <date>")
        act.done = done
    return act


def resolve(day):
    record = day.record
    found = day.pick(lambda ticket, who: ticket.state != "resolved" and
                     (record.works(who, ticket) or ticket.requester == who), PEOPLE)
    if found is None:
        return None

    def done(ticket, who, sequence):
        ticket.state, ticket.until = "resolved", False
        record.line(ticket, sequence, f"{who} resolved it")
    act = simple(day, found, "resolve", done, ["--even-with-open-children"], status="RESOLVED",
                 even_with_open_children=True, version=found[0].version)
    act.method = "ticket.update"
    return act


def reopen(day):
    record = day.record
    found = day.pick(lambda ticket, who: ticket.state == "resolved" and
                     (record.works(who, ticket) or ticket.requester == who), PEOPLE)

    def done(ticket, who, sequence):
        record.line(ticket, sequence, f"{who}{reopened(ticket)}".replace(" and", ""))
    return None if found is None else simple(day, found, "open", done, version=found[0].version)


def change(day, status=None):
    """Another severity by whoever may."""
    record = day.record
    found = day.pick(lambda ticket, who: ticket.state != "resolved" and
                     (record.works(who, ticket) or ticket.requester == who), PEOPLE)
    if found is None:
        return None
    status = status or day.chance.choice([one for one in ["MINOR", "MAJOR", "CRITICAL"]
                                          if one != found[0].status])

    def done(ticket, who, sequence):
        ticket.severity = status.lower()
        record.line(ticket, sequence, f"{who} set {status}")
    act = simple(day, found, "set", done, ["--status", status], status=status,
                 version=found[0].version)
    act.method = "ticket.update"
    return act


def rename(day):
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket) or
                     (ticket.requester == who and not ticket.answered), PEOPLE)
    if found is None:
        return None
    title = f"Rather {record.mark('title')}"

    def done(ticket, who, sequence):
        record.line(ticket, sequence,
                    f"{who} changed the title from “{ticket.title}” to “{title}”")
        ticket.title = title
        ticket.public.append(title)
    act = simple(day, found, "set", done, ["--title", title], title=title,
                 version=found[0].version)
    act.method = "ticket.update"
    return act


# --- Files ---


def attach(day):
    """By verb alone, which cuts files into pieces; the desk then lists it."""
    record = day.record
    internal = day.chance.random() < 0.4
    found = day.pick(lambda ticket, who: record.works(who, ticket) or
                     (not internal and (ticket.requester == who or who in ticket.cc)), PEOPLE)
    if found is None:
        return None
    ticket, who = found
    name, content = record.mark("file") + ".log", record.mark("content").encode() * 40
    path = os.path.join(day.people[who].home, name)
    with open(path, "wb") as output:
        output.write(content)

    def done(_):
        listed = day.people[who].json("attachments", str(ticket.number))["attachments"]
        one, = [item for item in listed if item["name"] == name]
        ticket.files[one["id"]] = (name, who, internal)
        day.contents[name] = content
        ticket.version = None
        sequence = one["id"]
        words = f"{who} attached {name} ({len(content) / 1024:.1f} KiB)" \
            if len(content) >= 1024 else f"{who} attached {name} ({len(content)} bytes)"
        record.line(ticket, sequence, words, None if internal else words)
    return Act(who, ["attach", str(ticket.number), path, *(["--internal"] if internal else [])],
               None, {}, done)
