"""What documents say: what is signed in a visit, and what is made of it afterwards.

Notice, record and result are built alike on both sides (protocol §2); the others by the server
alone, once a visit is sealed.
"""
