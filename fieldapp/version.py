"""The version that events and enrolments name. A test keeps it equal to the distribution's."""

APP_VERSION = "0.1.0"
