"""Messages to a real web server and a real mail server that fail in every way they can."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from alert_cases import HOUR, NOON, Desk, episodes_of

from alerting.channels import Channel, Settings
from alerting.delivery import deliver, pause, settle

TAKEN = "taken"


class WebServer:
    """Answers each request by the next of its plans; when they are used up, takes everything."""

    def __init__(self) -> None:
        """Starts on a free port."""
        self.plans: list[object] = []
        self.requests: list[tuple[str | None, dict]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.requests.append((self.headers["Idempotency-Key"], json.loads(body)))
                plan = web.plans.pop(0) if web.plans else TAKEN
                if plan == "drop":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if plan == "hang":
                    time.sleep(1)
                status, headers = plan if isinstance(plan, tuple) else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.server.shutdown()
    server.server.server_close()


class MailServer:
    """Takes mail, or answers with what it is told to."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.answers: list[str] = []
        self.mails: list = []

    async def handle_DATA(self, _server: object, _session: object, envelope) -> str:
        self.mails.append(message_from_bytes(envelope.content))
        return self.answers.pop(0) if self.answers else "250 taken"


@pytest.fixture
def mail() -> Iterator[tuple[MailServer, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server, f"smtp://127.0.0.1:{port}"
    controller.stop()


class Post:
    """A desk whose cycles also send, at instants of the test's choice."""

    def __init__(self, *channels: Channel) -> None:
        """One alert is to be sent."""
        self.settings = Settings(channels, frozenset())
        self.desk = Desk(self.settings)
        self.episodes = episodes_of({"a": NOON})
        self.desk.cycle(self.episodes)
        self.key = self.desk.log.rows("select key from alerts")[0]["key"]

    def send(self, now: datetime = NOON, seconds: float = 5) -> Counter[str]:
        outcomes = deliver(self.desk.log, self.settings, lambda: now, seconds)
        settle(self.desk.log, now)
        return outcomes

    def errors(self) -> dict[str, str | None]:
        rows = self.desk.log.rows("select channel, error from messages")
        return {row["channel"]: row["error"] for row in rows}


def hook(url: str, name: str = "hook", kind: str = "webhook") -> Channel:
    return Channel(name, kind, url, timeout_seconds=0.4)


def box(url: str) -> Channel:
    return Channel("box", "email", url, frozenset(), "pql@us.example", ("sales@us.example",), 2)


def test_a_webhook_gets_the_facts_and_the_key_once(web):
    post = Post(hook(web.url))
    assert (post.send(), post.send(NOON + HOUR)) == (Counter(sent=1), Counter())
    ((key, body),) = web.requests
    assert key == body["key"] == post.key
    assert body["facts"]["subject_id"] == "ada"
    assert post.desk.states() == ["sent"]


def test_a_chat_gets_text_with_the_key_in_it(web):
    post = Post(hook(web.url, kind="slack"))
    post.send()
    ((key, body),) = web.requests
    assert key == post.key
    assert "ada" in body["text"]
    assert post.key in body["text"]


@pytest.mark.parametrize(
    ("plan", "error", "waits"),
    [
        pytest.param((500, {}), "HTTP 500", 30, id="500"),
        pytest.param((429, {"Retry-After": "600"}), "HTTP 429", 600, id="429"),
        pytest.param((429, {"Retry-After": "soon"}), "HTTP 429", 30, id="429 without a time"),
        pytest.param("hang", "ReadTimeout", 30, id="time-out"),
        pytest.param("drop", "ConnectionError", 30, id="dropped after the body"),
        pytest.param((302, {"Location": "/else"}), "HTTP 302", 30, id="sent elsewhere"),
    ],
)
def test_what_was_not_confirmed_is_sent_again_under_its_key(web, plan, error, waits):
    web.plans = [plan]
    post = Post(hook(web.url))
    assert post.send() == Counter(refused=1)
    assert post.errors()["hook"].startswith(error)
    assert post.desk.states() == ["sending"]
    assert post.send(NOON + HOUR / 3600 * (waits - 1)) == Counter()
    assert post.send(NOON + HOUR / 3600 * waits) == Counter(sent=1)
    assert [key for key, _ in web.requests] == [post.key, post.key]
    assert post.desk.states() == ["sent"]


def test_a_channel_that_refuses_connections_holds_up_no_other(web):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        post = Post(hook(f"http://127.0.0.1:{closed.getsockname()[1]}", "down"), hook(web.url))
        assert post.send() == Counter(sent=1, refused=1)
    assert post.desk.states() == ["sending"]
    assert post.send(NOON + HOUR) == Counter(refused=1)
    assert len(web.requests) == 1


def test_a_channel_that_hangs_is_waited_for_once_a_cycle(web):
    web.plans = ["hang"] * 9
    post = Post(hook(web.url))
    post.desk.cycle(post.episodes, episodes_of({"b": NOON}, who="ben"))
    began = time.monotonic()
    post.send()
    assert time.monotonic() - began < 0.9
    assert len(web.requests) == 1


def test_a_message_that_no_channel_takes_is_given_up_when_the_heat_is_over(web):
    web.plans = [(500, {})] * 99
    post = Post(hook(web.url))
    over = NOON + 168 * HOUR
    post.send()
    post.desk.cycle(post.episodes, now=over)
    settle(post.desk.log, over)
    assert post.desk.states() == ["expired"]
    assert post.send(over) == Counter()


def test_mail_carries_the_key_as_its_id(mail):
    server, url = mail
    post = Post(box(url))
    assert post.send() == Counter(sent=1)
    assert server.mails[0]["Message-ID"] == f"<{post.key}@us.example>"
    assert "ada" in server.mails[0]["Subject"]
    assert "Hit a limit" in server.mails[0].get_payload()


@pytest.mark.parametrize("answer", ["451 later", "552 full"])
def test_mail_that_is_refused_is_sent_again_under_its_key(mail, answer):
    server, url = mail
    server.answers = [answer]
    post = Post(box(url))
    assert (post.send(), post.send(NOON + HOUR)) == (Counter(refused=1), Counter(sent=1))
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2


def test_a_mail_server_that_is_not_there_holds_up_no_other(web):
    post = Post(box("smtp://127.0.0.1:1"), hook(web.url))
    assert post.send() == Counter(sent=1, refused=1)
    assert "refused" in post.errors()["box"].lower()


def test_anything_else_goes_by_apprise(web):
    url = web.url.replace("http://", "json://")
    post = Post(hook(url, kind="apprise"))
    web.plans = [(500, {})]
    assert (post.send(), post.send(NOON + HOUR)) == (Counter(refused=1), Counter(sent=1))
    assert all(post.key in body["message"] for _, body in web.requests)


def test_pauses_double_up_to_a_quarter_of_an_hour():
    assert [pause(count, None).total_seconds() for count in (1, 2, 3, 6, 40)] == [
        30,
        60,
        120,
        900,
        900,
    ]
    assert pause(1, 3600).total_seconds() == 3600
