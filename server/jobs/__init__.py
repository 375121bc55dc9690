"""What is done after a commit: sending, drawing, sweeping. Jobs take ids, look for themselves."""
