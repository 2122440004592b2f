"""Runs MiniStack for as long as its parent lives.

The parent holds the other end of standard input. When that closes, however the parent ended, this process group ends:
the emulator and the function processes it started, with their temporary files. There is nothing to save, so nothing is
asked politely.
"""

import asyncio
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


def keep_local(listen):
    """MQTT listens on every address of the machine, and devices without a certificate get in: keep it to this machine."""

    def listen_locally(loop, protocol, host=None, *args, **options):
        return listen(loop, protocol, "127.0.0.1" if host == "0.0.0.0" else host, *args, **options)

    return listen_locally


def forget_positions(state_of):
    """Records of streams are not kept, so how far they were read must not be either: what comes next would be skipped."""

    def state():
        return {key: value for key, value in state_of().items() if not key.endswith("_positions")}

    return state


temporary = sys.argv.pop()
asyncio.BaseEventLoop.create_server = keep_local(asyncio.BaseEventLoop.create_server)
threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402
from ministack.services import lambda_svc  # noqa: E402

lambda_svc.get_state = forget_positions(lambda_svc.get_state)
main()
