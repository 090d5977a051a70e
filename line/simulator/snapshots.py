"""What the simulator remembers, written to a file while it runs, so that being killed loses little."""

import asyncio
import gc
import os
import sys
from pathlib import Path

from line.simulator.world import World

LOOKS_EVERY = 0.02


async def keep(world: World, file: Path, every: float) -> None:
    """Write the world to the file again and again, `every` so many seconds while something happens.

    A forked child writes, from its own frozen copy of the memory, so that requests are answered meanwhile.
    """
    written = -1
    while True:
        await asyncio.sleep(every)
        if world.request_count != written:
            written = world.request_count
            await _write(world, file)


async def _write(world: World, file: Path) -> None:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _write_and_end(world, file, parent)
    try:
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            await asyncio.sleep(LOOKS_EVERY)
    except asyncio.CancelledError:
        os.waitpid(child, 0)
        raise


def _write_and_end(world: World, file: Path, parent: int) -> None:
    """In the child; cleaning up is the parent's. An orphan writes nothing: a new run may have begun."""
    status = 1
    try:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # connections that the parent closes are to be closed
        gc.disable()
        os.nice(10)
        world.save(file, is_wanted=lambda: os.getppid() == parent)
        status = 0
    except OSError as error:
        sys.stderr.write(f"The simulator could not write {file}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)
