"""A second, independent check of a case file: `python verify_case.py CASE.zip [KEY_SET.json]`.

Written from docs/case-file.md and docs/protocol.md alone, with nothing of Mingcha's. Each line it
writes is `place: what does not hold`; the exit status is 1 when there is one.
"""

import base64
import io
import json
import os
import struct
import sys
import zipfile
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

OFFICER_SIGNED = """emergency_opened joined member_joined member_done member_open sealed unable
credentials_shown notice_served record_read signed refused absent result_given""".split()  # noqa: SIM905
KEYS = "key_set.json"


def number(value):
    """A double below 2^53 as RFC 8785 §3.2.2.3 writes it."""
    plain = format(Decimal(repr(value)), "f")
    return plain if abs(value) >= 1e-6 else repr(value).replace("e-0", "e-")


def canonical(value, *leave_out):
    """RFC 8785 as text, perhaps without some members; `ValueError` for what may not be."""
    if value is None or isinstance(value, bool) or (isinstance(value, str) and "\0" not in value):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float) and abs(value) < 2**53:
        return str(int(value)) if value == int(value) else number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    names = sorted(set(value).difference(leave_out), key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"


def holds(public, signature, data):
    raw = [base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (public, signature)]
    if [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in raw] == [public, signature]:
        with suppress(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(raw[0]).verify(raw[1], data)
            return True
    return False


class Check:
    """One run over one archive; `faults` are (place, what). A place is an entry, or its line."""

    def __init__(self, data, key_set=None):
        self.faults, self.owners, self.chains, self.contents = [], {}, {}, set()
        self.fault = lambda place, what: self.faults.append((place, what))
        self.entries = self.opened(data)
        own = self.guarded(KEYS, self.object) or {"keys": []}
        self.keys = {key["kid"]: key for key in (key_set or own)["keys"]}
        vouched = key_set in (None, own) or self.guarded(KEYS, self.signed, "issued_at", "key_set")
        if vouched and key_set and own["version"] > key_set["version"]:
            self.keys = {key["kid"]: key for key in own["keys"]}
        self.manifest = self.guarded("case.json", self.signed, "as_of", "case") or {}
        for path in sorted({*self.entries, *self.manifest.get("files", {})} - {"case.json"}):
            self.listed(path, self.entries.get(path, b""))
        checks = {"certificates": self.certificate, "chains": self.chain, "receipts": self.receipt}
        for path in sorted(self.entries):
            self.guarded(path, checks.get(path.partition("/")[0], str))
        for name, chain in self.chains.items():
            for place, event in chain.values():
                self.guarded(place, self.speaks_of, event, name.partition("/")[0])

    def guarded(self, place, check, *told):
        try:
            return check(place, *told)
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            self.fault(place, f"{type(error).__name__}: {error}")

    def opened(self, data):
        """Entry after entry from the start; then made anew, in its order, it must be the same."""
        entries, ends, at, made = {}, {}, 0, io.BytesIO()
        while data[at : at + 4] == b"PK\3\4" and len(data) >= at + 30:
            method, _, size, name, extra = struct.unpack("<8xH8xIIHH", data[at : at + 30])
            begin, path = at + 30 + name + extra, data[at + 30 : at + 30 + name]
            if method or begin + size > len(data) or name > 500:
                break
            at, path = begin + size, path.decode("utf-8", "replace")
            entries[path], ends[path] = data[begin:at], at
        with zipfile.ZipFile(made, "w") as archive:
            for path, content in sorted(entries.items(), key=lambda e: (e[0] != "case.json", e)):
                info = zipfile.ZipInfo(path)
                info.create_system, info.external_attr = 3, 0o100644 << 16
                archive.writestr(info, content)
        if made.getvalue() != data:
            first = len(os.path.commonprefix([made.getvalue(), data]))  # noqa: RUF071
            place = next((path for path, end in ends.items() if first < end), "archive")
            self.fault(place, f"the archive is other than it was made at byte {first}")
        return entries

    def object(self, place, raw=None):
        found = json.loads(raw := self.entries[place] if raw is None else raw)
        if not isinstance(found, dict) or canonical(found).encode() != raw:
            raise ValueError("not a JSON object in canonical form")
        return found

    def signed(self, place, when, *types):
        """The object, signed by a platform key that counted at the time it says of itself."""
        obj = self.object(place)
        key, at = self.keys[obj["kid"]], datetime.fromisoformat(obj[when])
        ends = [key[end] for end in ("valid_to", "revoked_at") if key[end]]
        good = (obj["v"], obj["suite"]) == (1, "intl-1") and obj["typ"] in types
        good = good and datetime.fromisoformat(key["valid_from"]) <= at
        good = good and all(at < datetime.fromisoformat(end) for end in ends)
        if not (good and holds(key["public"], obj["sig"], canonical(obj, "sig").encode())):
            raise ValueError("not signed by a platform key that counted then")
        return obj

    def listed(self, path, data):
        facts = {"sha256": sha256(data).hexdigest(), "size": len(data)}
        if path not in self.entries or self.manifest.get("files", {}).get(path) != facts:
            self.fault(path, "is not what the manifest lists")
        if path.startswith("evidence/") and path[9:] != facts["sha256"]:
            self.fault(path, "does not have the hash it is named by")
        self.contents |= {facts["sha256"]} if path.startswith("documents/") else set()

    def certificate(self, path):
        found = self.signed(path, "issued_at", "device_certificate", "officer_certificate")
        owned = self.owners.setdefault((found.get("officer_id"), found["device_id"]), [])
        owned.append(found["public_key"])

    def chain(self, path):
        chain, last = (
            self.chains.setdefault(path[7:-6], {}),
            {"hash": "", "seq": 0, "device_seq": 0},
        )
        lines = self.entries[path].split(b"\n")
        if lines.pop() or not lines:
            self.fault(path, "its last line is cut off")
        for place, raw in ((f"{path}:{count}", raw) for count, raw in enumerate(lines, 1)):
            event = self.guarded(place, self.object, raw)
            if event is not None:
                self.guarded(place, self.event, event, path[7:-6], last)
                chain[event.get("seq")], last = (place, event), event

    def event(self, place, event, name, before):
        digest = sha256(canonical(event, "hash", "sig", "officer_sig").encode())
        if digest.hexdigest() != event["hash"]:
            self.fault(place, "its hash does not hold")
        if f"{event['visit_id']}/{event['device_id']}" != name or event["suite"] != "intl-1":
            self.fault(place, "belongs to another chain")
        after = (event["prev"], event["seq"]) == (before["hash"], before["seq"] + 1)
        if not after or event["device_seq"] <= before["device_seq"]:
            self.fault(place, "does not follow the event before")
        signers = {"sig": (None, event["device_id"])}
        if event["kind"] in OFFICER_SIGNED or "officer_sig" in event:
            signers["officer_sig"] = (event["officer_id"], event["device_id"])
        for sig, owner in signers.items():
            keys = self.owners.get(owner, [])
            if not any(holds(key, event.get(sig, ""), digest.digest()) for key in keys):
                self.fault(place, f"its {sig} does not hold")

    def speaks_of(self, place, event, visit):
        """What an event names: its seal, other tablets' heads, evidence, contents."""
        payload, kind, get = event["payload"], event["kind"], event["payload"].get
        seal = {"head": event["prev"], "events": event["seq"] - 1}
        if kind == "sealed" and {**payload, **seal} != payload:
            self.fault(place, "its seal does not fit the chain")
        for quote in filter(None, [get("lead"), get("member"), *get("quoted", [])]):
            self.quoted(place, f"{visit}/{quote['device_id']}", quote["seq"], quote["head"])
        added = [(payload["sha256"], payload["size"])] if kind == "evidence_added" else []
        for sha, size in [*added, *((sha, None) for sha in get("evidence") or [])]:
            data = self.entries.get(f"evidence/{sha}", b"")
            here = f"evidence/{sha}" in self.entries or sha in self.manifest["absent"]
            if not here or (data and size not in (None, len(data))):
                self.fault(place, f"its evidence {sha} is missing or has another size")
        for holder in (payload, get("acknowledgement") or {}):
            if not {holder.get("content_hash")} <= {None, *self.contents}:
                self.fault(place, "the content it speaks of is missing")

    def receipt(self, path):
        found = self.signed(path, "received_at", "receipt")
        for visit, head in found["heads"].items():
            if (name := f"{visit}/{found['device_id']}") in self.chains:
                self.quoted(path, name, head["seq"], head["hash"])

    def quoted(self, place, name, seq, digest):
        if self.chains.get(name, {}).get(seq, ("", {}))[1].get("hash") != digest:
            self.fault(place, f"names a head that {name} does not have")


if __name__ == "__main__":
    case, *told = (Path(path).read_bytes() for path in sys.argv[1:])
    check = Check(case, *map(json.loads, told))
    sys.stdout.writelines(f"{place}: {what}\n" for place, what in check.faults)
    sys.stdout.write(f"key set {sha256(check.entries.get(KEYS, b'')).hexdigest()}\n")
    sys.exit(len(check.faults) > 0)
