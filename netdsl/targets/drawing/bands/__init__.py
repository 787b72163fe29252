"""Every layer of a network in rows, the rows in bands of one resolution, the bands on pages."""
