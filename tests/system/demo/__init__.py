"""`make demo`: one inspection through real processes, from a filed plan to a receipted notice.

`script.py` is the whole story, one line per scene. What a scene sees that is not as it must be is
a `Failed`; the demonstration never looks at DEMO_BREAK to decide whether it went well.
"""
