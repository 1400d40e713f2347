"""The child of the worker: reads commands, answers with progress and results, leaves when its input ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress
from annotate.lexicon import Entry, Kind, Vocabulary
from training.clusters_fit import group_texts
from training.coding.chunk import Chunk, ChunkCoder, put_coded, take_plan
from training.learner import model_file
from training.learner.classifier import Model, fit
from training.learner.hints import Hints
from training.learner.sentiment import SentimentModel, fit_sentiment
from training.loop.asking import Desk, put_asked, take_ask
from training.process import blocks
from training.process.blocks import Json, Named

_EVERY = 0.05
_NICE = 10

Work = Callable[[Json, Named, Progress], Named]


class Child:
    """Works on one command at a time while a second thread listens for more, for cancel and for release."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._commands: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._cancelled: set[object] = set()
        self._closing = threading.Event()
        self._blocks: dict[object, SharedMemory] = {}
        self._classifier: Model | None = None
        self._sentiment: SentimentModel | None = None
        self._coder: ChunkCoder | None = None
        self._desk = Desk()
        self._work: dict[str, Work] = {
            "fit": self._fit,
            "predict": self._predict,
            "fit_sentiment": self._fit_sentiment,
            "predict_sentiment": self._predict_sentiment,
            "code_chunk": self._code_chunk,
            "ask": self._ask,
            "group_texts": self._group_texts,
        }

    def listen(self, pipe: IO[bytes]) -> None:
        """Sort the lines of the parent until there are no more."""
        for line in pipe:
            message = cast(Json, json.loads(line))
            if "cancel" in message:
                self._cancelled.add(message["cancel"])
            elif "release" in message:
                block = self._blocks.pop(message["release"], None)
                if block is not None:
                    blocks.discard(block)
            else:
                self._commands.put(message)
        self._closing.set()
        self._commands.put(None)

    def run(self) -> None:
        """Answer commands until the input ends."""
        while (command := self._commands.get()) is not None:
            self._answer({"id": command["id"], **self._carry_out(command)})
        for block in list(self._blocks.values()):
            blocks.discard(block)

    def _carry_out(self, command: Json) -> Json:
        number = command["id"]
        last = 0.0

        def progress(done: int, total: int | None, what: str = "") -> None:
            nonlocal last
            if number in self._cancelled or self._closing.is_set():
                raise CancelledError
            if time.monotonic() - last > _EVERY:
                last = time.monotonic()
                self._answer({"id": number, "progress": [done, total]})

        try:
            arrays = blocks.read(cast(Json, command["block"]))
            result = self._work[cast(str, command["command"])](cast(Json, command["params"]), arrays, progress)
            block, table = blocks.write(result)
            self._blocks[number] = block
            return {"block": table}
        except CancelledError:
            return {"cancelled": True}
        except UserError as error:
            texts = {"id": error.id, "what": error.what, "why": error.why, "advice": error.advice}
            return {"error": texts, "params": {name: str(value) for name, value in error.params.items()}}
        except (
            Exception
        ) as error:  # the parent must hear of any fault; its message may hold customer text, so only where
            places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            return {"failed": f"{type(error).__name__} at {' '.join(places[-4:])}"}

    def _answer(self, message: Json) -> None:
        with contextlib.suppress(BrokenPipeError):  # the parent is gone, and the end of our input says so too
            self._answers.write(json.dumps(message).encode() + b"\n")
            self._answers.flush()

    def _fit(self, params: Json, arrays: Named, progress: Progress) -> Named:
        told = blocks.under("hints", arrays)
        model = fit(
            blocks.take_texts(arrays),
            cast(NDArray[np.int8], arrays["labels"]),
            parents=cast(NDArray[np.int64], arrays["parents"]),
            groups=cast(NDArray[np.int64], arrays["groups"]),
            seed=cast(int, params["seed"]),
            single=cast(bool, params["single"]),
            exclusive=cast("NDArray[np.bool_] | None", arrays.get("exclusive")),
            random_rows=cast("NDArray[np.bool_] | None", arrays.get("random_rows")),
            corpus=blocks.take_texts(blocks.under("corpus", arrays)),
            hints=Hints(tuple(blocks.take_texts(told)), cast(NDArray[np.int64], told["columns"])),
            progress=progress,
        )
        assert model.out_of_sample is not None
        own = model.out_of_sample
        return {
            **blocks.put_parts(model_file.to_parts(model)),
            "probability": own.probability,
            "accepted": own.accepted,
            "ranked": cast("NDArray[np.generic]", own.ranked),
        }

    def _predict(self, params: Json, arrays: Named, progress: Progress) -> Named:
        parts = blocks.take_parts(arrays)
        if parts:
            self._classifier = model_file.from_parts(parts)
        assert self._classifier is not None
        said = self._classifier.predict(blocks.take_texts(arrays), progress=progress)
        assert said.covered is not None
        assert said.none is not None
        told = {"covered": said.covered, "none": said.none}
        return {"probability": said.probability, "accepted": said.accepted, **told}

    def _fit_sentiment(self, params: Json, arrays: Named, progress: Progress) -> Named:
        model = fit_sentiment(
            blocks.take_texts(arrays),
            cast(NDArray[np.int64], arrays["codes"]),
            cast(NDArray[np.int8], arrays["directions"]),
            cast(NDArray[np.int8], arrays["sentiments"]),
            columns=cast(int, params["columns"]),
            groups=cast(NDArray[np.int64], arrays["groups"]),
            seed=cast(int, params["seed"]),
            random_rows=cast("NDArray[np.bool_] | None", arrays.get("random_rows")),
            channels=cast("NDArray[np.int8] | None", arrays.get("channels")),
            progress=progress,
        )
        assert model.out_of_sample is not None
        own = model.out_of_sample
        parts = blocks.put_parts(model_file.sentiment_to_parts(model))
        return {**parts, "sentiment": own.sentiment, "confidence": own.confidence}

    def _predict_sentiment(self, params: Json, arrays: Named, progress: Progress) -> Named:
        parts = blocks.take_parts(arrays)
        if parts:
            self._sentiment = model_file.sentiment_from_parts(parts)
        assert self._sentiment is not None
        codes, directions = cast(NDArray[np.int64], arrays["codes"]), cast(NDArray[np.int8], arrays["directions"])
        channels = cast("NDArray[np.int8] | None", arrays.get("channels"))
        said = self._sentiment.predict(
            blocks.take_texts(arrays), codes, directions, channels=channels, progress=progress
        )  # fmt: skip
        return {"sentiment": said.sentiment, "confidence": said.confidence}

    def _code_chunk(self, params: Json, arrays: Named, progress: Progress) -> Named:
        if "plan" in params:
            if self._coder is not None:
                self._coder.close()
            self._coder = ChunkCoder(take_plan(cast(Json, params["plan"]), arrays))
        assert self._coder is not None
        question, direction, wave, low, high = cast(list[int], params["chunk"])
        return put_coded(self._coder(Chunk(question, direction, wave, low, high), progress))

    def _ask(self, params: Json, arrays: Named, progress: Progress) -> Named:
        return put_asked(self._desk.ask(*take_ask(params, arrays), progress=progress))

    def _group_texts(self, params: Json, arrays: Named, progress: Progress) -> Named:
        told = cast(list[list[str]], params["entries"])
        found = group_texts(
            blocks.take_texts(arrays),
            cast(NDArray[np.int64], arrays["counts"]),
            Vocabulary(Entry(Kind(kind), term, target) for kind, term, target in told),
            groups=cast("int | None", params["groups"]),
            seed=cast(int, params["seed"]),
            progress=progress,
        )
        phrases = blocks.put_texts([json.dumps(one) for one in found.phrases])
        return {**phrases, "owners": found.owners, "closeness": found.closeness}


def main() -> None:
    """Be the child: below the priority of the window, deaf to Ctrl+C (the parent decides), stdout for answers only."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.nice(_NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    child = Child(answers)
    threading.Thread(target=child.listen, args=(sys.stdin.buffer,), daemon=True).start()
    child.run()


if __name__ == "__main__":
    main()
