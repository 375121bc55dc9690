"""What any phone opens by scanning a code: no sign-in, no cookie needed, little to load."""
