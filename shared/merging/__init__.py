"""综合查一次: visits of several agencies to one enterprise found, made one, and counted."""
