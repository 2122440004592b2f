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


def keep_few_warm(release):
    """The emulator keeps a process for every function that ever ran, for good: 27 MB each, 9 GB for 310 endpoints."""

    def release_and_end_others(worker):
        release(worker)
        with lambda_runtime._lock:
            everyone = [one for pool in lambda_runtime._workers.values() for one in pool]
            idle = sorted((one for one in everyone if not one.in_use), key=lambda one: one.last_used)
            longest_idle = idle[:-most_warm]
            for pool in lambda_runtime._workers.values():
                pool[:] = [one for one in pool if one not in longest_idle]
        if longest_idle:
            threading.Thread(target=lambda_runtime.kill_workers, args=(longest_idle,), daemon=True).start()

    return release_and_end_others


def take_few_at_once(most_of):
    """All that functions ask is answered by one core: 200 workers of one queue would all wait, give up and try again."""

    return lambda *of_source: min(most_of(*of_source), most_batches_at_once)


most_batches_at_once = 5
most_warm = int(os.environ["WARM_FUNCTIONS"])
temporary = sys.argv.pop()
asyncio.BaseEventLoop.create_server = keep_local(asyncio.BaseEventLoop.create_server)
threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402
from ministack.core import lambda_runtime  # noqa: E402
from ministack.services import lambda_svc  # noqa: E402

lambda_svc.get_state = forget_positions(lambda_svc.get_state)
lambda_svc._sqs_esm_concurrency = take_few_at_once(lambda_svc._sqs_esm_concurrency)
lambda_svc.release_worker = keep_few_warm(lambda_svc.release_worker)
main()
