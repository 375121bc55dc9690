"""What the tablet keeps, encrypted as a whole. `opening` alone knows the database library."""
