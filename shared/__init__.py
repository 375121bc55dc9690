"""The pure domain of Mingcha: the very code that tablet and server both run."""
