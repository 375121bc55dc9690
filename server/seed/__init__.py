"""A small invented county to look at and to test with. Never seeded unless somebody asks for it."""
