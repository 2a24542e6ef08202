"""Runs commands that another process names, and measures each: a line of JSON in, one out.

A process of its own, since Linux counts the memory of whoever starts a command in that command's
peak, until the command has replaced it; this one is small.
"""

import json
import os
import signal
import sys
import threading

for line in sys.stdin:
    task = json.loads(line)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, task["out"], flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, task["err"], flags, 0o600),
    ]
    os.chdir(task["folder"])
    arguments = task["arguments"]
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
    timer = threading.Timer(task["patience"], os.kill, (process, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(process, 0)
    timer.cancel()
    answer = {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "bytes": usage.ru_maxrss * 1024,
    }
    print(json.dumps(answer), flush=True)
