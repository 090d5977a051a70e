"""`python -m line.simulator --port 8200`: prints one line when ready, ends on SIGTERM or SIGINT."""

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop
from aiohttp import web

from line.simulator import snapshots
from line.simulator.app import make_server
from line.simulator.world import World


def main() -> None:
    uvloop.run(serve(_arguments()))


async def serve(arguments: argparse.Namespace) -> None:
    world = World()
    if arguments.state and arguments.state.exists():
        world.load(arguments.state)
    runner = web.ServerRunner(make_server(world))
    await runner.setup()
    await web.TCPSite(runner, arguments.host, arguments.port).start()
    port = runner.addresses[0][1]
    world.postman.keep_watch()
    keeping = _keep(world, arguments)
    print(f"LINE simulator ready at http://{arguments.host}:{port}", flush=True)

    await _until_told_to_stop()
    await world.postman.close()
    await runner.cleanup()
    await _stop(keeping)
    if arguments.state:
        world.save(arguments.state)


def _keep(world: World, arguments: argparse.Namespace) -> asyncio.Task:
    """Nothing is kept without a file."""
    if not arguments.state:
        return asyncio.create_task(asyncio.sleep(0))
    return asyncio.create_task(snapshots.keep(world, arguments.state, arguments.save_every))


async def _stop(task: asyncio.Task) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _until_told_to_stop() -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m line.simulator", description="LINE, on this machine")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8200, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="remember everything in this file between runs")
    parser.add_argument("--save-every", type=float, default=5.0, help="seconds between two writes of it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
