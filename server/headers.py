"""What every reply tells the browser: run only what is ours, guess no types, leak no address."""

from flask import Flask, Response, request

from server import edge

# No inline script and no inline style: what is not a file of ours does not run.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FOREVER = "max-age=31536000; includeSubDomains"


def register(app: Flask) -> None:
    """Add the headers to every reply of `app`, errors included."""

    @app.after_request
    def add(reply: Response) -> Response:
        reply.headers["X-Request-Id"] = edge.request_id()
        reply.headers.setdefault("Content-Security-Policy", POLICY)
        reply.headers["X-Content-Type-Options"] = "nosniff"
        reply.headers["X-Frame-Options"] = "DENY"
        reply.headers["Referrer-Policy"] = "same-origin"  # an address here may hold a secret
        reply.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if edge.parts().settings.served_over_https:
            reply.headers["Strict-Transport-Security"] = FOREVER
        if request.endpoint != "static":
            reply.headers.setdefault("Cache-Control", "no-store")
        return reply
