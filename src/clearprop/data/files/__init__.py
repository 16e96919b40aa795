"""Readers of files, one for each family: delimited text, typed columns, workbooks, arrays."""
