"""The guard before the webserver: only pages of this server, with the session, reach what stands behind."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from assets.errors import OperatingError
from assets.home import Home
from orchestration.requesters import SESSION_USER, requester_of, who_asks
from orchestration.serving.guard import USER_HEADER, Guard
from orchestration.serving.session import session_token, token_path

TOKEN: Final = "a-secret-of-this-home-and-of-no-other"
HOST: Final = "127.0.0.1:3000"
GOOD: Final = {"authorization": f"Bearer {TOKEN}"}
JSON: Final = {"content-type": "application/json"}


@dataclass
class Webserver:
    """Stands behind the guard and remembers what reaches it, and whose session that is."""

    reached: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Notes the request and answers it."""
        users = HTTPConnection(scope).headers.getlist(USER_HEADER)
        self.reached.append((scope["path"], ",".join(users)))
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept()
            await socket.close()
        else:
            await PlainTextResponse("reached")(scope, receive, send)


@pytest.fixture
def behind() -> Webserver:
    """What the guard protects."""
    return Webserver()


@pytest.fixture
def client(behind: Webserver) -> TestClient:
    """Asks the guard as a browser on this machine does, without a session."""
    guard = Guard(behind, hosts=[HOST, "localhost:3000"], token=TOKEN, user="anna")
    return TestClient(guard, base_url=f"http://{HOST}", follow_redirects=False)


def test_the_address_with_the_token_begins_a_session_that_lasts_without_it(
    client: TestClient, behind: Webserver
) -> None:
    opened = client.get(f"/runs?status=FAILURE&token={TOKEN}&x=")
    assert (opened.status_code, opened.headers["location"]) == (303, "/runs?status=FAILURE&x=")
    cookie = opened.headers["set-cookie"]
    assert cookie == f"partita_3000={TOKEN}; HttpOnly; Path=/; SameSite=strict"
    assert client.get("/runs").text == "reached"
    assert behind.reached == [("/runs", "anna")]


