"""Print the version of the system's SQLCipher, nothing when there is none that will do."""

import ctypes
import ctypes.util

Row = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_char_p),
    ctypes.POINTER(ctypes.c_char_p),
)
OLDEST_SQLITE = 3_043_000  # contentless_delete of FTS5


@Row
def show(_: int | None, count: int, values: "ctypes._Pointer[ctypes.c_char_p]", __: object) -> int:
    if count:
        print((values[0] or b"").decode().split(" ")[0])
    return 0


def main() -> None:
    name = ctypes.util.find_library("sqlcipher")
    if name is None:
        return
    library = ctypes.CDLL(name)
    if library.sqlite3_libversion_number() < OLDEST_SQLITE:
        return
    database = ctypes.c_void_p()
    if library.sqlite3_open(b":memory:", ctypes.byref(database)) == 0:
        library.sqlite3_exec(database, b"PRAGMA cipher_version", show, None, None)
    library.sqlite3_close(database)


if __name__ == "__main__":
    main()
