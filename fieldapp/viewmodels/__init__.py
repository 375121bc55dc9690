"""What each screen shows, as plain values, and what it may do. No Kivy, no widget, no thread."""
