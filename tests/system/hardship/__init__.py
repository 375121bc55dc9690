"""Real processes on real sockets and disks, killed, cut and starved; counted when it is over."""
