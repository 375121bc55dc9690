"""How often one address may ask for what can be guessed: signing in and enrolling."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from server.config import Settings

SIGN_IN = "30 per minute"
ENROL = "20 per minute"
CODE = "10 per minute; 60 per hour"
ASK_CODE = "5 per minute; 30 per hour; 100 per day"

limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=True)


def register(app: Flask, settings: Settings) -> None:
    """Count in Redis when there is one, so that several processes count together."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits == "on"
    limiter.init_app(app)
