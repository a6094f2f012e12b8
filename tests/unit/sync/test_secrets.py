"""Secrets come from the environment or from a file of the owner only, and are never said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.sync.errors import StoppedError
from assets.sync.secrets import secret_file, secrets_of


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = secret_file(folder, "AL/BA")
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    written(tmp_path, "# of the bookkeeper\n\nKEY=file\nUSER = \nREFRESH_TOKEN=a=b \n".replace(" = ", "="))
    environment = {
        "PARTITA_SECRET_AL_BA_KEY": "environment\n",
        "PARTITA_SECRET_BORA_KEY": "other",
        "PATH": "/",
    }
    assert secrets_of(tmp_path, "AL/BA", environment) == {
        "key": "environment",
        "user": "",
        "refresh_token": "a=b",
    }


def test_no_file_and_no_variable_are_no_secrets(tmp_path: Path) -> None:
    assert secrets_of(tmp_path, "ALBA", {}) == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, "KEY=topsecret\n", mode)
    with pytest.raises(StoppedError) as stopped:
        secrets_of(tmp_path, "AL/BA", {})
    assert stopped.value.explanation.sentence == (
        "There is no secret for the program of the company or others may read its file: "
        f"{path} may be read by others: chmod 600 and the right owner"
    )


def test_a_line_that_is_none_is_named_by_its_number_and_not_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "KEY=one\ntopsecret\n")
    with pytest.raises(StoppedError) as stopped:
        secrets_of(tmp_path, "AL/BA", {})
    assert stopped.value.explanation.detail == f"line 2 of {path} is not NAME=value"
