"""Many tablets and the real server under one seeded scheduler; see docs/simulation.md.

Nothing of the product is replaced: the tablets are `fieldapp` with fake clocks, chance and network,
the server is the Flask app on SQLite. The seed alone decides what is lost, repeated, late, cut,
killed, changed and said, so a run that went wrong goes wrong again.
"""
