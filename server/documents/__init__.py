"""Official documents: what is printed, how it looks, and the press that draws it (domain.md §3)."""
