"""The content of the course's exercises: references, input cases, known mistakes and questions, a file a notebook."""
