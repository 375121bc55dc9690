"""`mingcha run-demo` (`make run`): a demo county on this machine, and all one needs to try it."""

import os
import shlex
import socket
import sys
from datetime import datetime
from pathlib import Path

import click

from server import assembly, founding
from server.commands import seed_demo, serve
from server.config import Settings
from server.principal import SYSTEM
from server.seed import accounts, doors, first_visit
from server.seed.accounts import Account
from server.seed.filling import NotEmpty, is_demo, is_empty
from server.work import Parts, open_work
from shared.errors import Unavailable


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_context
def command(ctx: click.Context, host: str, port: int) -> None:
    """Serve a demo county, seeding it first if need be. 运行演示县."""
    _must_be_free(host, port)
    # Codes and links carry this address, so it must be known before the county is made.
    os.environ.setdefault("MINGCHA_PUBLIC_URL", f"http://{host}:{port}")
    parts = assembly.set_up(Settings.from_env(os.environ))
    founding.found(parts)
    _make_sure_of_county(parts)
    for line in guide(parts):
        click.echo(line)
    parts.engine.dispose()
    ctx.invoke(serve.command, host=host, port=port)


def guide(parts: Parts) -> list[str]:
    """What to open, who to be, how to start the field app against this server."""
    settings = parts.settings
    known = accounts.read(settings.data_dir)
    now = parts.clock.now()
    door_codes = doors.draw(parts)
    visit = first_visit.find(parts)
    told = _setting(MINGCHA_DATA_DIR=settings.data_dir, MINGCHA_PUBLIC_URL=settings.public_url)
    tablet = _setting(
        MINGCHA_FIELD_DIR=settings.data_dir / "field",
        MINGCHA_FIELD_CAMERA=door_codes,
        MINGCHA_FIELD_FIX=visit.fix,
    )
    return [
        "",
        f"控制台 console    {settings.public_url}/console/",
        f"账号 accounts     {settings.data_dir / accounts.FILE}",
        *(_line(account, now) for account in known),
        f"新动态码 later codes  {told} {_program('mingcha')} demo-code head.emergency",
        "",
        "平板 field app（需要图形界面 needs a display）",
        f"  {tablet} {_program('mingcha-field')}",
        "登记码，粘贴到平板，每人一个 enrolment codes to paste into it, one for each officer",
        "（或登录 admin.emergency，在“平板”页发放 or from the console's tablet page）",
        *(
            f"  {told} {_program('mingcha')} enrol --officer {number}"
            for number in visit.certificates
        ),
        f"短信 messages     {settings.sms_dir}/ （演示不发真短信 nothing leaves this machine）",
        f"门码 door codes   {door_codes}/ （相机看最新的图 the camera sees the newest: touch）",
        "先由 planner.emergency 提交草稿，head.emergency 批准，再备案，平板就能入企。",
        "Submit the draft as planner.emergency, approve as head.emergency, file it: then inspect.",
        "",
    ]


def _program(name: str) -> str:
    """How to start a command of this environment from anywhere."""
    return shlex.quote(str(Path(sys.executable).parent / name))


def _setting(**values: object) -> str:
    return " ".join(f"{name}={shlex.quote(str(value))}" for name, value in values.items())


def _line(account: Account, now: datetime) -> str:
    code = f"  动态码 {account.code(now)}  {account.otpauth}" if account.otpauth else ""
    roles = ",".join(account.roles)
    return f"  {account.username:<18} {account.password}  {account.agency} {roles}{code}"


def _make_sure_of_county(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        empty, demo = is_empty(work), is_demo(work)
    if empty:
        seed_demo.seed(parts)
    elif not demo:
        raise NotEmpty("This database is in use and no demo county; nothing was started.")


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((host, port))
        except OSError as error:
            raise Unavailable("Another program has this port: try --port.", port=port) from error
