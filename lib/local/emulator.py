"""Runs MiniStack for as long as its parent lives.

The parent holds the other end of standard input. When that closes, however the parent ended, this process group ends:
the emulator and the function processes it started, with their temporary files. There is nothing to save, so nothing is
asked politely.
"""

import os
import shutil
import signal
import sys
import threading


def end_with_parent():
    while os.read(0, 1024):
        pass
    shutil.rmtree(temporary, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


temporary = sys.argv.pop()
threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402

main()
