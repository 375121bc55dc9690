"""How many distorted camera pictures a reader of QR codes gets right, and how fast."""
