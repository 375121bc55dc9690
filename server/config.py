"""What this server was told by its environment; nothing here is secret or changes while it runs.

Never reads the environment after start: `Settings` is made once and handed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

MIB = 1024 * 1024
OUTBOX_LEASE = timedelta(minutes=2)  # longer than any mail server takes to answer
SWEEP_EVERY = timedelta(seconds=15)
WECOM, DINGTALK = "https://qyapi.weixin.qq.com", "https://oapi.dingtalk.com"
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One server's settings. Sizes are bytes, spans `timedelta`; URLs carry no trailing slash."""

    data_dir: Path
    database_url: str
    public_url: str = "http://127.0.0.1:8000"
    redis_url: str | None = None
    smtp_url: str = "smtp://127.0.0.1:25"
    mail_from: str = "mingcha@localhost"
    sms_dir: Path | None = None
    wecom_url: str = WECOM
    dingtalk_url: str = DINGTALK
    webhook_networks: tuple[Network, ...] = ()  # private ones that may be called
    node_modules: Path | None = None
    font_dir: Path | None = None
    pdf_standard: str = "a-3a"  # or a-2b, for archives that take no attachments
    signing_p12: Path | None = None  # without it the development seal made at set-up signs
    signing_pkcs11: str | None = None  # a key in a hardware module, instead of the file
    signing_retired: Path | None = None  # certificates of authorities that certified earlier keys
    signing_passphrase_file: Path | None = None  # or the PIN of the hardware module
    timestamp_url: str | None = None
    timestamp_roots: Path | None = None  # with it, sealed visits are time-stamped too
    timezone: str = "Asia/Shanghai"
    max_json_bytes: int = MIB
    max_body_bytes: int = 8 * MIB
    max_evidence_bytes: int = 64 * MIB
    person_token_life: timedelta = timedelta(hours=12)
    device_token_life: timedelta = timedelta(minutes=30)
    lease: timedelta = timedelta(days=7)
    outbox_lease: timedelta = OUTBOX_LEASE
    sweep_every: timedelta = SWEEP_EVERY
    rate_limits: str = "on"
    proxies: int = 0  # how many of our own stand in front and tell the caller's address

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the `MINGCHA_*` variables; what is absent has the default of a fresh machine."""
        data_dir = Path(env.get("MINGCHA_DATA_DIR", "mingcha-data")).absolute()
        database = env.get("MINGCHA_DATABASE_URL") or f"sqlite:///{data_dir / 'mingcha.db'}"
        return cls(
            data_dir=data_dir,
            database_url=with_psycopg(database),
            public_url=env.get("MINGCHA_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
            redis_url=env.get("MINGCHA_REDIS_URL") or None,
            smtp_url=env.get("MINGCHA_SMTP_URL", "smtp://127.0.0.1:25"),
            mail_from=env.get("MINGCHA_MAIL_FROM", "mingcha@localhost"),
            sms_dir=Path(env["MINGCHA_SMS_DIR"])
            if env.get("MINGCHA_SMS_DIR")
            else data_dir / "sms",
            wecom_url=env.get("MINGCHA_WECOM_URL", WECOM).rstrip("/"),
            dingtalk_url=env.get("MINGCHA_DINGTALK_URL", DINGTALK).rstrip("/"),
            webhook_networks=_networks(env.get("MINGCHA_WEBHOOK_NETWORKS", "")),
            node_modules=_folder(env.get("MINGCHA_NODE_MODULES")),
            font_dir=_folder(env.get("MINGCHA_FONT_DIR")),
            pdf_standard=env.get("MINGCHA_PDF_STANDARD", "a-3a").lower(),
            signing_p12=_folder(env.get("MINGCHA_SIGNING_P12")),
            signing_pkcs11=env.get("MINGCHA_SIGNING_PKCS11") or None,
            signing_retired=_folder(env.get("MINGCHA_SIGNING_RETIRED")),
            signing_passphrase_file=_folder(env.get("MINGCHA_SIGNING_PASSPHRASE_FILE")),
            timestamp_url=env.get("MINGCHA_TIMESTAMP_URL") or None,
            timestamp_roots=_folder(env.get("MINGCHA_TIMESTAMP_ROOTS")),
            timezone=env.get("MINGCHA_TIMEZONE", "Asia/Shanghai"),
            rate_limits=env.get("MINGCHA_RATE_LIMITS", "on"),
            proxies=int(env.get("MINGCHA_PROXIES", "0")),
            outbox_lease=_seconds(env.get("MINGCHA_OUTBOX_LEASE_SECONDS"), OUTBOX_LEASE),
            sweep_every=_seconds(env.get("MINGCHA_SWEEP_SECONDS"), SWEEP_EVERY),
        )

    @property
    def served_over_https(self) -> bool:
        """Whether cookies must be marked Secure."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def secrets_dir(self) -> Path:
        """Where the keys lie that were made at set-up."""
        return self.data_dir / "secrets"


def _folder(told: str | None) -> Path | None:
    return Path(told) if told else None


def _networks(told: str) -> tuple[Network, ...]:
    return tuple(ip_network(each.strip()) for each in told.split(",") if each.strip())


def _seconds(told: str | None, default: timedelta) -> timedelta:
    return timedelta(seconds=float(told)) if told else default


def with_psycopg(url: str) -> str:
    """Name the driver in a plain `postgresql://`, which SQLAlchemy would give to psycopg2."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
