"""What the scenes share: the folders, the parts that run, and what was learned on the way."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.seed.accounts import Account
from tests.servers import LOOPBACK, Mailbox, chromium, free_port
from tests.system.demo.api import Api
from tests.system.demo.breaking import Break
from tests.system.demo.known import Known, look_up
from tests.system.demo.pages import Pages
from tests.system.demo.processes import Child, Children, answers, mingcha
from tests.system.demo.tablet_talk import TabletTalk
from tests.system.demo.time_codes import TimeCodes
from tests.system.demo.timeline import Failed, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

START_S = 120


@dataclass
class Folders:
    """`out` is what is left behind to look at; `data` and `field` are secret and thrown away."""

    out: Path
    scratch: Path

    @classmethod
    def fresh(cls, out: Path, stack: ExitStack) -> "Folders":
        shutil.rmtree(out, ignore_errors=True)
        for name in ("screens", "pages", "documents", "logs"):
            (out / name).mkdir(parents=True)
        scratch = Path(tempfile.mkdtemp(prefix="mingcha-demo-"))
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        for name in ("data", "field", "camera"):
            (scratch / name).mkdir()
        return cls(out, scratch)

    @property
    def data(self) -> Path:
        return self.scratch / "data"

    @property
    def field(self) -> Path:
        return self.scratch / "field"

    @property
    def camera(self) -> Path:
        return self.scratch / "camera"


@dataclass
class Play:
    """One run of the demonstration."""

    broken: Break
    folders: Folders
    children: Children
    mail: Mailbox
    stack: ExitStack
    port: int = field(default_factory=free_port)
    server: Child | None = None
    accounts: tuple[Account, ...] = ()
    codes: dict[str, TimeCodes] = field(default_factory=dict)
    apis: dict[str, Api] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    task: dict[str, Any] = field(default_factory=dict)
    refused: list[dict[str, str]] = field(default_factory=list)
    """Connections that were refused while the server was down: who, when, how."""

    visit_id: str = ""
    device_id: str = ""
    pins: dict[str, str] = field(default_factory=dict)
    sealed: dict[str, Any] = field(default_factory=dict)
    """What the tablet's store held of the visit when it was sealed."""
    documents: list[dict[str, Any]] = field(default_factory=list)
    papers: dict[str, Path] = field(default_factory=dict)
    """Pictures of the documents, by kind."""
    link: str = ""
    phone_: "Page | None" = None
    tablet_: TabletTalk | None = None
    known_: Known | None = None

    pages_: Pages | None = None
    desks: "dict[str, Page]" = field(default_factory=dict)

    @property
    def pages(self) -> Pages:
        """Chromium, started when somebody first looks."""
        if self.pages_ is None:
            browser = self.stack.enter_context(chromium())
            self.pages_ = Pages(browser, self.url, self.folders.out / "pages")
        return self.pages_

    @property
    def known(self) -> Known:
        """Ids that a planner knows."""
        if self.known_ is None:
            self.known_ = look_up(self.environment)
        return self.known_

    @property
    def tablet(self) -> TabletTalk:
        if self.tablet_ is None:
            raise Failed("平板没有在运行 no tablet is running")
        return self.tablet_

    @tablet.setter
    def tablet(self, started: TabletTalk) -> None:
        self.tablet_ = started

    @property
    def phone(self) -> "Page":
        """The enterprise's phone."""
        if self.phone_ is None:
            self.phone_ = self.pages.phone()
        return self.phone_

    @property
    def credential_picture(self) -> Path:
        """The last picture of the tablet that shows an officer's code."""
        return max((self.folders.out / "screens").glob("*-credential.png"))

    @property
    def case(self) -> Path:
        return self.folders.out / "case.zip"

    @property
    def key_set(self) -> Path:
        return self.folders.out / "key_set.json"

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The server's settings, and those of the commands beside it."""
        return {
            "MINGCHA_DATA_DIR": str(self.folders.data),
            "MINGCHA_PUBLIC_URL": self.url,
            "MINGCHA_SMTP_URL": f"smtp://{self.mail.host}:{self.mail.port}",
            "MINGCHA_DATABASE_URL": os.environ.get("DEMO_DATABASE_URL", ""),
            "MINGCHA_REDIS_URL": "",
        }

    def start_server(self) -> None:
        """Start `mingcha serve` and wait until it answers."""
        command = mingcha("serve", "--host", LOOPBACK, "--port", str(self.port))
        server = self.children.start("server", command, self.environment, talks=False)
        self.server = server

        def ready() -> bool:
            if server.process.poll() is not None:
                raise Failed(f"服务没有起来 the server ended with {server.process.returncode}")
            return answers(self.port) == "open"

        wait_for(ready, "服务没有应答 the server does not answer", seconds=START_S)

    def start_tablet(self, environment: dict[str, str]) -> TabletTalk:
        """Start the field app in a process of its own, over an empty folder."""
        return TabletTalk.start(
            self.children,
            folder=self.folders.field,
            screens=self.folders.out / "screens",
            environment=environment,
            broken=self.broken,
        )

    def keep(self, file: Path, name: str) -> None:
        """Leave a copy of a picture the camera was shown."""
        shutil.copyfile(file, self.folders.out / name)

    def stop_server(self) -> int:
        """End the server as an operator would; returns its exit code."""
        if self.server is None:
            raise Failed("服务没有在运行 no server is running")
        return self.server.stop()

    def account(self, username: str) -> Account:
        for account in self.accounts:
            if account.username == username:
                return account
        raise Failed(f"没有账号 no account {username}")

    def time_code(self, username: str) -> str:
        """The next time code of a person's phone; empty for those who need none."""
        account = self.account(username)
        if not account.otpauth:
            return ""
        return self.codes.setdefault(username, TimeCodes(account.otpauth)).next()

    def api(self, username: str) -> Api:
        """The interface as this person, signed in once."""
        if username not in self.apis:
            password = self.account(username).password
            self.apis[username] = Api.sign_in(
                self.url, username, password, self.time_code(username)
            )
        return self.apis[username]
