"""What screens are built of. A widget shows a value and reports a touch; it knows no inspection."""
