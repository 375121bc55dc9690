"""The conditions before an act, by must. A gate looks and answers; it never raises or stores."""
