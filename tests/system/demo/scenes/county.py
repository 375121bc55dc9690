"""An empty database, a server on it, a county in it."""

from server.seed import accounts
from tests.system.demo.play import Play
from tests.system.demo.processes import mingcha
from tests.system.demo.timeline import Line, check

SEED_S = 120


def start(play: Play, line: Line) -> None:
    check(not any(play.folders.data.iterdir()), "数据目录不是空的 the data folder is not empty")
    play.start_server()
    line.show(play.url)
    line.note(url=play.url)


def seed(play: Play, line: Line) -> None:
    done = play.children.run("seed", mingcha("seed-demo"), play.environment, seconds=SEED_S)
    check(done.returncode == 0, f"没有建成演示县 seed-demo: {done.stderr[-400:]}")
    play.accounts = accounts.read(play.folders.data)
    line.show(done.stdout.splitlines()[0])
    line.note(accounts=len(play.accounts))
