"""What an enterprise reads and signs on a phone, behind a link and a code sent to its contact."""
