"""The tablet's side of the protocol: enrolment, tokens, push, pull, evidence, orders, the cycle."""
