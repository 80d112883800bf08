"""The playground: a network in training that can be watched, stopped, changed and compared."""
