"""The officer's tablet application, over the shared domain."""
