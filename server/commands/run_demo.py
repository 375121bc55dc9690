"""`mingcha run-demo` (`make run`): a demo county on this machine, and all one needs to try it."""

import os
import socket
from datetime import datetime

import click

from server import assembly, founding
from server.commands import seed_demo, serve
from server.config import Settings
from server.principal import SYSTEM
from server.seed import accounts, doors
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
    folder = doors.draw(parts)
    field = settings.data_dir / "field"
    told = f"MINGCHA_DATA_DIR={settings.data_dir} MINGCHA_PUBLIC_URL={settings.public_url}"
    return [
        "",
        f"控制台 console    {settings.public_url}/console/",
        f"账号 accounts     {settings.data_dir / accounts.FILE}",
        *(_line(account, now) for account in known),
        f"新动态码 later codes  {told} mingcha demo-code head.emergency",
        "",
        "平板 field app（登录 admin.emergency，在“平板”页发放注册码，或 or:）",
        f"  {told} mingcha enrol --officer 15019900005",
        f"  MINGCHA_FIELD_DIR={field} MINGCHA_FIELD_CAMERA={folder} mingcha-field",
        f"短信 messages     {settings.sms_dir}/ （演示不发真短信 nothing leaves this machine)",
        f"门码 door codes   {folder}/ （相机看最新的图 the camera sees the newest picture: touch)",
        "先由 planner.emergency 提交草稿，head.emergency 批准，再备案，平板就能入企。",
        "Submit the draft as planner.emergency, approve as head.emergency, file it: then inspect.",
        "",
    ]


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
