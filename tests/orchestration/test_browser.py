"""The Dagster UI in a real browser: three things that people do there with the sample.

Elements are found by their roles and by the text that people read; there is nothing else to hold on to.
With PARTITA_SCREENSHOTS naming a folder, the pictures of the README are taken on the way.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final, TypeVar

import pytest
from click.testing import CliRunner
from selenium import webdriver
from selenium.common.exceptions import ElementClickInterceptedException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from assets.ledger.store import Ledger
from orchestration.cli import main
from orchestration.imports import failed_keys
from samples.waiting import until
from tests.support import servers
from tests.support.needs import path_of
from tests.support.servers import Server

pytestmark = pytest.mark.check

REPOSITORY: Final = Path(__file__).resolve().parents[2]
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
)
WIDTH: Final = 1400
HEIGHT: Final = 900
SECONDS_TO_SEE: Final = 40
SECONDS_TO_IMPORT: Final = 120
LOCATION: Final = "locations/__repository__@orchestration.definitions"

T = TypeVar("T")

_DRAWN_ANEW: Final = (StaleElementReferenceException, ElementClickInterceptedException)

_COUNTS: Final = """
{
  assetNodeOrError(assetKey: {path: ["trace_movements"]}) {
    ... on AssetNode { partitionStats { numMaterialized numFailed numMaterializing } }
  }
  runsOrError { ... on Runs { results { status } } }
}
"""

_RUNS_OF_JOB: Final = """
{ runsOrError(filter: {pipelineName: "export_to_treasury_job"}) { ... on Runs { results { id status } } } }
"""

_SHOWN_TEXTS: Final = """
return [...document.querySelectorAll("a, div, span")]
    .filter(element => !element.childElementCount && element.checkVisibility())
    .map(element => element.textContent.trim())
"""

_IS_PAINTED: Final = """
const box = [...document.querySelectorAll("div")]
    .find(element => !element.childElementCount && element.textContent === arguments[0]).parentElement;
