"""HTTP by requests: no redirect, no retry, no cookie, bounded replies."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from fieldapp.errors import BadReply, HalfReply, Offline, TimedOut
from fieldapp.ports.network import MAX_REPLY, Request, Response

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 10.0
_PIECE = 64 * 1024


CA_SETTING = "MINGCHA_FIELD_CA"


class RequestsTransport:
    """`ca_file` names the certificates to trust instead of the usual ones: a network of its own."""

    def __init__(self, ca_file: str = "") -> None:
        self._ca_file = ca_file

    @classmethod
    def from_environment(cls) -> "RequestsTransport":
        return cls(os.environ.get(CA_SETTING, ""))

    @cached_property
    def _session(self) -> "requests.Session":
        """Made for the first request: the list of tasks is drawn without it."""
        from http.cookiejar import DefaultCookiePolicy

        import requests

        # Its pool may be used from several threads; cookies, which may not, are never set.
        session = requests.Session()
        session.headers["Accept-Encoding"] = "gzip"
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.trust_env = False  # no .netrc, no proxy somebody put into the environment
        session.verify = self._ca_file or True
        return session

    def send(self, request: Request) -> Response:
        import requests
        from requests.exceptions import ChunkedEncodingError, ContentDecodingError

        try:
            with self._session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body or None,
                timeout=(CONNECT_TIMEOUT_S, request.timeout_s),
                allow_redirects=False,
                stream=True,
            ) as reply:
                return Response(
                    status=reply.status_code,
                    headers={name.lower(): value for name, value in reply.headers.items()},
                    body=_body(reply),
                )
        except requests.ConnectTimeout as error:
            raise Offline("No connection.") from error
        except requests.Timeout as error:
            raise TimedOut("The server did not answer in time.") from error
        except (ChunkedEncodingError, ContentDecodingError) as error:
            raise HalfReply("The answer ended early.") from error
        except requests.ConnectionError as error:
            raise Offline("No connection.") from error
        except requests.RequestException as error:
            raise BadReply("Not an HTTP answer.") from error

    def close(self) -> None:
        """Give the kept connections back."""
        self._session.close()


def _body(reply: "requests.Response") -> bytes:
    """The whole body, un-gzipped, no longer than `MAX_REPLY`.

    requests itself does not compare the length with Content-Length, so urllib3 is told to.
    """
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    reply.raw.enforce_content_length = True
    pieces: list[bytes] = []
    total = 0
    try:
        for piece in reply.raw.stream(_PIECE, decode_content=True):
            total += len(piece)
            if total > MAX_REPLY:
                raise BadReply("The answer is too long.", limit=MAX_REPLY)
            pieces.append(piece)
    except ReadTimeoutError as error:
        raise TimedOut("The answer stopped in the middle.") from error
    except HTTPError as error:
        raise HalfReply("The answer ended early.") from error
    return b"".join(pieces)
