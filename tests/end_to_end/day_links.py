"""Acts that move tickets, tag them and tie them to one another. As in day_acts.py each function
gives an Act, or None when nothing fits."""

from day_acts import Act, simple
from day_record import ADMIN, STAFF, Ticket
from day_work import owns


def move(day):
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket), STAFF + [ADMIN])
    if found is None:
        return None
    ticket, who = found
    queues = [name for name in ("general", "paper", "vault") if name != ticket.queue and
              "create" in record.rights(who, name)]
    if not queues:
        return None
    queue = day.chance.choice(queues)

    def done(ticket, who, sequence):
        before, ticket.queue = ticket.queue, queue
        owner, lost = ticket.owner, ""
        if owner is not None and not owns(record, owner, ticket):
            ticket.owner = None
            lost = "gave it up" if owner == who else f"took it away from {owner}"

        def words(name):
            named = record.rights(name, before) and record.rights(name, queue)
            moved = f"moved it from {before} to {queue}" if named else "moved it to another queue"
            return f"{who} {lost} and {moved}" if lost else f"{who} {moved}"
        record.line(ticket, sequence, words, f"{who} {lost}" if lost else None)
    return simple(day, found, "move", done, [queue], queue=queue)


def tag(day):
    found = day.pick(lambda ticket, who: day.record.works(who, ticket) and len(ticket.tags) < 6,
                     STAFF)
    if found is None:
        return None
    name = day.record.mark("tag")

    def done(ticket, who, sequence):
        ticket.tags.add(name)
        day.record.line(ticket, sequence, f"{who} tagged it {name}", None)
    return simple(day, found, "tag", done, [f"+{name}"], add=name)


def untag(day):
    found = day.pick(lambda ticket, who: day.record.works(who, ticket) and ticket.tags, STAFF)
    if found is None:
        return None
    name = day.chance.choice(sorted(found[0].tags))

    def done(ticket, who, sequence):
        ticket.tags.discard(name)
        ticket.tags_by_merge.discard(name)
        ticket.inside.append(name)
        day.record.line(ticket, sequence, f"{who} took the tag {name} off it", None)
    return simple(day, found, "tag", done, [f"-{name}"], remove=name)


LINKS = {"depends": ("depends on", "blocks"), "relates": ("related to", "related to"),
         "duplicate": ("duplicate of", "duplicated by")}


def link_words(record, who, before, text, other):
    """A line that names the other ticket to those who may know of it."""
    def words(name):
        if record.sees(name, record.survivor(other)):
            return f"{who} {before}{text} #{other.number}"
        return f"{who} {before}" + "linked it to another ticket"
    return words


def link(day):
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket), STAFF)
    if found is None:
        return None
    ticket, who = found
    others = [one for one in day.free() if one is not ticket and record.sees(who, one) and
              one not in record.linked(ticket)]
    if not others:
        return None
    other, kind = day.chance.choice(others), day.chance.choice(["depends", "relates", "duplicate"])

    def done(ticket, who, sequence):
        ticket.links.add(other.number)
        other.links.add(ticket.number)
        there, back = LINKS[kind]
        record.line(ticket, sequence,
                    link_words(record, who, "", f"linked it: {there}", other), None)
        record.line(other, sequence,
                    link_words(record, who, "", f"linked it: {back}", ticket), None)
    return simple(day, found, "link", done, [kind, str(other.number)], to=other.number, kind=kind)


def merge_words(day, who, other, what, parts, tags):
    """For the staff and for others, with the number of the other ticket if they see that."""
    def words(more):
        def told(name):
            seen = day.record.sees(name, day.record.survivor(other))
            return day.sentence(who, [what.format(
                f"#{other.number}" if seen else "another ticket"), *more])
        return told
    return words(parts + tags), words(parts)


