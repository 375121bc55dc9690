"""The platform's server: API, console and portal, over the shared domain."""
