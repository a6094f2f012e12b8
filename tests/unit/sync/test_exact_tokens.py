"""The tokens of Exact Online: single use, kept before use, one renewal at a time (T08, T11)."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Final

import pytest

from assets.errors import TransientError
from assets.sync.errors import StoppedError
from assets.sync.target import TargetSettings
from assets.sync.targets.exact import ExactTarget
from samples.programs.answering import Fault, SetClock, serving
from samples.programs.exact_server import CLIENT_ID, CLIENT_SECRET, DIVISION, FIRST_REFRESH_TOKEN, ExactServer
from samples.programs.sent_invoices import invoice
from samples.waiting import until
from tests.support.children import children

START: Final = dt.datetime(2026, 10, 7, 9, 0, tzinfo=dt.UTC)
ENTRIES: Final = "salesentry/SalesEntries"
PROCESSES: Final = 2
ROUNDS: Final = 5
SENSELESS: Final = "The program gave an answer that makes no sense"
EXPIRED: Final = "The authorisation of the program has expired or was used twice"


@pytest.fixture
def clock() -> SetClock:
    """The clock of this machine."""
    return SetClock(START)


@pytest.fixture
def server() -> Iterator[ExactServer]:
    """A division with a clock of its own."""
    program = ExactServer(SetClock(START))
    with serving(program):
        yield program


@pytest.fixture
def settings(server: ExactServer, tmp_path: Path) -> TargetSettings:
    """What a user sets."""
    return TargetSettings(
        "ALBA",
        server.url,
        {"division": DIVISION},
        {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": FIRST_REFRESH_TOKEN},
        tmp_path / "secrets",
    )


def look(settings: TargetSettings, clock: SetClock | None) -> int:
    """One call, made by a target of its own as the next run would; how many invoices it finds."""
    target = ExactTarget(settings, clock, 10)
    try:
        return len(target.find_invoices([invoice()]))
    finally:
        target.close()


def refused_look(settings: TargetSettings, clock: SetClock) -> str:
    """The sentence with which that call stops."""
    with pytest.raises(StoppedError) as caught:
        look(settings, clock)
    return str(caught.value)


def kept(settings: TargetSettings) -> dict[str, object]:
    """What is kept of the tokens."""
    (path,) = settings.state_folder.glob("exact-token-*.json")
    return json.loads(path.read_text("utf-8"))


def test_a_token_is_kept_for_its_owner_only_and_used_by_the_next_run(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    assert [look(settings, clock), look(settings, clock)] == [0, 0]

    assert kept(settings) == {
        "access_token": "access-1",
        "refresh_token": "refresh-1",
        "obtained_at": int(START.timestamp()),
    }
    assert {path.suffix: path.stat().st_mode & 0o777 for path in settings.state_folder.iterdir()} == {
        ".json": 0o600,
        ".lock": 0o600,
    }
    assert server.renewals == 1


def test_a_token_is_renewed_at_570_seconds_and_not_before(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    renewals = []
    for seconds in (0, 569, 1, 570, 30 * 24 * 3600):
        clock.advance(seconds)
        server.clock.advance(seconds)
        look(settings, clock)
        renewals.append(server.renewals)

    assert renewals == [1, 1, 2, 3, 4]
    assert kept(settings)["refresh_token"] == "refresh-4"


@pytest.mark.parametrize("seconds", [-300, -3600, -400 * 24 * 3600])
def test_a_clock_that_was_set_back_makes_an_old_token_look_young_and_the_program_tells(
    settings: TargetSettings, server: ExactServer, clock: SetClock, seconds: int
) -> None:
    look(settings, clock)
    server.clock.advance(700)
    clock.advance(700 + seconds)

    assert [look(settings, clock), look(settings, clock)] == [0, 0]

    assert (server.renewals, kept(settings)["access_token"]) == (2, "access-2")
    assert server.asked("GET", ENTRIES) == 4, "one of them was answered by 401"


def test_a_clock_that_was_set_forward_asks_too_early_and_goes_on_with_the_token_that_it_has(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    look(settings, clock)
    clock.advance(3600)

    assert [look(settings, clock), look(settings, clock)] == [0, 0]

    assert server.renewals == 2, "the second one was refused"
    assert kept(settings)["access_token"] == "access-1"
    server.clock.advance(601)
    assert look(settings, clock) == 0
    assert kept(settings)["access_token"] == "access-2"


def test_a_token_that_is_taken_back_before_its_time_is_no_reason_to_ask_for_ever(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    look(settings, clock)
    server.access_tokens.clear()

    assert refused_look(settings, clock) == f"{EXPIRED}: Rate limit exceeded: access_token not expired"
    assert server.renewals == 2


def test_t11_an_authorisation_that_was_used_elsewhere_or_is_too_old_says_what_to_do(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    server.issued.refresh_token = "refresh-of-another-program"
    used = refused_look(settings, clock)
    server.issued.refresh_token = FIRST_REFRESH_TOKEN
    server.clock.advance(30 * 24 * 3600)
    old = refused_look(settings, clock)

    assert (used, old) == (f"{EXPIRED}: invalid_grant: Old refresh token used",) * 2
    assert list(settings.state_folder.glob("*.json")) == []


def test_a_new_authorisation_begins_anew_whatever_was_kept(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    look(settings, clock)
    server.clock.advance(600)
    clock.advance(600)
    server.issued.refresh_token = "refresh-by-hand"
    assert refused_look(settings, clock) == f"{EXPIRED}: invalid_grant: Old refresh token used"

    anew = replace(settings, secrets={**settings.secrets, "refresh_token": "refresh-by-hand"})
    assert look(anew, clock) == 0


def test_t11_a_wrong_key_of_the_app_is_told_from_a_spent_token(
    settings: TargetSettings, clock: SetClock
) -> None:
    wrong = replace(settings, secrets={**settings.secrets, "client_secret": "another"})

    assert refused_look(wrong, clock) == (
        "The program refuses the key or the user: invalid_client: Client is not known"
    )


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            "closes_after_it_booked",
            "The program does not answer: the connection to URL ended before its answer",
        ),
        (
            "bad_gateway_before_it_books",
            "The program does not answer: no renewal of the token (HTTP 502)",
        ),
        (
            "answer_cut_off",
            f"{SENSELESS}: no access_token in the answer to a renewal of the token",
        ),
        (
            "page_instead_of_the_answer",
            f"{SENSELESS}: no access_token in the answer to a renewal of the token",
        ),
    ],
)
def test_a_renewal_whose_answer_is_lost_is_not_sent_a_second_time(
    settings: TargetSettings, server: ExactServer, clock: SetClock, fault: Fault, sentence: str
) -> None:
    """The token may be spent: sending it again is what programs take for theft."""
    server.faults.append(("/token", fault))

    assert refused_look(settings, clock).replace(server.url, "URL") == sentence
    assert server.asked("POST", "/token") == 1


def test_a_token_is_not_asked_for_when_there_is_no_room_to_keep_it(
    settings: TargetSettings, server: ExactServer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(settings, clock)
    clock.advance(600)
    server.clock.advance(600)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        with pytest.raises(TransientError, match=r"exact-token-.*json cannot be written: No space left"):
            look(settings, clock)
    assert server.renewals == 1
    assert kept(settings)["refresh_token"] == "refresh-1"
    assert look(settings, clock) == 0


def test_a_token_that_could_not_be_kept_is_not_used(
    settings: TargetSettings, server: ExactServer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pwrite", broken)
    (sentence,) = [refused_look(settings, clock)]

    assert sentence.startswith(f"{EXPIRED}: the next token could not be kept in ")
    assert (server.renewals, server.asked("GET", ENTRIES)) == (1, 0)


def test_a_file_of_tokens_that_others_may_read_or_that_somebody_wrote_is_not_used(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    look(settings, clock)
    (path,) = settings.state_folder.glob("exact-token-*.json")
    path.chmod(0o640)
    readable = refused_look(settings, clock)
    path.chmod(0o600)
    path.write_text("[]", "utf-8")
    senseless = refused_look(settings, clock)

    assert readable == (
        "There is no secret for the program of the company or others may read its file: "
        f"{path} may be read by others: chmod 600 and the right owner"
    )
    assert senseless == f"{EXPIRED}: {path} was not written by Partita"
    assert server.renewals == 1


def look_in_rounds(
    settings: TargetSettings, begin: Barrier, end: Barrier, answers: SimpleQueue[int | str]
) -> None:
    """In a process of its own: a call in each round, at the same moment as the other processes."""
    for _ in range(ROUNDS):
        begin.wait(60)
        try:
            answers.put(look(settings, None))
        except StoppedError as error:
            answers.put(str(error))
        end.wait(60)


def test_two_processes_that_need_a_new_token_at_once_share_one_renewal_and_lose_none(
    settings: TargetSettings, server: ExactServer
) -> None:
    """Each round the token is ten minutes old to the program and none to the processes: 401 for both."""
    context = children()
    begin, end = context.Barrier(PROCESSES + 1), context.Barrier(PROCESSES + 1)
    answers: SimpleQueue[int | str] = context.SimpleQueue()
    racing = [
        context.Process(target=look_in_rounds, args=(settings, begin, end, answers), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in racing:
        process.start()
    renewals = []
    for _ in range(ROUNDS):
        server.clock.advance(700)
        begin.wait(60)
        end.wait(60)
        renewals.append(server.renewals)
    for process in racing:
        process.join(60)

    assert [answers.get() for _ in range(PROCESSES * ROUNDS)] == [0] * PROCESSES * ROUNDS
    assert renewals == [1, 2, 3, 4, 5]
    assert kept(settings)["refresh_token"] == "refresh-5"


def look_until_killed(settings: TargetSettings) -> None:
    """In a process of its own: a renewal that the program never answers."""
    look(settings, None)


def test_a_process_that_is_killed_in_the_middle_lets_the_next_one_renew(
    settings: TargetSettings, server: ExactServer, clock: SetClock
) -> None:
    """The program had not begun: the token is still good, and the lock died with its holder."""
    server.faults.append(("/token", "hangs_before_it_books"))
    holder = children().Process(target=look_until_killed, args=(settings,), daemon=True)
    holder.start()
    until(lambda: server.asked("POST", "/token") == 1, 60, "the renewal")
    holder.kill()
    holder.join(60)

    assert look(settings, clock) == 0
    assert (server.renewals, kept(settings)["refresh_token"]) == (1, "refresh-1")