def merge(day):
    """Tickets of one requester become one; what came with it is remembered for unmerging."""
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket) and not ticket.of_note and
                     not ticket.members, STAFF)
    if found is None:
        return None
    source, who = found
    others = [one for one in day.free() if one is not source and record.works(who, one) and
              not one.of_note]
    if not others:
        return None
    survivor = day.chance.choice(others)

    def done(ticket, who, sequence):
        people = ({source.requester} | source.cc) - {survivor.requester} - survivor.cc
        survivor.members.add(source.number)
        survivor.cc_by_merge |= people
        survivor.watching_by_merge |= source.watching - survivor.watching
        survivor.tags_by_merge |= source.tags - survivor.tags
        survivor.cc |= people
        survivor.watching |= source.watching
        new_tags = sorted(source.tags - survivor.tags, key=str)
        survivor.tags |= source.tags
        survivor.messages += source.messages
        survivor.files.update(source.files)
        source.merged_into, source.messages = survivor.number, []
        source.moved_files, source.files = source.files, {}
        names = sorted(people, key=day.age)
        parts = [f"put {name} in copy" for name in names]
        tags = [f"tagged it {name}" for name in new_tags]
        record.line(survivor, sequence, *merge_words(
            day, who, source, "merged {} into it", parts, tags))
        record.line(source, sequence, *merge_words(
            day, who, survivor, "merged it into {}", [], []))
        source.version = survivor.version = None  # to be asked for
    return simple(day, found, "merge", done, ["--into", str(survivor.number)],
                  into=survivor.number, version=source.version)


def unmerge(day):
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket) and ticket.members, STAFF)
    if found is None:
        return None
    survivor, who = found
    source = record.tickets[day.chance.choice(sorted(survivor.members))]

    def done(result):
        people, watching, tags = record.left_with(survivor, source)
        survivor.members.discard(source.number)
        gone_tags = sorted(tags, key=str)
        survivor.cc -= people
        survivor.cc_by_merge -= people
        survivor.watching -= watching
        survivor.watching_by_merge -= watching
        survivor.tags -= tags
        survivor.tags_by_merge -= tags
        source.messages = [one for one in survivor.messages if one.origin == source.number]
        survivor.messages = [one for one in survivor.messages if one.origin != source.number]
        source.files = {key: survivor.files.pop(key) for key in list(source.moved_files)}
        source.merged_into = None
        names = sorted(people, key=day.age)
        parts = ["left: no longer in copy" if name == who else f"took {name} out of copy"
                  for name in names]
        tag_parts = [f"took the tag {name} off it" for name in gone_tags]
        sequence = result["sequence"]
        record.line(survivor, sequence, *merge_words(
            day, who, source, "took {} out of it", parts, tag_parts))
        record.line(source, sequence, *merge_words(
            day, who, survivor, "took it out of {}", [], []))
        source.version = survivor.version = None
    return Act(who, ["unmerge", str(source.number)], "ticket.unmerge",
               {"number": source.number}, done)


def split(day):
    record = day.record
    found = [(ticket, message, who) for ticket in day.free() for message in ticket.messages
             for who in STAFF if message.state == "sent" and record.works(who, ticket)]
    if not found:
        return None
    ticket, message, who = day.chance.choice(found)
    title = f"Besides {record.mark('title' if message.kind == 'reply' else 'note')}"
    requester = who if message.kind == "note" else \
        message.author if record.role[message.author] == "user" else ticket.requester

    def done(result):
        fresh = Ticket(result["number"], title=title, problem=message.text, kind=ticket.kind,
                       severity=ticket.severity, queue=ticket.queue, requester=requester,
                       opened_by=who if requester != who else None,
                       of_note=message.kind == "note" or ticket.of_note)
        fresh.version = result["version"]
        record.add(fresh)
        fresh.links.add(ticket.number)
        ticket.links.add(fresh.number)
        sequence = result["sequence"]
        record.line(ticket, sequence, link_words(
            record, who, "made a new ticket of a message and ", "linked it: related to", fresh),
            None)
        whose = "" if requester == who else f" for {requester}"
        made = f"{who} made it of a message{whose}, as {fresh.severity.upper()}, {fresh.kind}"
        record.line(fresh, sequence, lambda name: link_words(
            record, who, made[len(who) + 1:] + " and ", "linked it: related to", ticket)(name),
            made)
    return Act(who, ["split", str(ticket.number), str(message.sequence), "--title", title],
               "ticket.split", {"number": ticket.number, "message": message.sequence,
                                "title": title}, done)
