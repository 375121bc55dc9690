"""What the speed of sync is measured with: a real server, and a load from another process."""
