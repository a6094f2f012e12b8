"""What commands that run jobs leave on standard error, until the last of their process."""

from __future__ import annotations

from typing import Final

import pytest

from tests.orchestration.conftest import DATA
from tests.orchestration.test_runs import COLLECTION
from tests.support import ledgers
from tests.support.ledgers import account
from tests.support.pipelines import Pipeline
from tests.support.servers import finished

REOPEN: Final = ("reopen", "ALBA:FT-1", "--reason", "wrong item", "--by", "anna")


@pytest.mark.check
def test_o03_libraries_say_nothing_when_the_process_of_a_command_ends(pipeline: Pipeline) -> None:
    """O01, O03: DuckDB would report itself leaked if anything that outlives the process's end led to it.

    The reference data are new for each command, so that it has pandera validate them and Dagster run a job:
    together, what the two leave behind led to DuckDB.
    """
    pipeline.drop("RITCOGE.txt", COLLECTION)
    accounts = list(DATA.accounts)
    ends = []
    for number, command in enumerate((("process",), ("export",), REOPEN)):
        accounts.append(account(f"150009{number}"))
        ledgers.write_files(pipeline.home.reference, DATA.replace(accounts=accounts).files())
        done = finished(pipeline.home.root, *command)
        ends.append((command[0], done.returncode, done.stderr))

    assert ends == [("process", 0, "Importing\n"), ("export", 0, ""), ("reopen", 0, "")]
