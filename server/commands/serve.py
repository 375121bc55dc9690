"""`mingcha serve`: the web server, which sets itself up on its first start."""

import gc
import os
import socket
import struct
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from server import assembly, founding, sharing
from server.app import create_app
from server.config import Settings
from server.jobs import wiring
from server.jobs.wiring import Staffed

SILENCE_S = 30
"""Who sends nothing and takes nothing for so long in the middle of a request is given up."""

LEFT_OVER = 10_000
"""When there are so many objects more than before, Python looks for circles that nobody holds. Of
itself it looks at 700: five times in a push of 25 visits, which leaves a dozen objects in circles.
"""


def _give_up_the_silent(master: Any) -> None:
    """Bound every wait on a connection: what is accepted inherits it from the listener.

    gunicorn waits for ever for the rest of a request. A tablet whose network went away in the
    middle of one says nothing any more, not even goodbye; some of them would hold every thread.
    """
    span = struct.pack("ll", SILENCE_S, 0)
    for listener in master.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, span)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, span)


class Server(BaseApplication):
    """gunicorn over our app, with threads: one process carries a county."""

    def __init__(self, staff: Staffed, *, bind: str, workers: int, threads: int) -> None:
        self._staff = staff
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            **sharing.hooks(workers),
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "when_ready": _give_up_the_silent,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        # Pooled connections must not cross the fork.
        self._staff.parts.engine.dispose(close=False)
        self._staff.start()
        app = create_app(self._staff.parts)
        # What was loaded stays to the end. A full collection would walk through all of it, a
        # quarter of a second in which every thread waits.
        gc.collect()
        gc.freeze()
        gc.set_threshold(LEFT_OVER, *gc.get_threshold()[1:])
        return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads in each process.")
def command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve pages and the interface. 启动服务."""
    settings = Settings.from_env(os.environ)
    parts = assembly.set_up(settings)
    founding.found(parts)
    click.echo(f"Mingcha 明察 http://{host}:{port}")
    Server(wiring.staffed(parts), bind=f"{host}:{port}", workers=workers, threads=threads).run()
