"""The scenes of the demonstration, by where they take place."""
