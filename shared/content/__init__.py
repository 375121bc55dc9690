"""What is signed: notice, record and result, built alike on both sides (protocol §2)."""
