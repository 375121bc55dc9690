"""What can be said of the Android build without an SDK, an emulator or a device."""
