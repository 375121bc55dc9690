"""A platform in memory that speaks the protocol, for tests of the tablet. No Flask, no database.

It is strict where the real server must be (signatures, chains, single use, hashes of files) and
has knobs for what a test wants to go wrong.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fieldapp.ports.fake.clock import FakeClock
from fieldapp.ports.network import Request, Response
from shared import base64url, certificates, chain, crypto, digest, enrolment, keyset, rfc3339
from shared.certificates import DeviceCertificate, OfficerCertificate
from shared.crypto import SigningKey
from shared.keyset import PlatformKey
from shared.receipts import Head, Receipt, receipt
from shared.reference import ReferenceObject
from shared.wipe import WipeForm, WipeOrder, wipe_order
from tests.world import LI, WANG, objects

SERVER = "http://127.0.0.1:8000"
API = f"{SERVER}/api/v1"
KID = "platform-1"
RECOVERY_SEED = hashlib.sha256(b"recovery").digest()
NAMES = {WANG: ("王建国", "15010100001"), LI: ("李秀英", "15010100002")}


def signing_key(name: str) -> SigningKey:
    return SigningKey.from_seed(hashlib.sha256(name.encode()).digest())


def reply(status: int, body: Any, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = "application/problem+json" if status >= 400 else "application/json"
    return Response(
        status=status,
        headers={"content-type": kind, **named},
        body=json.dumps(body).encode(),
    )


def problem(status: int, code: str, **more: Any) -> Response:
    return reply(status, {"title": code, "status": status, "code": code, **more})


@dataclass
class Upload:
    meta: dict[str, str]
    length: int
    data: bytes = b""


@dataclass
class Simulator:
    clock: FakeClock
    epoch: str = "epoch-1"
    page: int = 500
    lease: timedelta = timedelta(days=7)
    order: Mapping[str, Any] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Event id → the result to give instead of `applied`."""
    silent: bool = False
    """Answer a push without a word on any event."""
    dated: bool = False
    """Tell the time of an enrolment by the Date header alone, as the real server does."""
    forged_receipts: bool = False
    most_events: int = 200
    know_devices: bool = True
    skew: timedelta = timedelta(0)
    """Server time minus the tablet's wall."""
    key: SigningKey = field(default_factory=lambda: signing_key("platform"))
    enrolments: dict[str, tuple[str, str]] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    sealed_store_key: str = ""
    tokens: set[str] = field(default_factory=set)
    jtis: set[str] = field(default_factory=set)
    ledger: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    chains: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """Event id → how often it was taken in; must never pass 1."""
    log: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    portraits: dict[str, bytes] = field(default_factory=dict)
    """Officer id → the photograph served, whatever hash the officer names."""
    requests: list[Request] = field(default_factory=list)
    kid: str = KID
    key_set: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key_set = self.make_key_set(version=1)
        self.publish(*objects())

    # What a test says to it

    def now(self) -> Any:
        return self.clock.read().wall + self.skew

    def make_key_set(self, *, version: int, by: SigningKey | None = None) -> dict[str, Any]:
        start = self.now() - timedelta(days=30)
        return keyset.make(
            version=version,
            keys=[PlatformKey(kid=KID, public=self.key.public, valid_from=start)],
            recovery=crypto.sealing_public(RECOVERY_SEED),
            issued_at=self.now(),
            key=by or self.key,
            kid=KID,
        )

    def change_key(self, *, stolen: bool = False) -> None:
        """Sign with a new key from now on, which stands in a set that the old one signed.

        `stolen`: the old key is revoked in that set.
        """
        start, old, old_kid = self.now() - timedelta(days=30), self.key, self.kid
        self.key, self.kid = signing_key("platform-2"), "p2"
        both = ((old_kid, old), (self.kid, self.key))
        self.key_set = keyset.make(
            version=2,
            keys=[
                PlatformKey(
                    kid=k,
                    public=key.public,
                    valid_from=start,
                    revoked_at=self.now() if stolen and key is old else None,
                )
                for k, key in both
            ],
            recovery=crypto.sealing_public(RECOVERY_SEED),
            issued_at=self.now(),
            key=old,
            kid=old_kid,
        )

    def enrolment(self, officer_id: str, code: str = "c" * 22) -> str:
        """Issue a code; return the text of its QR."""
        id_ = f"enrolment-{len(self.enrolments) + 1}"
        self.enrolments[id_] = (code, officer_id)
        return enrolment.encode(SERVER, id_, code, keyset.fingerprint(self.key_set))

    def publish(self, *changed: ReferenceObject) -> None:
        self.log += [
            {
                "kind": each.kind,
                "id": each.id,
                "version": each.version,
                "op": "upsert",
                "data": dict(each.data),
            }
            for each in changed
        ]

    def withdraw(self, kind: str, id_: str) -> None:
        self.log.append({"kind": kind, "id": id_, "version": 1, "op": "delete"})

    def give_order(self, form: WipeForm, *, device_id: str, by: SigningKey | None = None) -> None:
        order = WipeOrder(
            device_id=device_id, form=form, reason="test", issued_at=self.now(), nonce="n1"
        )
        self.order = wipe_order(order, key=by or self.key, kid=self.kid)

    def restore_backup(self) -> None:
        """A restored server: a new epoch, and nothing that came after the backup."""
        self.epoch = f"epoch-{int(self.epoch.removeprefix('epoch-')) + 1}"
        for held in (self.ledger, self.chains, self.taken, self.files, self.uploads):
            held.clear()

    # What the tablet says to it

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        response = self._route(request)
        is_json = response.headers.get("content-type", "").endswith("json")
        no_room = not response.body or response.status >= 500 or not is_json
        if self.order is None or no_room or request.url.endswith("/key-set"):
            return response
        body = json.loads(response.body) | {"wipe_order": self.order}
        return replace(response, body=json.dumps(body).encode())

    def _route(self, request: Request) -> Response:
        address = urlsplit(request.url)
        path = address.path.removeprefix("/api/v1")
        match request.method, path.strip("/").split("/"):
            case "GET", ["key-set"]:
                return reply(200, self.key_set)
            case "POST", ["devices", "enrol"]:
                return self._enrol(_json(request), again=_repeats(request))
            case "POST", ["auth", "device-token"]:
                return self._token(_json(request))
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return problem(401, "not_signed_in")
        match request.method, path.strip("/").split("/"):
            case "POST", ["devices", device_id, "officers"]:
                return self._officer(device_id, _json(request), again=_repeats(request))
            case "POST", ["sync", "push"]:
                return self._push(_json(request)["batch"])
            case "GET", ["sync", "pull"]:
                return self._pull(parse_qs(address.query), request.headers)
            case "GET", ["sync", "index"]:
                return self._index(parse_qs(address.query))
            case "GET", ["sync", "objects"]:
                return self._objects(parse_qs(address.query))
            case "GET", ["officers", id_, "portrait"] if id_ in self.portraits:
                return Response(
                    status=200,
                    headers={"content-type": "image/jpeg"},
                    body=self.portraits[id_],
                )
            case "POST", ["evidence", "files"]:
                return self._create_file(request)
            case "HEAD", ["evidence", "files", id_]:
                return self._file_head(id_)
            case "PATCH", ["evidence", "files", id_]:
                return self._file_patch(id_, request)
        return problem(404, "not_found")

    def _enrol(self, body: dict[str, Any], *, again: bool) -> Response:
        refused = self._check_code(body, again=again)
        if refused is not None:
            return refused
        device, officer = body["device"], body["officer"]
        if not self._proven(body, device) or not self._proven(body, officer):
            return problem(422, "bad_input")
        self.used[body["enrolment_id"]] = device["public_key"]
        former = device.get("certificate", {}).get("device_id")
        device_id = former or f"tablet-{len(self.devices) + 1}"
        self.devices[device_id] = device["public_key"]
        self.sealed_store_key = body["sealed_store_key"]
        terms = {} if self.dated else self._terms()
        return reply(
            200,
            {
                "device_id": device_id,
                "device_certificate": self._device_certificate(device_id, device["public_key"]),
                "officer_certificate": self._officer_certificate(body, device_id),
                "key_set": self.key_set,
                "epoch": self.epoch,
                **terms,
            },
            date=format_datetime(self.now()),
        )

    def _officer(self, device_id: str, body: dict[str, Any], *, again: bool) -> Response:
        refused = self._check_code(body, again=again)
        if refused is not None:
            return refused
        self.used[body["enrolment_id"]] = body["officer"]["public_key"]
        signed = self._officer_certificate(body, device_id)
        return reply(200, {"officer_certificate": signed, **self._terms()})

    def _check_code(self, body: dict[str, Any], *, again: bool) -> Response | None:
        code, _ = self.enrolments.get(body["enrolment_id"], ("", ""))
        if code != body["code"]:
            return problem(403, "enrolment_wrong")
        public = body.get("device", body["officer"])["public_key"]
        if (before := self.used.get(body["enrolment_id"])) and (before != public or not again):
            return problem(409, "enrolment_used")
        return None

    def _proven(self, body: dict[str, Any], side: dict[str, str]) -> bool:
        said = enrolment.proof_bytes(body["enrolment_id"], body["code"], side["public_key"])
        return crypto.verify(side["public_key"], base64url.decode(side["proof"]), said)

    def _terms(self) -> dict[str, Any]:
        return {
            "server_time": rfc3339.write(self.now()),
            "lease_until": rfc3339.write(self.now() + self.lease),
            "settings": self.settings,
        }

    def _life(self) -> dict[str, Any]:
        return {
            "valid_from": self.now() - timedelta(days=1),
            "valid_to": self.now() + timedelta(days=365),
        }

    def _device_certificate(self, device_id: str, public: str) -> dict[str, Any]:
        made = DeviceCertificate(
            device_id=device_id, agency_id="agency-1", public_key=public, **self._life()
        )
        return certificates.device_certificate(made, issued_at=self.now(), key=self.key, kid=KID)

    def _officer_certificate(self, body: dict[str, Any], device_id: str) -> dict[str, Any]:
        officer_id = self.enrolments[body["enrolment_id"]][1]
        name, number = NAMES[officer_id]
        made = OfficerCertificate(
            officer_id=officer_id,
            device_id=device_id,
            agency_id="agency-1",
            name=name,
            certificate_no=number,
            unit="执法二大队",
            public_key=body["officer"]["public_key"],
            **self._life(),
        )
        return certificates.officer_certificate(made, issued_at=self.now(), key=self.key, kid=KID)

    def _token(self, body: dict[str, Any]) -> Response:
        head, claims_text, signature = body["assertion"].split(".")
        claims = json.loads(base64url.decode(claims_text))
        public = self.devices.get(claims["iss"])
        if public is None or not self.know_devices:
            return problem(401, "unknown_device")
        signed = f"{head}.{claims_text}".encode()
        if not crypto.verify(public, base64url.decode(signature), signed):
            return problem(401, "bad_assertion")
        now = self.now().timestamp()
        if not claims["iat"] - 120 <= now < claims["exp"]:
            return problem(401, "assertion_expired", server_time=rfc3339.write(self.now()))
        if claims["aud"] != SERVER or claims["jti"] in self.jtis:
            return problem(401, "replayed_assertion")
        self.jtis.add(claims["jti"])
        token = f"token-{len(self.jtis)}"
        self.tokens.add(token)
        return reply(200, {"access_token": token, "token_type": "Bearer", **self._terms()})

    def _push(self, batch: Sequence[dict[str, Any]]) -> Response:
        if len(batch) > self.most_events:
            return problem(413, "batch_too_large")
        results = [] if self.silent else [self._take(event) for event in batch]
        device_id = batch[0]["device_id"]
        heads = {
            visit: Head(seq=events[-1]["seq"], hash=events[-1]["hash"])
            for visit, events in self.chains.items()
            if events
        }
        signed = receipt(
            Receipt(
                device_id=device_id,
                heads=heads,
                device_seq=0,
                epoch=self.epoch,
                received_at=self.now(),
            ),
            key=signing_key("thief") if self.forged_receipts else self.key,
            kid=self.kid,
        )
        return reply(200, {"results": results, "receipt": signed})

    def _take(self, event: dict[str, Any]) -> dict[str, Any]:
        known = self.ledger.get(event["id"])
        if known is not None and known[0] != event["hash"]:
            return {"id": event["id"], "status": "conflict"}
        if known is not None:
            return {**known[1], "status": "duplicate", "first": known[1]["status"]}
        result = {"id": event["id"], **self._outcome(event)}
        self.ledger[event["id"]] = (event["hash"], result)
        self.taken[event["id"]] = self.taken.get(event["id"], 0) + 1
        return result

    def _outcome(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["id"] in self.outcomes:
            return self.outcomes[event["id"]]
        events = self.chains.setdefault(event["visit_id"], [])
        try:
            chain.check_link(event, events[-1] if events else None)
        except chain.ChainBroken as error:
            return {"status": "held", "code": error.code}
        if not chain.signature_ok(event, self.devices[event["device_id"]]):
            return {"status": "quarantined", "code": "bad_signature"}
        events.append(event)
        return {"status": "applied"}

    def _pull(self, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Response:
        cursor = query.get("cursor", [""])[0]
        epoch, _, position = cursor.partition(":")
        if cursor and epoch != self.epoch:
            return problem(409, "epoch_changed")
        start = int(position) if cursor else 0
        etag = f'"{self.epoch}-{len(self.log)}"'
        if headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"etag": etag})
        changes = self.log[start : start + self.page]
        end = start + len(changes)
        body = {
            "changes": changes,
            "cursor": f"{self.epoch}:{end}",
            "more": end < len(self.log),
            "epoch": self.epoch,
            **self._terms(),
        }
        if query.get("digest") == ["true"] and not body["more"]:
            body["digest"] = digest.of(self.state())
        return reply(200, body, etag=etag)

    def state(self) -> list[digest.Version]:
        """What every tablet should hold, as (kind, id, version)."""
        present: dict[tuple[str, str], dict[str, Any]] = {}
        for change in self.log:
            present[change["kind"], change["id"]] = change
        return [(*key, one["version"]) for key, one in present.items() if one["op"] == "upsert"]

    def _index(self, query: Mapping[str, list[str]]) -> Response:
        after, limit = query.get("after", [""])[0], min(int(query["limit"][0]), self.page)
        held = sorted(one for one in self.state() if one[0] == query["kind"][0] and one[1] > after)
        lines = [{"id": id_, "version": version} for _, id_, version in held[:limit]]
        return reply(200, {"objects": lines, "more": len(held) > limit})

    def _objects(self, query: Mapping[str, list[str]]) -> Response:
        newest = {(one["kind"], one["id"]): one for one in self.log}
        kind = query["kind"][0]
        return reply(200, {"changes": [newest[kind, id_] for id_ in query["id"]]})

    def _create_file(self, request: Request) -> Response:
        pairs = (pair.split(" ") for pair in request.headers["Upload-Metadata"].split(","))
        meta = {name: base64.b64decode(value).decode() for name, value in pairs}
        if meta["evidence_id"] in self.files:
            return problem(409, "evidence_complete")
        id_ = f"u{len(self.uploads) + 1}"
        self.uploads[id_] = Upload(meta=meta, length=int(request.headers["Upload-Length"]))
        return Response(status=201, headers={"location": f"/api/v1/evidence/files/{id_}"})

    def _file_head(self, id_: str) -> Response:
        if id_ not in self.uploads:
            return Response(status=404)
        return Response(status=200, headers={"upload-offset": str(len(self.uploads[id_].data))})

    def _file_patch(self, id_: str, request: Request) -> Response:
        upload = self.uploads.get(id_)
        if upload is None:
            return problem(404, "not_found")
        if int(request.headers["Upload-Offset"]) != len(upload.data):
            return problem(409, "offset_differs")
        algorithm, _, digest = request.headers["Upload-Checksum"].partition(" ")
        if hashlib.new(algorithm, request.body).digest() != base64.b64decode(digest):
            return problem(460, "checksum_mismatch")
        upload.data += request.body
        if len(upload.data) == upload.length:
            if hashlib.sha256(upload.data).hexdigest() != upload.meta["sha256"]:
                del self.uploads[id_]
                return problem(460, "evidence_hash_wrong")
            self.files[upload.meta["evidence_id"]] = upload.data
        return Response(status=204, headers={"upload-offset": str(len(upload.data))})


def _json(request: Request) -> dict[str, Any]:
    raw = request.body
    if request.headers.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    found: dict[str, Any] = json.loads(raw)
    return found


def _repeats(request: Request) -> bool:
    return "Idempotency-Key" in request.headers
