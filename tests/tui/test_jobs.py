"""Work off the UI thread: the newest request wins, nothing that it raises escapes, idle means shown."""

from __future__ import annotations

import asyncio
import threading

from thresher.tui.jobs import Job, Jobs, Lane


def jobs() -> Jobs:
    return Jobs(asyncio.get_running_loop().call_soon_threadsafe)


class Token:
    def __init__(self) -> None:
        self.asked = threading.Event()

    def cancel(self) -> None:
        self.asked.set()


async def test_a_result_is_handed_to_the_ui_thread_before_idle() -> None:
    work = jobs()
    seen: list[object] = []
    work.lane("a").submit(
        lambda job: threading.current_thread().name,
        lambda name: seen.extend([name, threading.current_thread() is threading.main_thread()]),
        seen.append,
    )
    await work.idle()
    assert seen == ["thresher-a", True]


async def test_what_a_job_raises_is_handed_over_and_the_lane_goes_on() -> None:
    work = jobs()
    seen: list[object] = []
    work.lane("a").submit(lambda job: 1 / 0, seen.append, lambda error: seen.append(type(error)))
    await work.idle()
    work.lane("a").submit(lambda job: 2, seen.append, seen.append)
    await work.idle()
    assert seen == [ZeroDivisionError, 2]


def waiting(token: Token) -> object:
    def work(job: Job) -> str:
        assert token.asked.wait(20)
        return "stopped"

    return work


async def test_the_newest_request_interrupts_the_running_one_and_drops_its_result() -> None:
    work, token = jobs(), Token()
    seen: list[object] = []
    lane: Lane = work.lane("a")
    lane.submit(waiting(token), seen.append, seen.append, token)  # type: ignore[arg-type]
    while lane._running is None:
        await asyncio.sleep(0.001)
    lane.submit(lambda job: "skipped", seen.append, seen.append)
    lane.submit(lambda job: "newest", seen.append, seen.append)
    await work.idle()
    assert token.asked.is_set()
    assert seen == ["newest"]


async def test_lanes_do_not_wait_for_each_other() -> None:
    work, token = jobs(), Token()
    seen: list[object] = []
    work.lane("slow").submit(waiting(token), seen.append, seen.append, token)  # type: ignore[arg-type]
    work.lane("quick").submit(lambda job: "quick", seen.append, seen.append)
    while not seen:
        await asyncio.sleep(0.001)
    assert seen == ["quick"]
    token.cancel()
    await work.idle()
    assert seen == ["quick", "stopped"]


async def test_stop_drops_the_result_and_says_whether_there_was_work() -> None:
    work, token = jobs(), Token()
    seen: list[object] = []
    lane = work.lane("a")
    assert not lane.stop()
    lane.submit(waiting(token), seen.append, seen.append, token)  # type: ignore[arg-type]
    assert lane.busy
    assert lane.stop()
    await work.idle()
    assert seen == []


async def test_parts_of_a_superseded_result_are_not_shown() -> None:
    work = jobs()
    seen: list[object] = []
    go = threading.Event()

    def parts(job: Job) -> None:
        job.post(lambda: seen.append("first"))
        assert go.wait(20)
        job.post(lambda: seen.append("late"))

    lane = work.lane("a")
    lane.submit(parts, seen.append, seen.append)
    while not seen:
        await asyncio.sleep(0.001)
    lane.stop()
    go.set()
    await work.idle()
    assert seen == ["first"]


async def test_closing_ends_the_threads() -> None:
    work = jobs()
    work.lane("a").submit(lambda job: None, lambda end: None, lambda end: None)
    await work.idle()
    thread = work.lane("a")._thread
    work.close()
    assert thread is not None
    assert not thread.is_alive()
