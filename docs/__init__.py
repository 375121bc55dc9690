"""The tables in these pages that are made from the code. No part of the program."""
