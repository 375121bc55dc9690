"""Fetching the photographs of this tablet's officers. They are a help: no round fails for one."""

import logging
from hashlib import sha256
from http import HTTPStatus

from fieldapp.errors import RefusedByServer
from fieldapp.store.holdings import Holdings
from fieldapp.sync.client import ServerClient

LOG = logging.getLogger(__name__)
LARGEST = 512 * 1024


def fetch_portraits(client: ServerClient, held: Holdings) -> int:
    """Fetch what is missing or has changed, and return how many came; raises `NetworkFault`.

    Raises `RefusedByServer` only for a token that no longer holds.
    """
    here = tuple(officer.officer_id for officer in held.officers.all())
    wanted = tuple(held.portraits.wanted(here, held.reference.references().officers))
    return sum(_fetch(client, held, officer_id, digest) for officer_id, digest in wanted)


def _fetch(client: ServerClient, held: Holdings, officer_id: str, digest: str) -> bool:
    reply = client.send("GET", f"/officers/{officer_id}/portrait", headers={"Accept": "image/jpeg"})
    if reply.status != HTTPStatus.OK:
        try:
            client.understood(reply)
        except RefusedByServer:
            if reply.status == HTTPStatus.UNAUTHORIZED:
                raise
        LOG.warning("no photograph of officer %s: status %s", officer_id, reply.status)
        return False
    if len(reply.body) > LARGEST or sha256(reply.body).hexdigest() != digest:
        LOG.warning("the photograph of officer %s is not the one named", officer_id)
        return False
    with held.store.transaction() as tx:
        held.portraits.keep(tx, officer_id, reply.body)
    return True
