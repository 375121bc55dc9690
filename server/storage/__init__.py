"""Where bytes are kept that are too large for a table: documents and evidence."""
