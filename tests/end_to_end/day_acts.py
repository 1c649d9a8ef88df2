"""What people say at a help desk all day, one function for each kind of act. Each picks somebody
and a ticket that fit, by what was acknowledged so far, and gives an Act, or None when nothing
fits."""

from day_record import ADMIN, STAFF, USERS, Message, Ticket


class Act:
    """Asked for by verb or by request; `done` writes the answer into the record."""

    def __init__(self, who, words, method, fields, done, text=""):
        self.who, self.words, self.method, self.fields = who, words, method, fields
        self.done, self.text = done, text

    def __repr__(self):
        return f"{self.who}: {self.method} {self.fields}"


def simple(day, found, verb, done, words=(), **fields):
    """An act on one ticket whose answer names its version."""
    ticket, who = found

    def finish(result):
        ticket.version = result["version"]
        done(ticket, who, result["sequence"])
    return Act(who, [verb, str(ticket.number), *words], f"ticket.{verb}",
               {"number": ticket.number, **fields}, finish)


# --- Filing ---


def opened(record, ticket, sequence, who):
    whose = "" if who == ticket.requester else f" for {ticket.requester}"
    record.line(record.add(ticket), sequence,
                f"{who} opened it{whose} as {ticket.severity.upper()}, {ticket.kind}")


def filing(day, who, requester):
    record, chance = day.record, day.chance
    title = f"Trouble {record.mark('title')} again"
    problem = f"It began today.\n{record.mark('problem')} is what it says."
    kind, status = chance.choice(["hardware", "software"]), chance.choice(
        ["MINOR", "MAJOR", "CRITICAL"])
    queues = ["general", "general", "paper"] if record.role[who] == "staff" else \
        ["general", "general", "general", "paper", "vault"]
    queue = chance.choice(queues)
    fields = {"title": title, "problem": problem, "kind": kind, "status": status, "queue": queue}
    words = ["new", "--title", title, "--kind", kind, "--status", status, "--queue", queue,
             "--body", problem]
    if requester != who:
        fields["requester"] = requester
        words += ["--for", requester]

    def done(result):
        ticket = Ticket(result["number"], title=title, problem=problem, kind=kind,
                        severity=status.lower(), queue=queue, requester=requester,
                        opened_by=who if requester != who else None)
        opened(record, ticket, result["sequence"], who)
    return Act(who, words, "ticket.create", fields, done)


def file(day):
    who = day.chance.choice([name for name in USERS + STAFF])
    if day.record.role[who] == "staff" and day.chance.random() < 0.7:
        who = day.chance.choice(USERS)
    return filing(day, who, who)


def file_for(day):
    who = day.chance.choice([name for name in STAFF if day.record.role[name] == "staff"
                             and name != "sue"])
    return filing(day, who, day.chance.choice(USERS))


# --- Conversation ---


def reopened(ticket):
    """What an answer does to a ticket that waited for it."""
    before, ticket.state, ticket.until = ticket.state, "open", False
    return {"pending": " and opened it again", "resolved": " and reopened it", "open": ""}[before]


def saying(day, ticket, who, method, words, fields, done):
    """A message of somebody; `done` is told it as it stands after the answer."""
    record = day.record
    kind = "note" if method == "ticket.note" else "reply"
    text = f"Dear all,\n{record.mark(kind)}"

    def finish(result):
        message = Message(result["sequence"], who, kind, text)
        if "release" in result:
            message.state = "held"
        record.say(ticket, message)
        ticket.version = result["version"]
        done(message, result["sequence"])
    return Act(who, [kind, str(ticket.number), "--body", text, *words], method,
               {"number": ticket.number, "text": text, **fields}, finish)


def reply(day):
    """Of the requester, or of somebody in copy."""
    record = day.record
    found = day.pick(lambda ticket, who: not record.works(who, ticket) and
                     (ticket.requester == who or who in ticket.cc), USERS + STAFF)
    if found is None:
        return None
    ticket, who = found

    def done(_, sequence):
        record.line(ticket, sequence, f"{who} replied{reopened(ticket)}")
    return saying(day, ticket, who, "ticket.reply", [], {}, done)


def thanks(day):
    record = day.record
    found = day.pick(lambda ticket, who: ticket.state == "resolved" and ticket.requester == who and
                     not record.works(who, ticket), USERS)
    if found is None:
        return None
    ticket, who = found

    def done(_, sequence):
        record.line(ticket, sequence, f"{who} replied")
    return saying(day, ticket, who, "ticket.reply", ["--keep-resolved"], {"keep_resolved": True},
                  done)


