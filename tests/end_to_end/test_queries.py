"""Queries through all rooms: the words of a command line, both ways in, pages, refusals in words."""

import pathlib
import re

import pytest

from desk import Desk
from person import Person


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        desk.staff("sam").close()
        desk.run("queue", "create", "field")
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(scope="module", name="people", params=["tcp", "unix"])
def fixture_people(request, desk):
    server = (f"ttydesk://127.0.0.1:{desk.port}#{desk.fingerprint}" if request.param == "tcp"
              else f"unix:{desk.socket}")
    return {name: Person(desk, server).sign_in(name) for name in ("ann", "sam")}


def numbers(person, *query):
    return [int(line.split("\t")[0]) for line in person.do("list", *query).splitlines()]


def new(person, title, *options):
    return person.json("new", "--title", title, "--kind", "hardware", *options,
                       text="It is so.\n")["number"]


def test_a_query_is_the_words_of_the_command_line(people):
    ann, sam = people["ann"], people["sam"]
    jam = new(ann, "Paper jam", "--status", "major")
    toner = new(ann, "Toner is low")
    sam.do("take", str(jam))
    assert numbers(sam, f"number:{jam}..", "owner:me") == [jam]
    assert numbers(sam, f"number:{jam}..", "-owner:me") == [toner]
    assert numbers(sam, f"number:{jam}..", "no:owner") == [toner]
    assert numbers(ann, "status:major,critical", "paper", "created:-1h")[0] == jam
    assert numbers(ann, f"number:{jam}..", "(jam", "or", "toner)") == [toner, jam]
    assert numbers(ann, f"#{toner}") == [toner]
    assert numbers(ann, "created:<yesterday") == []
    sam.do("reply", str(jam), text="We are on it.\n")
    assert numbers(sam, f"number:{jam}..", "sort:updated") == [jam, toner]
    assert numbers(sam, f"number:{jam}..", "sort:-updated") == [toner, jam]
    assert numbers(sam, f"number:{jam}..", "sort:severity,-updated", "--limit", "1") == [jam]


def test_what_cannot_be_understood_is_told_with_its_place(people):
    found, output, said = people["sam"].run("list", "is:open", "sevrity:major")
    assert (found, output) == (1, "")
    assert said == ('ttydesk list: At character 9 of the query: there is no field "sevrity"; did you '
                    'mean "severity"?\n')
    found, output, said = people["ann"].run("list", "queue:general")
    assert (found, output) == (1, "")
    assert said == "ttydesk list: At character 7 of the query: queues are for staff\n"


def test_a_sorted_list_of_several_pages_has_every_ticket_once(desk, people):
    sam = people["sam"]
    with desk.connect() as client:
        client.login("ann")
        first = client.ticket()
        for _ in range(230):
            last = client.ticket()
    found = numbers(sam, f"number:{first}..{last}", "sort:-updated")
    assert sorted(found) == list(range(first, last + 1)) and found[0] < found[-1]


def test_every_example_of_the_manual_is_understood(people):
    """Who copies one from the page must not be told that it is wrong."""
    manual = pathlib.Path(__file__).parents[2] / "docs" / "queries.md"
    page = manual.read_text(encoding="utf-8")
    examples = [re.split(r" {2,}", line)[0] for line in page.split("```")[1].splitlines() if line]
    assert len(examples) == 7
    for row in re.findall(r"^\| (`.*:`.*) \| (.*) \|$", page, re.MULTILINE):
        for field in re.findall(r"`([a-z]+:)`", row[0]):
            values = re.findall(r"`([^`]+)`", row[1].split(";")[0].split(", newest")[0])
            examples += [field + value for value in values if field not in ("queue:", "tag:")]
    for span in ("today", "yesterday", "monday", "-7d", "2026-11-01", "2026-11", "2026", "-7d..-2d",
                 "2026-11-01..2026-11-20", "monday..", "..yesterday", "<=monday"):
        assert f"`{span}`" in page or span == "<=monday"
        examples.append(f"created:{span}")
    assert len(examples) > 30
    for example in examples:
        found, _, said = people["sam"].run("list", example)
        assert (found, said) == (0, ""), (example, said)
