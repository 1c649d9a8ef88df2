"""Many tickets at once and taking back, through all rooms: verbs, both ways in, events, repeats."""

import pytest

from desk import Desk, operation
from person import Person


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        for name in ("sam", "eve"):
            desk.staff(name).close()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(scope="module", name="sam")
def fixture_sam(desk):
    server = f"ttydesk://127.0.0.1:{desk.port}#{desk.fingerprint}"
    return Person(desk, server).sign_in("sam")


def signed_in(desk, name):
    client = desk.connect()
    client.login(name)
    return client


def tickets(desk, count):
    with desk.connect() as client:
        client.login("ann")
        return [client.ticket() for _ in range(count)]


def status(sam, number):
    return sam.json("show", str(number))["ticket"]["ticket"]["status"]


def test_a_list_of_numbers_is_changed_and_taken_back_as_one(desk, sam):
    numbers = tickets(desk, 4)
    said = sam.run("set", f"{numbers[0]},{numbers[1]}-{numbers[3]}", "--status", "resolved",
                   "--yes")
    lines = "".join(f"#{number} changed\n" for number in numbers)
    assert said == (0, lines, "4 of 4 changed; take it back with: ttydesk undo\n")
    assert [status(sam, number) for number in numbers] == ["RESOLVED"] * 4
    assert sam.do("undo") == "".join(f"#{number} is as it was before\n" for number in numbers)
    assert [status(sam, number) for number in numbers] == ["MINOR"] * 4


def test_who_forgets_how_several_are_written_is_told(sam):
    for words in (["resolve", "1", "2", "3"], ["take"]):
        found, output, said = sam.run(*words)
        assert (found, output) == (1, "")
        assert "1,4-10" in said and "- reads them from standard input" in said


def test_a_query_says_which_tickets(desk, sam):
    """The question is asked as for a list, and a query that finds nothing changes nothing."""
    numbers = tickets(desk, 3)
    query = f"number:{numbers[0]}.. status:minor"
    found, output, said = sam.run("tag", query, "+swept", "--yes")
    assert (found, output.count(" changed\n")) == (0, 3) and said.startswith("3 of 3 changed")
    assert sam.run("tag", query, "+swept")[::2] == (
        1, "ttydesk tag: there is no terminal to confirm 3 tickets at; use --yes\n")
    assert sam.run("take", "tag:nowhere status:major") == (1, "", "ttydesk take: no ticket matches\n")
    found, output, said = sam.run("take", "stauts:major")
    assert (found, output) == (1, "") and 'did you mean "status"?' in said
    assert len(sam.do("list", "tag:swept").splitlines()) == 3


def test_numbers_come_from_the_list_in_a_pipe(desk, sam):
    tickets(desk, 3)
    listed = sam.do("list", "--status", "minor", "--limit", "3")
    found, output, _ = sam.run("tag", "-", "+piped", "--yes", text=listed)
    assert (found, output.count(" changed\n")) == (0, 3)
    assert len(sam.do("list", "--tag", "piped").splitlines()) == 3
    sam.do("undo")
    assert sam.do("list", "--tag", "piped") == ""


def test_what_is_refused_is_told_and_does_not_stop_the_others(desk, sam):
    numbers = tickets(desk, 3)
    eve = signed_in(desk, "eve")
    eve.do("ticket.take", number=numbers[1])
    found, output, complaints = sam.run("take", f"{numbers[0]}-{numbers[2]},99999", "--yes")
    assert found == 1 and complaints.startswith("2 of 4 changed")
    assert output.splitlines() == [
        f"#{numbers[0]} changed",
        f"#{numbers[1]} not changed: eve owns this ticket; steal it if they agree.",
        f"#{numbers[2]} changed",
        "#99999 not changed: There is nothing with this number or name."]


def test_three_or_more_are_asked_about(desk, sam):
    numbers = tickets(desk, 3)
    words = f"{numbers[0]}-{numbers[2]}"
    found, output, complaints = sam.run("set", words, "--status", "major")
    assert (found, output) == (1, "") and "use --yes" in complaints
    question = "Set 3 tickets MAJOR? [y/N]"
    found, screen = sam.type(["set", words, "--status", "major"], [(question, "n\n")])
    assert found == 2 and "Nothing was changed." in screen
    assert status(sam, numbers[0]) == "MINOR"
    found, screen = sam.type(["set", words, "--status", "major"], [(question, "y\n")])
    assert found == 0 and "3 of 3 changed" in screen
    assert status(sam, numbers[0]) == "MAJOR"


@pytest.mark.parametrize("words, why", [
    ("1,x", "is not a list of tickets"), ("5-3", "is not a list of tickets"),
    ("1,", "is not a list of tickets"), ("1-99999", "more than"), ("-", "no ticket number")])
