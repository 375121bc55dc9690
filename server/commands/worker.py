"""`mingcha worker`: does the jobs that Redis wakes it for. Any number may run, on any machine.

Jobs are done in this very process: one forked for each would connect, read the fonts and import
again, ten times the work of sending a message. A worker that is killed loses nothing, whatever it
was doing: the rows are the truth, and the sweeper finds them.
"""

import os

import click
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from server import assembly
from server.config import Settings
from server.jobs.queueing import connection, queues
from server.principal import SYSTEM
from server.refusals import NotSetUp
from server.services import key_checks
from server.work import open_work


@click.command()
@click.option("--burst", is_flag=True, help="End when the queue is empty.")
@click.option(
    "--awaited", is_flag=True, help="Only what somebody waits for: messages, codes, calls."
)
def command(*, burst: bool, awaited: bool) -> None:
    """Send messages and draw documents. 启动后台任务进程."""
    settings = Settings.from_env(os.environ)
    if not settings.redis_url:
        raise NotSetUp("Without MINGCHA_REDIS_URL the server does its jobs itself.")
    with open_work(assembly.assemble(settings), SYSTEM) as work:
        key_checks.require(work)
    there = queues(settings)
    worker = SimpleWorker(
        [there.soon] if awaited else there.in_order,
        connection=connection(settings),
        serializer=JSONSerializer,
    )
    worker.work(burst=burst, logging_level="WARNING")
