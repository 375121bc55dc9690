"""Import of lists from CSV and XLSX.

`reading` the files, `columns` what a kind's rows hold, one module per kind, `running` from the
file to the tables.
"""
