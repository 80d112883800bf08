"""The mathematics of the course: the nine equations, networks, training, data. NumPy alone."""
