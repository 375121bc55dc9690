"""Packs long replies of the interface for those who can unpack them (protocol: gzip both ways).

Pages are left alone: a page that holds a secret beside what somebody else chose could be guessed
from its packed length. The interface sends no cookie-bound secret back.
"""

import gzip

from flask import Flask, Response, request

from server import edge

WORTH_IT = 1024
LEVEL = 5
PACKED = "application/json"


def register(app: Flask) -> None:
    """Pack the replies of `app`'s interface."""

    @app.after_request
    def pack(reply: Response) -> Response:
        if not edge.is_api() or reply.mimetype != PACKED or reply.is_streamed:
            return reply
        reply.vary.add("Accept-Encoding")
        data = reply.get_data()
        wanted = request.accept_encodings.quality("gzip") > 0
        if wanted and len(data) >= WORTH_IT and "Content-Encoding" not in reply.headers:
            reply.set_data(gzip.compress(data, LEVEL, mtime=0))
            reply.headers["Content-Encoding"] = "gzip"
        return reply
