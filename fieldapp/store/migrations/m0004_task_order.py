"""The order the list of tasks is shown in, so that no task is read to know its place."""

NUMBER = 4
NAME = "task_order"

STATEMENTS = (
    """CREATE INDEX task_order ON reference_object
        (json_extract(data, '$.window_to'), json_extract(data, '$.no')) WHERE kind = 'task'""",
)
