"""What each vector file holds, by the name of the vector."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from shared import certificates, crypto, enrolment, receipts, tokens, wipe
from shared.canonical import canonical
from shared.crypto import PinParams, SigningKey
from shared.draws import pool, record
from shared.draws.model import Party
from tests.shared.draws import drawing
from tests.vectors import events, keys

IAT = 1_795_406_400  # 2026-11-23T04:00:00Z
SERVER = "https://mingcha.example"
ENROLMENT_ID = "01932f3e-0000-7000-8000-0000000000aa"


def event_vectors() -> dict[str, Any]:
    made = {}
    for number, event in enumerate(events.ten(), 1):
        body = {name: event[name] for name in event if name not in ("hash", "sig", "officer_sig")}
        made[f"{number:02} {event['kind']}"] = {
            "canonical": canonical(body).decode(),
            "hash": event["hash"],
            "device_public": keys.DEVICE.public,
            "sig": event["sig"],
            "officer_sig": event.get("officer_sig"),
            "event": event,
        }
    return made


def token_vectors() -> dict[str, Any]:
    between = {
        "visit": keys.VISIT_ID,
        "device": keys.DEVICE_ID,
        "head": "b7" * 32,
        "seq": 4,
        "iat": IAT,
        "exp": IAT + 300,
    }
    claims: dict[str, dict[str, Any]] = {
        "enterprise": {"uscc": events.USCC, "premise": "pr-1", "nonce": "n-1", "iat": IAT},
        "officer": {
            "officer": keys.WANG_ID,
            "task": "t-1",
            "device": keys.DEVICE_ID,
            "iat": IAT,
            "exp": IAT + 300,
        },
        "join": between,
        "answer": {**between, "head": "c9" * 32, "seq": 1},
        "closing": {**between, "head": "d1" * 32, "seq": 12},
        "document": {"doc": "doc-1", "hash": events.CONTENT_HASH, "iat": IAT},
    }
    made = {}
    for typ, each in claims.items():
        key, kid = TOKEN_SIGNERS[typ]
        token = tokens.make(typ, each, key, kid)
        made[typ] = {"claims": each, "kid": kid, "public": key.public, "token": token}
        if letter := tokens.LETTERS.get(tokens.TokenType(typ)):
            made[typ]["url"] = tokens.url(SERVER, letter, token)
    return made


TOKEN_SIGNERS: Mapping[str, tuple[SigningKey, str]] = {
    "enterprise": (keys.PLATFORM, keys.PLATFORM_KID),
    "document": (keys.PLATFORM, keys.PLATFORM_KID),
    "officer": (keys.WANG, keys.WANG_KID),
    "join": (keys.DEVICE, keys.DEVICE_KID),
    "answer": (keys.DEVICE, keys.DEVICE_KID),
    "closing": (keys.DEVICE, keys.DEVICE_KID),
}


def signed_vectors() -> dict[str, Any]:
    objects = {
        "key_set": keys.key_set_object(),
        "device_certificate": device_certificate(),
        "officer_certificate": officer_certificate(),
        "receipt": receipt(),
        "wipe": wipe_order(),
    }
    return {name: _with_bytes(obj) for name, obj in objects.items()}


def _with_bytes(obj: dict[str, Any]) -> dict[str, Any]:
    body = {name: obj[name] for name in obj if name != "sig"}
    return {"signed_bytes": canonical(body).decode(), "public": keys.PLATFORM.public, "object": obj}


def device_certificate() -> dict[str, Any]:
    certificate = certificates.DeviceCertificate(
        device_id=keys.DEVICE_ID,
        agency_id=keys.AGENCY_ID,
        public_key=keys.DEVICE.public,
        valid_from=keys.START,
        valid_to=keys.END,
    )
    return certificates.device_certificate(
        certificate, issued_at=keys.START, key=keys.PLATFORM, kid=keys.PLATFORM_KID
    )


def officer_certificate() -> dict[str, Any]:
    certificate = certificates.OfficerCertificate(
        officer_id=keys.WANG_ID,
        device_id=keys.DEVICE_ID,
        agency_id=keys.AGENCY_ID,
        name="王建国",
        certificate_no="15010100001",
        unit="执法二大队",
        public_key=keys.WANG.public,
        valid_from=keys.START,
        valid_to=keys.END,
    )
    return certificates.officer_certificate(
        certificate, issued_at=keys.START, key=keys.PLATFORM, kid=keys.PLATFORM_KID
    )


def receipt() -> dict[str, Any]:
    last = events.ten()[-1]
    of = receipts.Receipt(
        device_id=keys.DEVICE_ID,
        heads={keys.VISIT_ID: receipts.Head(seq=last["seq"], hash=last["hash"])},
        device_seq=last["device_seq"],
        epoch="1",
        received_at=keys.NOON.replace(hour=9),
    )
    return receipts.receipt(of, key=keys.PLATFORM, kid=keys.PLATFORM_KID)


def wipe_order() -> dict[str, Any]:
    order = wipe.WipeOrder(
        device_id=keys.DEVICE_ID,
        form=wipe.WipeForm.LOST,
        reason="平板遗失，已报案",
        issued_at=keys.NOON,
        nonce="w-1",
    )
    return wipe.wipe_order(order, key=keys.PLATFORM, kid=keys.PLATFORM_KID)


def enrolment_vectors() -> dict[str, Any]:
    code = "Zm9ydHktdHdvIGJpdHMgb2YgbHVjaw"
    text = enrolment.encode(SERVER, ENROLMENT_ID, code, "e4" * 32)
    proof = enrolment.proof_bytes(ENROLMENT_ID, code, keys.DEVICE.public)
    return {
        "enrolment": {
            "text": text,
            "server": SERVER,
            "enrolment_id": ENROLMENT_ID,
            "code": code,
            "key_set_fingerprint": "e4" * 32,
            "public_key": keys.DEVICE.public,
            "proof_bytes": proof.decode(),
            "proof": keys.DEVICE.sign(proof).hex(),
        }
    }


def crypto_vectors() -> dict[str, Any]:
    params = PinParams(memory_kib=256, iterations=2, lanes=1)
    key, nonce = keys.seed("aead")[:32], bytes(range(12))
    public = crypto.sealing_public(keys.RECOVERY_SEED)
    box = crypto.seal_to(public, b"store key", keys.seed("ephemeral"), nonce)
    return {
        "signing": {
            "seed": keys.seed("device").hex(),
            "public": keys.DEVICE.public,
            "data": "明察",
            "signature": keys.DEVICE.sign("明察".encode()).hex(),
        },
        "aead": {
            "key": key.hex(),
            "nonce": nonce.hex(),
            "plain": "明察",
            "aad": "chunk 1",
            "sealed": crypto.seal(key, nonce, "明察".encode(), b"chunk 1").hex(),
        },
        "pin": {
            "pin": "135790",
            "salt": keys.seed("salt")[:16].hex(),
            "params": params.as_object(),
            "key": crypto.derive_pin_key("135790", keys.seed("salt")[:16], params).hex(),
        },
        "sealed box": {
            "seed": keys.RECOVERY_SEED.hex(),
            "public": public,
            "ephemeral_seed": keys.seed("ephemeral").hex(),
            "nonce": nonce.hex(),
            "plain": "store key",
            "box": box,
        },
    }


def draw_vectors() -> dict[str, Any]:
    """A draw of 6 of 60 by two secrets, and one that is void for want of the second."""
    frozen = drawing.pool_of(60, count=6)
    held = drawing.held(frozen)
    file = frozen + record.tail(frozen, held)
    void = replace(
        held,
        secrets={Party.AGENCY: held.secrets[Party.AGENCY]},
        seed="",
        drawn=(),
        void_at=drawing.SAID_AT,
        void_why="监督机关逾期没有公布秘密",
    )
    told = {
        "pool": frozen.decode(),
        "pool_hash": pool.pool_hash(frozen),
        "commitments": {party: said.value for party, said in held.commitments.items()},
        "secrets": {party: said.value for party, said in held.secrets.items()},
        "seed": held.seed,
        "drawn": [[each.position, each.uscc, *each.officer_ids] for each in held.drawn],
        "file": file.decode(),
        "file_hash": record.file_hash(file),
    }
    return {"draw": told, "void": {"file": (frozen + record.tail(frozen, void)).decode()}}


FILES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "events.json": event_vectors,
    "tokens.json": token_vectors,
    "signed.json": signed_vectors,
    "enrolment.json": enrolment_vectors,
    "crypto.json": crypto_vectors,
    "draws.json": draw_vectors,
}
