"""scripts/tally decides whether a change passes: it may neither lose a failure nor invent a pass."""

import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys

import pytest

TALLY = pathlib.Path(__file__).parents[2] / "scripts" / "tally"
CMOCKA_GOOD = "[==========] 3 test(s) run.\n[  PASSED  ] 3 test(s).\n"
CMOCKA_BAD = ("[  PASSED  ] 2 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n"
              "[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] name\n\n 1 FAILED TEST(S)\n")


@pytest.fixture(name="tally", scope="module")
def fixture_tally():
    loader = importlib.machinery.SourceFileLoader("tally", str(TALLY))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tally", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("output, good, counted", [
    (CMOCKA_GOOD, True, (3, 0, 0)),
    (CMOCKA_GOOD * 2, True, (6, 0, 0)),
    (CMOCKA_BAD, False, (2, 1, 1)),
    # A crash after the first group, and a leak found after the last.
    (CMOCKA_GOOD, False, (3, 1, 0)),
    ("", False, (0, 1, 0)),
    ("", True, (1, 0, 0)),
    ("cases: 12\n", True, (12, 0, 0)),
    ("cases: 0\n", True, (0, 0, 0)),
    ("cases: 12\n", False, (0, 1, 0)),
    ("==== 5 passed in 0.10s ====\n", True, (5, 0, 0)),
    ("1 failed, 4 passed, 2 skipped, 1 error in 61.04s (0:01:01)\n", False, (4, 2, 2)),
    # A failure that is told counts whatever the exit status.
    (CMOCKA_BAD, True, (2, 1, 1)),
])
def test_what_a_program_prints_is_counted(tally, output, good, counted):
    assert tally.count(output, good) == counted


def run(tmp_path, suites, steps="build\t0\t5\n"):
    results = tmp_path / "results"
    results.mkdir()
    (results / "steps").write_text(steps)
    for line in steps.splitlines():
        (results / (line.split("\t")[0] + ".log")).write_text("something\n")
    for name, tests in suites.items():
        (results / f"{name}.json").write_text("".join(json.dumps(test) + "\n" for test in tests))
    (tmp_path / "budget").write_text("build 1\n")
    done = subprocess.run([sys.executable, TALLY, results, tmp_path / "budget"], text=True,
                          capture_output=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()[-1], done.stdout


def result(name, output, outcome="OK"):
    return {"name": f"ttydesk:unit / {name}", "stdout": output, "result": outcome}


def test_a_case_in_two_builds_counts_once(tmp_path):
    suites = {"plain": [result("a", CMOCKA_GOOD)], "sanitized": [result("a", CMOCKA_GOOD)]}
    assert run(tmp_path, suites)[:2] == (0, "4 passed, 0 failed")


def test_a_failure_in_one_of_two_builds_stays(tmp_path):
    suites = {"plain": [result("a", CMOCKA_BAD, "FAIL")], "sanitized": [result("a", CMOCKA_GOOD)]}
    status, last, output = run(tmp_path, suites)
    assert (status, last) == (1, "3 passed, 1 failed")
    assert "[  FAILED  ] name" in output, "what failed is shown"


def test_what_failed_is_not_lost_in_a_long_log(tmp_path):
    output = "monkey: TTYDESK_SEED=7\n" + CMOCKA_BAD + "leaked\n" * 1000
    shown = run(tmp_path, {"plain": [result("a", output, "FAIL")]})[2]
    assert "TTYDESK_SEED=7\n" in shown and "[  FAILED  ] name\n" in shown
    assert shown.count("leaked") < 100


@pytest.mark.parametrize("outcome", ["FAIL", "TIMEOUT", "ERROR", "INTERRUPT", "UNEXPECTEDPASS"])
def test_every_bad_end_is_a_failure(tmp_path, outcome):
    assert run(tmp_path, {"plain": [result("a", "", outcome)]})[:2] == (1, "1 passed, 1 failed")


def test_what_was_skipped_neither_passes_nor_fails(tmp_path):
    status, last, output = run(tmp_path, {"plain": [result("a", "", "SKIP")]})
    assert (status, last) == (0, "1 passed, 0 failed") and "skipped: 1\n" in output


def test_a_failing_step_fails_the_whole(tmp_path):
    status, last, output = run(tmp_path, {}, "build\t2\t5\n")
    assert (status, last) == (1, "0 passed, 1 failed") and "something" in output


def test_nothing_at_all_is_no_success(tmp_path):
    assert run(tmp_path, {}, "")[:2] == (1, "0 passed, 0 failed")


def test_a_budget_has_a_ceiling(tmp_path):
    budget = tmp_path / "budget"
    for text, expected in (("a 10\nb 20 # minutes\n", 0), ("a 30\nb 0.1\n", 1), ("# nothing\n", 1)):
        budget.write_text(text)
        done = subprocess.run([sys.executable, TALLY, "--check-budget", budget], check=False,
                              stdout=subprocess.DEVNULL)
        assert done.returncode == expected