def test_an_address_with_the_token_leads_to_no_other_server(client: TestClient) -> None:
    assert client.get(f"http://{HOST}//evil.example/?token={TOKEN}").headers["location"] == ("/evil.example/")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 401),
        ("GET", "/?token=another", {}, 401),
        ("GET", "/", {"authorization": "Bearer another"}, 401),
        ("GET", "/", {"authorization": f"Basic {TOKEN}"}, 401),
        ("GET", "/", {"cookie": "partita_3000=another"}, 401),
        ("GET", "/", {"cookie": f"partita_3001={TOKEN}"}, 401),
        ("POST", f"/graphql?token={TOKEN}", JSON, 401),
        ("GET", "/server_info", {}, 401),
        ("POST", "/report_asset_materialization/postings", {}, 401),
        ("GET", "/", GOOD | {"host": "evil.example"}, 421),
        ("GET", "/", GOOD | {"host": "evil.example:3000"}, 421),
        ("GET", "/", GOOD | {"host": "127.0.0.1"}, 421),
        ("POST", "/graphql", GOOD | JSON | {"origin": "http://evil.example"}, 403),
        ("POST", "/graphql", GOOD | JSON | {"origin": "http://127.0.0.1:3001"}, 403),
        ("POST", "/graphql", GOOD | JSON | {"origin": f"https://{HOST}"}, 403),
        ("POST", "/graphql", GOOD | JSON | {"origin": "null"}, 403),
        ("GET", "/graphql?query=mutation%7Bx%7D", GOOD, 405),
        ("GET", "/graphql?QUERY=mutation%7Bx%7D", GOOD | {"accept": "text/html"}, 405),
        ("GET", "/graphql/?query=mutation%7Bx%7D", GOOD, 405),
        ("HEAD", "/graphql?query=mutation%7Bx%7D", GOOD, 405),
        ("GET", "/graphql%0a?query=mutation%7Bx%7D", GOOD, 400),
        ("POST", "/graphql%0a", GOOD | {"content-type": "application/graphql"}, 400),
        ("GET", "/graphql?%71uery=mutation%7Bx%7D", GOOD | {"accept": "text/html"}, 405),
        ("GET", "/runs", GOOD | {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", "/runs", GOOD | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, 403),
        ("POST", "/graphql", GOOD | JSON | {"origin": HOST}, 403),
        ("POST", "/graphql?query=mutation%7Bx%7D", GOOD | {"content-type": "text/plain"}, 415),
        ("POST", "/graphql?query=mutation%7Bx%7D", GOOD, 415),
        ("POST", "/graphql", GOOD | {"content-type": "application/graphql"}, 415),
        ("POST", "/graphql", GOOD | {"content-type": "text/plain; application/json"}, 415),
    ],
)
def test_a_forged_request_reaches_nothing(
    client: TestClient, behind: Webserver, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert client.request(method, path, headers=headers).status_code == status
    assert behind.reached == []


def test_what_the_page_itself_sends_passes_and_bears_the_user_of_the_session(
    client: TestClient, behind: Webserver
) -> None:
    client.get(f"/?token={TOKEN}")
    for headers in (
        JSON | {"origin": f"http://{HOST}"},
        {"content-type": "application/json; charset=utf-8", "x-partita-user": "mallory"},
        JSON | {"host": "localhost:3000", "origin": "http://localhost:3000", **GOOD},
    ):
        assert client.post("/graphql", headers=headers).text == "reached"
    assert client.get("/graphql", headers={"accept": "text/html"}).text == "reached"
    assert behind.reached == [("/graphql", "anna")] * 4


def test_a_page_elsewhere_cannot_open_a_web_socket(client: TestClient, behind: Webserver) -> None:
    own = {"host": HOST}
    for headers in (own, own | GOOD | {"origin": "http://evil.example"}, GOOD | {"host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/graphql", headers=headers):
            pass
    assert behind.reached == []
    with client.websocket_connect("/graphql", headers=own | GOOD | {"origin": f"http://{HOST}"}):
        pass
    assert behind.reached == [("/graphql", "anna")]


def test_whoever_opens_the_page_without_a_session_is_told_what_to_do(client: TestClient) -> None:
    assert "Open the whole address that <code>partita start</code>" in client.get("/").text


@given(
    st.dictionaries(
        st.sampled_from(["host", "origin", "cookie", "authorization", "content-type", "x-partita-user"]),
        st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40),
    ),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"]),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="#"), max_size=30),
)
def test_nothing_reaches_the_webserver_without_the_secret(
    headers: dict[str, str], method: str, query: str
) -> None:
    behind = Webserver()
    guard = Guard(behind, hosts=[HOST], token=TOKEN, user="anna")
    client = TestClient(guard, base_url=f"http://{HOST}", follow_redirects=False)
    raw = {name: value.strip().encode("latin-1") for name, value in headers.items()}
    answer = client.request(method, "/graphql", headers=raw, params=query)  # type: ignore[arg-type]
    assert (answer.status_code in (401, 403, 421), behind.reached) == (True, [])


# --- The secret, and who asks -------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders."""
    made = Home(tmp_path)
    made.create()
    return made


def test_the_secret_of_a_home_is_made_once_and_is_its_owners_only(home: Home) -> None:
    token = session_token(home)
    assert (session_token(home), len(token) >= 32) == (token, True)
    assert oct(stat.S_IMODE(token_path(home).stat().st_mode)) == "0o600"
    token_path(home).unlink()
    assert session_token(home) != token


def test_a_secret_that_others_may_read_is_none(home: Home) -> None:
    session_token(home)
    token_path(home).chmod(0o644)
    with pytest.raises(OperatingError, match=r"others may read .*session\.token: remove it"):
        session_token(home)


@pytest.mark.parametrize("content", ["", "short", "\xe0" * 40])
def test_a_damaged_secret_lets_nobody_in(home: Home, content: str) -> None:
    session_token(home)
    token_path(home).write_text(content, "latin-1")
    with pytest.raises(OperatingError, match=r"remove it|cannot be read"):
        session_token(home)


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({}, "partita"),
        ({"requested_by": "bruno"}, "bruno"),
        ({"requested_by": "bruno", SESSION_USER: "anna"}, "anna"),
    ],
)
def test_a_run_of_a_session_is_asked_for_by_its_user_whatever_else_it_says(
    tags: dict[str, str], who: str
) -> None:
    assert requester_of(tags).who == who
    assert who_asks("claimed", tags) == (tags.get(SESSION_USER) or "claimed")