def answering(day, words=(), fields=None, then=None):
    """A reply of the staff, which is held until its author sends it."""
    record = day.record
    found = day.pick(lambda ticket, who: record.works(who, ticket) and ticket.requester != who and
                     ticket.state != "resolved", STAFF)
    if found is None:
        return None
    ticket, who = found

    def done(message, sequence):
        message.then = then
        assert message.state == "held"
        record.line(ticket, sequence, f"{who} replied and left time to withdraw it", None)
    return saying(day, ticket, who, "ticket.reply", words, fields or {}, done)


def answer(day):
    return answering(day)


def answer_and_resolve(day):
    return answering(day, ["--status", "resolved", "--even-with-open-children"],
                     {"status": "RESOLVED", "even_with_open_children": True}, "resolved")


def answer_and_pend(day):
    return answering(day, ["--pend", "answer"], {"pend": True}, "pending")


def was_sent(record, ticket, message, sequence):
    """A held reply has left, with what was asked for beside it."""
    words = ""
    before = ticket.state
    then = message.then if message.origin == ticket.number else None  # not asked of a survivor
    message.sequence, message.state, ticket.answered = sequence, "sent", True
    if then == "resolved" and before != "resolved":
        ticket.state, words = "resolved", " and resolved it"
    elif then == "pending" and before != "resolved":
        ticket.state = "pending"
        words = " and set it pending until the requester answers" if before == "open" else ""
        if before == "pending" and ticket.until:
            words = " and set it pending until the requester answers"
        ticket.until = False
    record.line(ticket, sequence, f"{message.author} replied{words}")


def held(day):
    """A held reply: (ticket, message); None when there is none."""
    found = [(ticket, message) for ticket in day.free() for message in ticket.messages
             if message.state == "held" and day.record.works(message.author, ticket)]
    return day.chance.choice(found) if found else None


def send_now(day):
    found = held(day)
    if found is None:
        return None
    ticket, message = found

    def done(result):
        ticket.version = result["version"]
        was_sent(day.record, ticket, message, result["sequence"])
    return Act(message.author, ["send-now", str(ticket.number), str(message.sequence)],
               "ticket.send_now", {"number": ticket.number, "message": message.sequence}, done)


def withdraw(day):
    found = held(day)
    if found is None:
        return None
    ticket, message = found

    def done(result):
        ticket.messages.remove(message)
        ticket.inside.append(message.text)
        day.record.line(ticket, result["sequence"],
                        f"{message.author} withdrew a reply before it was sent", None)
    return Act(message.author, ["withdraw", str(ticket.number), str(message.sequence)],
               "ticket.withdraw", {"number": ticket.number, "message": message.sequence}, done)


def note(day):
    found = day.pick(lambda ticket, who: day.record.works(who, ticket), STAFF + [ADMIN])
    if found is None:
        return None
    ticket, who = found

    def done(_, sequence):
        day.record.line(ticket, sequence, f"{who} wrote a note", None)
    return saying(day, ticket, who, "ticket.note", [], {}, done)


def note_and_resolve(day):
    """The requester is told the status and not that there is a note."""
    found = day.pick(lambda ticket, who: day.record.works(who, ticket) and
                     ticket.state != "resolved", STAFF)
    if found is None:
        return None
    ticket, who = found

    def done(_, sequence):
        ticket.state, ticket.until = "resolved", False
        day.record.line(ticket, sequence, f"{who} wrote a note and resolved it",
                        f"{who} resolved it")
    return saying(day, ticket, who, "ticket.note",
                  ["--status", "RESOLVED", "--even-with-open-children"],
                  {"status": "RESOLVED", "even_with_open_children": True}, done)


def own_message(day):
    """A message that was sent, of somebody who still sees where it is."""
    record = day.record
    found = [(ticket, message) for ticket in day.free() for message in ticket.messages
             if message.state == "sent" and (
                 record.works(message.author, ticket) or message.kind == "reply" and
                 (ticket.requester == message.author or message.author in ticket.cc))]
    return day.chance.choice(found) if found else None


def corrected(day, ticket, message, result, what):
    words = f"{message.author} {what} a message"
    ticket.version = result["version"]
    day.record.line(ticket, result["sequence"], words, None if message.kind == "note" else words)


def correct(day):
    found = own_message(day)
    if found is None:
        return None
    ticket, message = found
    text = f"I meant:\n{day.record.mark(message.kind)}"

    def done(result):
        message.old.append(message.text)
        message.text = text
        corrected(day, ticket, message, result, "corrected")
    number = [str(ticket.number), str(message.sequence)]
    return Act(message.author, ["edit-message", *number, "--body", text], "message.edit",
               {"number": ticket.number, "message": message.sequence, "text": text}, done)


def retract(day):
    found = own_message(day)
    if found is None:
        return None
    ticket, message = found

    def done(result):
        message.state = "retracted"
        corrected(day, ticket, message, result, "retracted")
    return Act(message.author, ["retract", str(ticket.number), str(message.sequence)],
               "message.retract", {"number": ticket.number, "message": message.sequence}, done)