const [red, green, blue] = getComputedStyle(box).backgroundColor.match(/[0-9]+/g).map(Number);
return Math.max(red, green, blue) - Math.min(red, green, blue) > 8;
"""


def _fits(text: str, name: str) -> bool:
    """Whether a text of the lineage is this name; from afar, long names are shown with their middle cut."""
    start, cut, end = text.partition("…")
    return text == name or bool(cut and start and name.startswith(start) and name.endswith(end))


@dataclass(frozen=True, slots=True)
class Site:
    """The UI of a home in which the sample was imported, and a browser that looks at it."""

    server: Server
    browser: webdriver.Chrome

    def open(self, path: str) -> None:
        """Goes to a page."""
        self.browser.get(f"{self.server.address}/{path}")

    def read(self, xpath: str) -> str:
        """The text of the first element of this kind that can be seen."""
        return self._seen(xpath, lambda element: element.text)

    def shows(self, text: str) -> str:
        """This text, when an element shows exactly it."""
        return self.read(f"//*[not(*)][normalize-space()={text!r}]")

    def click(self, name: str, within: str = "") -> None:
        """Clicks the button of this name, in the dialog or box where `within` leads, once it can be."""

        def clicked(button: WebElement) -> bool:
            if button.is_enabled():
                button.click()
                return True
            return False

        self._seen(f"{within}//button[normalize-space()={name!r}]", clicked)

    def click_for(self, name: str, text: str) -> None:
        """Clicks the button of this name until this text is to be seen.

        A page that does not know all partitions yet lets itself be clicked, and selects what it knows.
        """

        def done(driver: webdriver.Chrome) -> bool:
            shown = driver.find_elements(By.XPATH, f"//*[not(*)][normalize-space()={text!r}]")
            if any(element.is_displayed() for element in shown):
                return True
            for button in driver.find_elements(By.XPATH, f"//button[normalize-space()={name!r}]"):
                if button.is_displayed() and button.is_enabled():
                    button.click()
            return False

        wait = WebDriverWait(self.browser, SECONDS_TO_SEE, 2, ignored_exceptions=_DRAWN_ANEW)
        wait.until(done, f"{name} shows {text} on {self.browser.current_url}")

    def rows(self, xpath: str) -> list[list[str]]:
        """The cells of a table, row by row, without its head."""

        def cells(table: WebElement) -> list[list[str]]:
            rows = table.find_elements(By.XPATH, ".//tr[td]")
            return [[cell.text for cell in row.find_elements(By.XPATH, "./td")] for row in rows]

        return self._seen(xpath, cells)

    def _seen(self, xpath: str, use: Callable[[WebElement], T]) -> T:
        """What is made of the first element of this kind that can be seen.

        The page draws its elements anew whenever the server tells it something, so that one may be gone
        between two looks, or lie under another: all is done again then, from the search on.
        """

        def look(driver: webdriver.Chrome) -> T | None:
            found = driver.find_elements(By.XPATH, xpath)
            shown = next((element for element in found if element.is_displayed()), None)
            return None if shown is None else use(shown)

        wait = WebDriverWait(self.browser, SECONDS_TO_SEE, ignored_exceptions=_DRAWN_ANEW)
        return wait.until(look, f"{xpath} is to be seen on {self.browser.current_url}")

    def assets(self, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that the lineage shows, waited for until it shows all of them."""

        def look(driver: webdriver.Chrome) -> Sequence[str] | None:
            shown = driver.execute_script(_SHOWN_TEXTS)
            return names if all(any(_fits(text, name) for text in shown) for name in names) else None

        wait = WebDriverWait(self.browser, SECONDS_TO_SEE)
        return wait.until(look, f"{', '.join(names)} are to be seen on {self.browser.current_url}")

    def wait_for_colours(self, name: str) -> None:
        """Waits until the lineage has painted this asset, which it does after it has drawn it."""
        wait = WebDriverWait(self.browser, SECONDS_TO_SEE)
        wait.until(lambda driver: driver.execute_script(_IS_PAINTED, name), f"{name} has a colour")

    def picture(self, name: str, *, scale: float = 1.0) -> None:
        """Keeps a picture of 1400 by 900 of what is to be seen, if pictures are wanted."""
        folder = os.environ.get("PARTITA_SCREENSHOTS")
        if not folder:
            return
        self._resize(scale)
        self.browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        (Path(folder) / name).write_bytes(base64.b64decode(shot["data"]))
        self._resize(1.0)

    def _resize(self, scale: float) -> None:
        size = {"width": round(WIDTH / scale), "height": round(HEIGHT / scale)}
        metrics = {**size, "deviceScaleFactor": scale, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        WebDriverWait(self.browser, SECONDS_TO_SEE).until(
            lambda driver: driver.execute_script("return window.innerWidth") == size["width"]
        )


def open_browser(profile: Path) -> webdriver.Chrome:
    """Chromium without a window and with a profile of its own. Fails, and does not skip, if it is missing."""
    options = webdriver.ChromeOptions()
    options.binary_location = path_of("chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(path_of("chromedriver")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server and one browser for all tests of this file."""
    folder = tmp_path_factory.mktemp("browser")
    server = servers.launch(folder / "home", "--samples", str(REPOSITORY / "data" / "samples"))
    try:
        browser = open_browser(folder / "profile")
        try:
            server.wait_for_address()
            until(lambda: _outcome(server) == (21, 5), SECONDS_TO_IMPORT, "the sample is imported")
            site = Site(server, browser)
            browser.get(server.opening_address)
            site.open("overview")
            site.click("Hide navigation")
            yield site
        finally:
            browser.quit()
    finally:
        servers.end(server)


def _outcome(server: Server) -> tuple[int, int] | None:
    """How many partitions are materialized and how many failed, when nothing is under way any more."""
    answer = server.graphql(_COUNTS)
    counts = answer["assetNodeOrError"]["partitionStats"]
    runs = {run["status"] for run in answer["runsOrError"]["results"]}
    if counts["numMaterializing"] or not runs <= {"SUCCESS", "FAILURE"}:
        return None
    return counts["numMaterialized"], counts["numFailed"]


def test_o02_a_failed_check_names_files_lines_and_remedies(site: Site) -> None:
    """O02: what keeps movements out of the ledger, as a table in the page of the check."""
    site.open("assets/trace_movements?view=checks&checkDetail=trace_movements_are_posted")

    sentence = site.read("//*[starts-with(normalize-space(text()), 'Reasons that keep movements out')]")
    rows = site.rows("//table[.//*[normalize-space()='finding_code']]//table | //table[not(.//table)]")
    site.picture("failed-check.png", scale=0.8)

    assert sentence == (
        "Reasons that keep movements out of the ledger: 6. Mend the reference data in reference/ and rerun "
        "the failed partitions, or drop a corrected file. What waits for an answer names the command "
        "that gives it."
    )
    assert [row[2:7] for row in rows] == [
        ["RITCOGE_20261026.txt", "1", "operation_date", "period_closed", "20260930"],
        ["RITCOGE_20261023.txt", "3", "amount_company_currency", "movement_unbalanced", "-10.00"],
        ["RITCOGE_20261023.txt", "5", "amount_company_currency", "movement_unbalanced", "5368.00"],
        ["RITCOGE_20261021.txt", "4", "account", "unknown_account", "4000009"],
        ["RITCOGE_20261021.txt", "5", "reason_code", "unknown_accounting_reason", "PSDD"],
        ["RITCOGE_20261021.txt", "6", "reason_code", "unknown_accounting_reason", "PSDD"],
    ]


def test_o02_the_page_of_a_red_partition_says_why_and_shows_no_stack(site: Site) -> None:
    """O02: by the log of its failed run, which the page opens, and by the event of the partition."""
    sentence = (
        "RITCOGE_20261021.txt line 4, column account: '4000009', expected an account of the company in "
        "chart_of_accounts.csv"
    )
    with Ledger(site.server.root / "ledger").reading() as connection:
        named = "SELECT partition_key FROM ledger.file_import WHERE source_file = 'RITCOGE_20261021.txt'"
        ((key,),) = connection.execute(named).fetchall()
    site.open(f"assets/trace_movements?view=partitions&partition={key}")
    site.click("View logs")
    failure = site.read(f"//*[@role='dialog']//*[contains(text(), \"{sentence}\")]")
    site.picture("red-partition.png", scale=0.8)
    site.open(f"assets/trace_movements?view=events&partition={key}")
    description = site.read(f'//*[normalize-space()="{sentence}"]')

    see = r"See `partita findings I\d+` or the asset check trace_movements_are_posted\."
    assert re.search(see, failure)
    assert "Stack Trace" not in site.browser.page_source
    assert description == sentence


def test_o01_the_list_of_runs_names_their_files(site: Site) -> None:
    """O01: by the names that people know, and by no tag that is for programs."""
    site.open("runs")
    assert site.read("//*[starts-with(normalize-space(), 'files: RITCOGE_20261001.txt')]")
    assert "partita_lock" not in site.browser.page_source


def test_o03_failed_files_are_rerun_from_the_ui_after_mending_the_reference_data(site: Site) -> None:
    """O03: "failed and missing" reruns the five failed files; the mended one becomes green."""
    reference = site.server.root / "reference"
    _append(reference / "chart_of_accounts.csv", "ALBA,4000009,Verniciatura,Fornitore,supplier,,true")
    _append(reference / "accounting_reasons.csv", ",PSDD,Supplier payment by SEPA direct debit")

    site.open(f"{LOCATION}/jobs/import_traces_job")
    site.click("Materialize all…")
    # No sales invoice has come yet: the pages ask whether the assets may do without.
    site.click("Confirm")
    site.click_for("Failed and missing", "5 partitions selected")
    site.picture("rerun.png", scale=1.25)
    site.click("Launch backfill", "//*[@role='dialog']")
    until(lambda: _outcome(site.server) == (22, 4), SECONDS_TO_IMPORT, "the mended file is green")
    site.open("assets/trace_movements?view=partitions")

    assert site.read("//label[contains(normalize-space(), 'Materialized (22)')]")
    assert site.read("//label[contains(normalize-space(), 'Failed (4)')]")
    with Ledger(site.server.root / "ledger").reading() as connection:
        mended = "SELECT status, attempt FROM ledger.file_import WHERE source_file = 'RITCOGE_20261021.txt'"
        count = "SELECT count(*) FROM ledger.journal_entry WHERE entry_kind = 'trace'"
        assert connection.execute(mended).fetchall() == [("posted", 2)]
        assert connection.execute(count).fetchall() == [(49,)]


def test_o01_the_lineage_shows_every_asset_on_the_way_of_a_trace(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O01, O03: from the inbox to the open items; green when a person has closed what stays wrong."""
    chain = ["trace_inbox", "trace_lines", "validated_trace_lines", "trace_movements", "trace_settlements"]
    everything = [*chain, "trace_postings", "open_items", "reference_data"]
    _dismiss_what_failed(site.server.root, monkeypatch)

    site.open(f"{LOCATION}/asset-groups/traces/lineage")
    in_the_group = site.assets(everything)
    site.open("assets/open_items?view=lineage&lineageScope=upstream&lineageDepth=10")
    before_the_open_items = site.assets(everything)
    site.wait_for_colours("trace_postings")
    site.picture("lineage.png")

    assert (in_the_group, before_the_open_items) == (everything, everything)
    assert _outcome(site.server) == (26, 0)


def test_o01_a_run_of_the_command_line_stands_on_the_page_of_its_job(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O01: as the runs do that the daemon starts."""
    _partita(site.server.root, monkeypatch, "export", "open-items")
    site.open(f"{LOCATION}/jobs/export_to_treasury_job/runs")
    (found,) = site.server.graphql(_RUNS_OF_JOB)["runsOrError"]["results"]
    assert (site.shows(found["id"][:8]), found["status"]) == (found["id"][:8], "SUCCESS")


def test_o01_the_lineage_shows_every_asset_on_the_way_of_an_e_invoice(site: Site) -> None:
    """O01, F06: from the inbox to the postings, with what is not registered in red."""
    chain = ["invoice_inbox", "delivered_documents", "validated_documents", "recognised_documents"]
    everything = [*chain, "document_registrations", "invoice_postings", "open_items", "reference_data"]
    site.open(f"{LOCATION}/asset-groups/invoices/lineage")
    in_the_group = site.assets(everything)
    site.wait_for_colours("invoice_postings")
    site.picture("invoices.png")
    assert in_the_group == everything


def test_o02_a_failed_check_names_documents_reasons_and_remedies(site: Site) -> None:
    """O02, F06: why documents are not recognised, as a table in the page of the check."""
    site.open("assets/recognised_documents?view=checks&checkDetail=documents_are_recognised")
    codes = [site.shows(code) for code in ("R02", "R03", "R06", "R07", "R14", "R18")]
    site.picture("not-recognised.png", scale=0.7)
    assert codes == ["R02", "R03", "R06", "R07", "R14", "R18"]


_FORGED_PAGE: Final = """<!doctype html><title>Another site</title><div id="state">asking</div>
<iframe name="hidden"></iframe><form id="form" method="post" enctype="text/plain" target="hidden"></form>
<script>
const server = "SERVER", query = QUERY;
const address = `${server}/graphql?query=${encodeURIComponent(query)}`;
const body = JSON.stringify({query});
async function ask() {
  const answers = [
    fetch(address, {mode: "no-cors", credentials: "include"}),
    fetch(address, {method: "POST", mode: "no-cors", credentials: "include", body}),
    fetch(`${server}/graphql`, {method: "POST", credentials: "include", body,
                               headers: {"Content-Type": "application/json"}}),
    new Promise(done => { const image = new Image(); image.onerror = done; image.src = address; }),
    new Promise(done => {
      const socket = new WebSocket(`${server.replace("http", "ws")}/graphql`, "graphql-ws");
      socket.onerror = done;
      socket.onopen = () => { document.title = "open"; done(); };
    }),
    new Promise(done => {
      const form = document.getElementById("form");
      document.querySelector("iframe").onload = done;
      form.action = address;
      form.submit();
    }),
  ];
  await Promise.allSettled(answers);
  document.getElementById("state").textContent = "asked";
}
ask();
</script>"""

_LAUNCH: Final = """mutation { launchPipelineExecution(executionParams: {
  selector: {repositoryLocationName: "orchestration.definitions", repositoryName: "__repository__",
             pipelineName: "write_journal_job"}, mode: "default"}) { __typename } }"""

_RUNS_FORGED: Final = """
{ runsOrError(filter: {pipelineName: "write_journal_job"}) { ... on Runs { results { id } } } }
"""


@contextmanager
def another_site(page: str) -> Iterator[str]:
    """A web site of somebody else on another port of this machine, with one page; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_of_another_site_orders_nothing_though_the_browser_has_a_session(site: Site) -> None:
    """By address, form, script, picture and WebSocket: none reaches Dagster, which would do as it is told."""
    page = _FORGED_PAGE.replace("SERVER", site.server.address).replace("QUERY", json.dumps(_LAUNCH))
    with another_site(page) as address:
        site.browser.get(address)
        site.shows("asked")
        assert site.browser.title == "Another site"
    assert site.server.graphql(_RUNS_FORGED)["runsOrError"]["results"] == []
    site.open("overview")
    assert site.server.graphql(_LAUNCH)["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess"
    assert len(site.server.graphql(_RUNS_FORGED)["runsOrError"]["results"]) == 1


def test_without_the_session_the_ui_stays_shut(site: Site, tmp_path: Path) -> None:
    """A browser of nobody sees what to do; the page with the token opens it."""
    browser = open_browser(tmp_path / "profile")
    try:
        browser.get(site.server.address)
        assert "Open the whole address" in browser.find_element(By.TAG_NAME, "body").text
        browser.get(site.server.opening_address)
        Site(site.server, browser).shows("Overview")
        assert "token" not in browser.current_url
    finally:
        browser.quit()


def _append(path: Path, line: str) -> None:
    """A person adds a line to a reference file."""
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")


def _dismiss_what_failed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person decides that nothing more is to be done for these files."""
    for key in failed_keys(Ledger(root / "ledger")):
        _partita(root, monkeypatch, "dismiss", key, "--reason", "shown to everybody")


def _partita(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """A command in a terminal beside the UI."""
    monkeypatch.setenv("PARTITA_HOME", str(root))
    monkeypatch.setenv("DAGSTER_HOME", str(root / "dagster"))
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
