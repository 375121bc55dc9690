"""What the tablet's outside offers: protocols here, adapters in desktop/, android/ and fake/.

Nothing here knows an inspection. A port hands over raw readings and never interprets them.
"""
