"""The rules by subject. Each is a pure function over a plan and its facts, and says its source."""
