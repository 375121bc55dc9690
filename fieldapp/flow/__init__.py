"""One visit on this tablet: asking the shared flow engine, sealing, and appending what was done."""