def test_bad_lists_are_refused_before_anything_happens(sam, words, why):
    found, output, complaints = sam.run("set", words, "--status", "major", "--yes")
    assert (found, output) == (1, "") and why in complaints


def test_of_many_only_one_thing_is_set(sam):
    found, _, complaints = sam.run("set", "1,2", "--status", "major", "--title", "T")
    assert found == 1 and "either --status or --kind" in complaints


def test_more_than_one_request_holds_is_taken_back_together(desk, sam):
    numbers = tickets(desk, 203)
    found, output, _ = sam.run("set", f"{numbers[0]}-{numbers[-1]}", "--status", "critical",
                               "--yes")
    assert (found, output.count(" changed\n")) == (0, 203)
    assert sam.do("undo").count("is as it was before") == 203
    assert status(sam, numbers[0]) == status(sam, numbers[-1]) == "MINOR"


def test_somebody_elses_change_stays(desk, sam):
    number = tickets(desk, 1)[0]
    sam.do("set", str(number), "--status", "major")
    with signed_in(desk, "ann") as ann:
        ann.do("ticket.update", number=number, version=2, status="CRITICAL")
    found, _, complaints = sam.run("undo")
    assert found == 1
    assert f"#{number} was changed since by ann; undo would overwrite that." in complaints
    assert status(sam, number) == "CRITICAL"


def test_a_repeated_batch_gets_its_results_again(desk):
    numbers = tickets(desk, 2)
    with signed_in(desk, "sam") as sam:
        fields = {"operation": operation(), "act": "status", "status": "MAJOR",
                  "tickets": [{"number": number} for number in [*numbers, 99999]]}
        first = sam.call("ticket.bulk", **fields)
        again = sam.call("ticket.bulk", **fields)
    assert [one["code"] for one in first["results"]] == ["none", "none", "not_found"]
    assert first["sequence"] == again["sequence"]
    assert first["results"][:2] == again["results"][:2]
    assert again["results"][2]["code"] == "no_change"


def test_each_ticket_of_a_batch_is_an_event_of_its_own(desk):
    numbers = tickets(desk, 3)
    with signed_in(desk, "ann") as ann, signed_in(desk, "sam") as sam:
        ann.call("feed.subscribe", feed="own")
        sam.do("ticket.bulk", act="status", status="RESOLVED",
               tickets=[{"number": number} for number in numbers])
        events = [ann.note("feed.event") for _ in numbers]
    assert [event["number"] for event in events] == numbers
    assert {event["entry"]["what"] for event in events} == {"ticket.bulk"}
    assert all(event["ticket"]["status"] == "RESOLVED" for event in events)


def test_the_last_act_is_ones_own(desk):
    number = tickets(desk, 1)[0]
    with signed_in(desk, "sam") as sam, signed_in(desk, "eve") as eve:
        done = sam.do("ticket.take", number=number)
        eve.do("ticket.note", number=number, text="N")
        assert sam.call("ticket.last_act") == {
            "sequence": done["sequence"], "what": "ticket.take", "tickets": [{"number": number}],
            "time": sam.call("ticket.last_act")["time"]}
        assert eve.call("ticket.last_act").get("sequence") != done["sequence"]


def changes(sam, *arguments):
    """The output of a verb on a list, which also tells on the side how many it changed."""
    found, output, _ = sam.run(*arguments)
    assert found == 0, output
    return output


def state(sam, number):
    return sam.json("show", str(number))["ticket"]["ticket"]["state"]


def test_lists_are_put_aside_resolved_and_opened(desk, sam):
    """The same acts as on one ticket; what is refused for one does not stop the others."""
    first, second = tickets(desk, 2)
    both = f"{first},{second}"
    assert changes(sam, "pend", both, "--until", "3d") == f"#{first} changed\n#{second} changed\n"
    assert [state(sam, number) for number in (first, second)] == ["pending"] * 2
    changes(sam, "open", both)
    assert [state(sam, number) for number in (first, second)] == ["open"] * 2
    changes(sam, "resolve", str(first) + "," + str(second))
    assert [status(sam, number) for number in (first, second)] == ["RESOLVED"] * 2
    changes(sam, "reopen", both)
    sam.do("resolve", str(first))
    found, output, _ = sam.run("resolve", both)
    assert found == 1 and f"#{first} not changed: " in output and f"#{second} changed" in output
    for verb in ("pend", "resolve", "open"):
        found, _, why = sam.run(verb, both, "--version", "1")
        assert found == 1 and "for one ticket" in why
    found, _, why = sam.run("resolve", f"{first}-{first + 2}")
    assert found == 1 and "use --yes" in why
    found, _, why = sam.run("pend", both, "--until", "soon")
    assert found == 1 and "is no time" in why
