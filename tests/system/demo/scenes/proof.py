"""What is proven at the end: nobody could be reached, and not a byte has changed on the way."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp

from server.seed import county
from shared.case_file import archive, layout
from tests.system.demo.breaking import Break
from tests.system.demo.play import Play
from tests.system.demo.processes import mingcha
from tests.system.demo.scenes.visit import REFUSED
from tests.system.demo.timeline import Line, check

EXPORT_S = 120


def export(play: Play, line: Line) -> None:
    """The platform's key set is kept beside the file, as anybody may fetch it."""
    reply = httpx.get(f"{play.url}/api/v1/key-set", timeout=10).raise_for_status()
    play.key_set.write_bytes(reply.content)
    case = play.case
    done = play.children.run(
        "export-case",
        mingcha("export-case", play.visit_id, "--to", str(case)),
        play.environment,
        seconds=EXPORT_S,
    )
    check(done.returncode == 0, f"export-case: {done.stderr[-600:]}")
    if play.broken is Break.SIGNATURE:
        _forge(case)
    names = sorted(archive.from_zip(case.read_bytes()))
    line.show(f"{case.name} {case.stat().st_size} 字节 bytes", f"{len(names)} 个文件 files")
    line.note(files=names)


def verify(play: Play, line: Line) -> None:
    """With nothing but the file and the public keys: no data folder, no database, no server."""
    nowhere = dict.fromkeys(play.environment, "")
    nowhere["MINGCHA_DATA_DIR"] = str(play.folders.scratch / "nowhere")
    done = play.children.run(
        "verify",
        mingcha("verify", str(play.case), "--key-set", str(play.key_set)),
        nowhere,
        seconds=EXPORT_S,
    )
    said = (done.stdout + done.stderr).strip().splitlines()
    check(done.returncode == 0, "卷宗核验不通过 verify: " + " / ".join(said[-6:]))
    line.show(said[-1] if said else "")
    line.note(said=said)


def refused(play: Play, line: Line) -> None:
    """Between scan and seal every connection was refused."""
    hows = {one["how"] for one in play.refused}
    check(hows == {REFUSED, "offline"}, f"有连接没有被拒绝 somebody was reached: {hows}")
    whens = " · ".join(f"{one['who'].split()[0]} {one['at'][11:19]}" for one in play.refused)
    line.show(f"{len(play.refused)} 次均被拒绝 all refused", whens)
    line.note(refused=[json.dumps(one, ensure_ascii=False) for one in play.refused])


def same(play: Play, line: Line) -> None:
    """The hashes in case.zip are those in the tablet's encrypted store, at the seal and now."""
    now = play.tablet.do("hashes", visit=play.visit_id)
    held = {name: now[name] for name in ("events", "evidence")}
    sealed = {name: play.sealed[name] for name in held}
    check(held == sealed, "平板库在封存后变了 the tablet's store has changed since the seal")
    events, evidence = in_case(play.case, play.visit_id)
    check(events == [hash_ for _, hash_ in held["events"]], "事件散列不一致 event hashes differ")
    check(evidence == held["evidence"], "证据散列不一致 evidence hashes differ")
    line.show(f"{len(events)} 条事件 events", f"{len(evidence)} 件证据 evidence", "全部一致 equal")
    line.note(events=events, evidence=evidence)


def quiet(play: Play, line: Line) -> None:
    """What is secret was really used, and stands in no log of any process."""
    logs = {path.name: path.read_text("utf-8") for path in (play.folders.out / "logs").iterdir()}
    check(str(play.port) in logs["server.log"], "服务没有日志 the server has no log")
    secrets = dict(_secrets(play))
    found = {
        f"{what}（{name}）"
        for what, secret in secrets.items()
        for name, said in logs.items()
        if secret in said
    }
    check(not found, f"日志里有秘密 a log tells a secret: {sorted(found)}")
    line.show(f"{len(secrets)} 个秘密 secrets", f"{len(logs)} 个日志 logs", "均无 none")


def _secrets(play: Play) -> Iterator[tuple[str, str]]:
    """Everything that this very run has handed to a process, by what it is."""
    for account in play.accounts:
        yield f"password of {account.username}", account.password
        if account.otpauth:
            yield f"time-code key of {account.username}", pyotp.parse_uri(account.otpauth).secret
    for username, api in play.apis.items():
        yield f"token of {username}", api.token
    for officer in county.officers():
        yield f"ID number of {officer.name}", officer.id_number
        yield f"phone of {officer.name}", officer.phone
    for firm in county.enterprises():
        yield f"contact's phone of {firm.uscc}", firm.phone
        yield f"contact's e-mail of {firm.uscc}", firm.email
    yield "the notice's link", play.link.rpartition("/")[2]


def in_case(case: Path, visit_id: str) -> tuple[list[str], list[str]]:
    """The hashes of a visit's events, in order, and of its evidence, as the file has them."""
    entries = archive.from_zip(case.read_bytes())
    chains = [name for name in sorted(entries) if name.startswith(f"{layout.CHAINS}{visit_id}/")]
    events = [
        json.loads(line)["hash"] for name in chains for line in entries[name].splitlines() if line
    ]
    evidence = sorted(
        name.removeprefix(layout.EVIDENCE) for name in entries if name.startswith(layout.EVIDENCE)
    )
    return events, evidence


def _forge(case: Path) -> None:
    """Change one letter of one signature, and pack the file as if nothing were."""
    entries = archive.from_zip(case.read_bytes())
    name = next(name for name in entries if name.startswith(layout.CHAINS))
    lines = entries[name].splitlines()
    event = json.loads(lines[0])
    old = event["sig"]
    new = ("B" if old[0] == "A" else "A") + old[1:]
    lines[0] = lines[0].replace(old.encode(), new.encode())
    entries[name] = b"\n".join(lines) + b"\n"
    case.write_bytes(archive.to_zip(entries))
