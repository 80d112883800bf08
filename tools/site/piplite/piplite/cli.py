"""What %pip calls."""

ANSWER = "Nothing was installed: this page brings all that the course needs, and asks no other address for more."


async def get_transformed_code(arguments):
    """Return the Python that a line ``%pip arguments`` becomes."""
    return f"print({ANSWER!r})"
